"""A service that charges, on loopback: jobs and the Messages API, each answer paid once a key.

    python -m vid_pipeline.testing.paid_provider PORT_FILE STATE_FILE [--job-seconds 1]
        [--answer package.module:function] [--delay 0.5]

The port goes into PORT_FILE once it listens; STATE_FILE holds what was ordered and charged, and a
provider that is started again on it goes on from there. `GET /counts` tells the counts. What a job
does is in its operation's name: `fail`, `fail_billed`, `lose` (it takes the first order and loses
it), `expire` (the job is gone), `endless`, `words` (JSON alone); any other gives JSON and a file.
"""

import argparse
import hashlib
import importlib
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from vid_pipeline.testing import messages_form
from vid_pipeline.testing.served import Served

Body = dict[str, Any]
Answer = Callable[[Body], Mapping[str, JsonValue]]
FILE = b"RIFF paid-for bytes " * 50
PRICE_USD = 0.5
_USAGE = {"input_tokens": 100, "output_tokens": 20}


@dataclass
class Counts:
    """What was asked of it. `charges` is what somebody pays for."""

    submissions: int = 0
    messages: int = 0
    polls: int = 0
    fetches: int = 0
    keys: int = 0
    charges: int = 0
    charged_usd: float = 0.0


@dataclass
class State:
    """All it knows: jobs and answers by idempotency key, and the counts."""

    counts: Counts = field(default_factory=Counts)
    jobs: dict[str, Body] = field(default_factory=dict)
    answers: dict[str, Body] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path | None) -> "State":
        """What an earlier one on this file knew."""
        if file is None or not file.exists():
            return cls()
        body = json.loads(file.read_text(encoding="utf-8"))
        return cls(Counts(**body["counts"]), body["jobs"], body["answers"], body["lost"])

    def write(self, file: Path | None) -> None:
        """Keep it; whoever reads meanwhile sees the old or the new."""
        if file is not None:
            draft = file.with_suffix(".draft")
            draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
            draft.replace(file)


class PaidProvider(Served):
    """`with PaidProvider() as provider:` serves from threads of this process.

    `faults` are HTTP statuses that the next requests but `/counts` are answered with, in order;
    a negative one is given after the work was done and charged.
    """

    def __init__(
        self,
        *,
        job_s: float = 0.0,
        delay_s: float = 0.0,
        answer: Answer | None = None,
        state_file: Path | None = None,
    ) -> None:
        self.faults: deque[int] = deque()
        self.headers: list[dict[str, str]] = []
        self.job_s, self._delay_s = job_s, delay_s
        self._answer, self._file = answer or sample_answer, state_file
        self._state, self._lock = State.read(state_file), threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._will_serve(self._server)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def counts(self) -> Counts:
        """The counts at this moment."""
        with self._lock:
            return Counts(**asdict(self._state.counts))

    def handle(self, method: str, path: str, headers: dict[str, str], body: Body) -> "_Reply":
        """What one request gets, and is charged; nothing a client does afterwards undoes it."""
        if path == "/counts":
            return 200, asdict(self.counts)
        with self._lock:
            self.headers.append(headers)
            fault = self.faults.popleft() if self.faults else 0
            if fault > 0:
                return fault, _error("scripted")
            reply = self._routed(method, path, headers.get("idempotency-key"), body)
            self._state.write(self._file)
        if method == "POST":
            time.sleep(self._delay_s)
        return (-fault, _error("scripted")) if fault else reply

    def _routed(self, method: str, path: str, key: str | None, body: Body) -> "_Reply":
        if (method, path) == ("POST", "/jobs"):
            return self._submit(key, body)
        if (method, path) == ("POST", "/v1/messages"):
            return self._message(key, body)
        if path.startswith("/jobs/"):
            return self._poll(path.removeprefix("/jobs/"))
        if path.startswith("/files/"):
            self._state.counts.fetches += 1
            return 200, FILE
        return 404, _error("no_such_path")

    def _submit(self, key: str | None, body: Body) -> "_Reply":
        counts, known = self._state.counts, self._state.jobs
        counts.submissions += 1
        name = key or f"without-{counts.submissions}"
        if name in known:
            return 200, self._shown(known[name])
        job_id = hashlib.sha256(name.encode()).hexdigest()[:16]
        job = {"id": job_id, "at_s": time.time(), **body}
        if body["operation"] == "lose" and name not in self._state.lost:
            self._state.lost.append(name)
            return 201, self._shown(job)
        known[name] = job
        self._charge(0.0 if body["operation"] == "fail" else PRICE_USD)
        return 201, self._shown(known[name])

    def _message(self, key: str | None, body: Body) -> "_Reply":
        counts, known = self._state.counts, self._state.answers
        counts.messages += 1
        name = key or f"without-{counts.messages}"
        if name not in known:
            known[name] = _message(counts.messages, body, self._answer(body))
            self._charge(PRICE_USD)
        return 200, known[name]

    def _charge(self, usd: float) -> None:
        self._state.counts.keys += 1
        self._state.counts.charges += usd > 0
        self._state.counts.charged_usd += usd

    def _poll(self, job_id: str) -> "_Reply":
        self._state.counts.polls += 1
        found = [job for job in self._state.jobs.values() if job["id"] == job_id]
        if not found:
            return 404, _error("never_existed")
        if found[0]["operation"] == "expire":
            return 410, _error("expired")
        return 200, self._shown(found[0])

    def _shown(self, job: Body) -> Body:
        operation, age_s = job["operation"], time.time() - job["at_s"]
        shown: Body = {"id": job["id"], "status": "running"}
        if age_s < self.job_s or operation == "endless":
            return shown | {"progress": min(0.9, age_s / (self.job_s or 1))}
        if operation in {"fail", "fail_billed"}:
            error = {"code": "bad_input", "message": "the picture is empty"}
            cost_usd = PRICE_USD if operation == "fail_billed" else 0.0
            return shown | {"status": "failed", "error": error, "cost_usd": cost_usd}
        shown |= {"status": "succeeded", "result": {"echo": job["input"]}, "cost_usd": PRICE_USD}
        if operation == "words":
            return shown
        return shown | {"file": {"url": f"/files/{job['id']}", "mime": "audio/wav"}}


_Reply = tuple[int, Body | bytes]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that were killed; everything else is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(provider: PaidProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            self._answer("GET", {})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            try:
                self._answer("POST", json.loads(sent))
            except json.JSONDecodeError:  # the client died while it wrote
                self.close_connection = True

        def _answer(self, method: str, body: Body) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, reply = provider.handle(method, self.path, headers, body)
            data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            kind = "application/json"
            if body.get("stream") and status == 200 and isinstance(reply, dict):
                data = b"".join(event.data for event in messages_form.streamed(reply))
                kind = "text/event-stream"
            try:
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:  # the client was killed
                self.close_connection = True

    return Handler


def _error(code: str) -> Body:
    return {"type": "error", "error": {"type": code, "code": code, "message": code}}


def _message(number: int, body: Body, answer: Mapping[str, JsonValue]) -> Body:
    name = body["tools"][0]["name"]
    call = {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": dict(answer)}
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [call],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": _USAGE,
    }


def sample_answer(body: Body) -> Mapping[str, JsonValue]:
    """A small value of the form that the request's tool asks for."""
    schema = body["tools"][0]["input_schema"]
    made = _sample(schema, schema.get("$defs", {}))
    assert isinstance(made, dict)
    return made


def _sample(schema: Body, named: Body) -> Any:
    if "$ref" in schema:
        return _sample(named[schema["$ref"].rpartition("/")[2]], named)
    if chosen := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return chosen[0]
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return _sample(options[0], named)
    match schema.get("type"):
        case "object":
            fields: Body = schema.get("properties", {})
            wanted = schema.get("required", list(fields))
            return {name: _sample(fields[name], named) for name in wanted}
        case "array":
            return [_sample(schema["items"], named)] * max(1, schema.get("minItems", 1))
        case "integer" | "number":
            return schema.get("minimum", schema.get("maximum", 1))
        case "boolean":
            return True
        case "null":
            return None
    return "A short text.".ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 1000)]


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m vid_pipeline.testing.paid_provider")
    parser.add_argument("port_file", type=Path)
    parser.add_argument("state_file", type=Path)
    parser.add_argument("--job-seconds", type=float, default=0.0)
    parser.add_argument("--delay", type=float, default=0.0, help="Seconds before each answer.")
    parser.add_argument("--answer", help="package.module:function, from request to tool input.")
    given = parser.parse_args()
    answer = _imported(given.answer) if given.answer else None
    with PaidProvider(
        job_s=given.job_seconds, delay_s=given.delay, answer=answer, state_file=given.state_file
    ) as provider:
        draft = given.port_file.with_suffix(".draft")
        draft.write_text(str(provider.port), encoding="utf-8")
        draft.replace(given.port_file)
        threading.Event().wait()


def _imported(name: str) -> Answer:
    module, _, function = name.partition(":")
    found: Answer = getattr(importlib.import_module(module), function)
    return found


if __name__ == "__main__":
    main()
