"""`python -m resources.speaking`: one sentence by a voice, for pages, which speak to no engine.

An order comes as JSON on stdin: `{"text", "voice"}` gives a WAV file on stdout, `{}` the voices as
JSON. What goes wrong is told on stderr, with exit code 2 where whoever asked can put it right.
"""

import json
import sys
from dataclasses import asdict

from resources.speech import EspeakSpeechResource
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.media import audio


def main() -> int:
    """Do what stdin says; the exit code."""
    order = json.loads(sys.stdin.read())
    speech = EspeakSpeechResource()
    try:
        if not order:
            told = json.dumps([asdict(voice) for voice in speech.voices()])
            sys.stdout.buffer.write(told.encode())
            return 0
        spoken = speech.say(order["text"], voice=order["voice"])
    except VidPipelineError as refused:
        sys.stderr.write(str(refused))
        return refused.exit_code
    sys.stdout.buffer.write(audio.wav(spoken.samples, rate_hz=spoken.rate_hz))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
