"""What calls used, and what that costs."""

import logging
from dataclasses import dataclass

_LOG = logging.getLogger(__name__)
_BYTES_A_TOKEN = 2
_OVERHEAD_TOKENS = 1000


@dataclass(frozen=True)
class Usage:
    """Tokens as the Messages API counts them: `input_tokens` leaves the cache's out."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
        )

    @property
    def all_input_tokens(self) -> int:
        """Everything that was read: fresh, from the cache, into the cache."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens


@dataclass(frozen=True)
class Cost:
    """US dollars; `known` is False, and the cost 0, for a model without a listed price."""

    usd: float
    known: bool = True


def most(sent: str, max_tokens: int, model: str) -> Cost:
    """The most that one call can cost: `sent` is all its text, the answer ends at `max_tokens`.

    Prose has 3 to 4 bytes a token, code and digits 2 to 3; what the service adds for the use of
    tools is some hundred tokens. Source: "Token counting" and "Tool use" in Anthropic's API guide.
    """
    input_tokens = len(sent.encode()) // _BYTES_A_TOKEN + _OVERHEAD_TOKENS
    plain = _priced(Usage(input_tokens, max_tokens), model)
    kept = _priced(Usage(0, max_tokens, cache_write_tokens=input_tokens), model)
    return max(plain, kept, key=lambda one: one.usd)


def cost(usage: Usage, model: str) -> Cost:
    """What a usage costs with `provider/model`, by the price list that genai-prices ships."""
    priced = _priced(usage, model)
    if not priced.known:
        _LOG.warning("No price is listed for %s: its calls are counted as free.", model)
    return priced


def _priced(usage: Usage, model: str) -> Cost:
    # The price list takes 0.3 s to load and a code location never needs it.
    from genai_prices import Usage as Tokens  # noqa: PLC0415
    from genai_prices import calc_price  # noqa: PLC0415

    provider, _, name = model.partition("/")
    tokens = Tokens(
        input_tokens=usage.all_input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
    )
    for maker in (provider, None):  # an address of another's holds models of any maker
        try:
            price = calc_price(tokens, name, provider_id=maker)
        except LookupError:
            continue
        return Cost(float(price.total_price))
    return Cost(0.0, known=False)
