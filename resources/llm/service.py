"""Where and as whom a model is asked, and how patiently."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

from resources.llm import faults
from resources.llm.faults import Patience
from vid_pipeline import pauses
from vid_pipeline.cancel import CancelToken


@dataclass(frozen=True)
class Service:
    """One model of one provider; `stop` ends the waiting, `sleep` does it instead if given.

    A reply in one piece may take `timeout_s` and `token_s` for every token it may have; in a
    streamed one `timeout_s` is the longest silence.
    """

    model: str
    key: SecretStr = field(repr=False)
    base_url: str | None = None
    timeout_s: float = 60.0
    token_s: float = 0.02
    patience: Patience = field(default_factory=Patience)
    stop: CancelToken = field(default_factory=CancelToken)
    sleep: Callable[[float], object] | None = None
    jitter: Callable[[], float] = random.random  # noqa: S311  It spreads retries.

    @property
    def provider(self) -> str:
        return self.model.partition("/")[0]

    @property
    def model_name(self) -> str:
        """The model's name without its provider."""
        return self.model.partition("/")[2]

    def pause(self, seconds: float) -> None:
        """Wait before a call is sent again, or until a stop; a long wait holds up nobody else."""
        if self.sleep is not None:
            self.sleep(seconds)
        else:
            pauses.wait(seconds, self.stop)

    @property
    def available(self) -> bool:
        """Whether it can be asked: there is a key, or an address of one's own that needs none."""
        return bool(self.key.get_secret_value()) or self._keyless

    @property
    def _keyless(self) -> bool:
        return self.provider == "openai" and self.base_url is not None

    def key_text(self) -> str:
        """The key as it is sent.

        Raises:
            LLMFailed: it cannot be one; an HTTP client would show it in its complaint.
        """
        key = self.key.get_secret_value().strip()
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise faults.no_key(self.model)
        return key or "none"
