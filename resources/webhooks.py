"""Notices by HTTP: a Slack-compatible webhook, and a signed one for programs.

One POST within a total time, whatever the other end does with it: nothing is followed, of the
answer only its status counts. Addresses are secrets: no error names more than a host, and no client
is used that logs what it asks for or is told, as httpx and httpcore do.
"""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import h11
import httpcore
from pydantic import JsonValue

from resources.public_addresses import NotPublic, PublicOnly, Reach
from vid_pipeline.errors import NotSent
from vid_pipeline.outbox import Address, Message

_AGENT = "vid_pipeline/0.1 (notices)"
_PORTS = {"http": 80, "https": 443}
_MOST_BYTES = 65_536
_CHUNK_BYTES = 4096
_SHOWN = 2900  # Slack takes 3000 characters in a section


@dataclass(frozen=True)
class WebhookSender:
    """Posts JSON; signed with `X-Vidp-Signature: t=<unix seconds>,v1=<hex>` if there is a key."""

    private_hosts: tuple[str, ...] = ()
    timeout_s: float = 10.0

    def send(self, address: Address, message: Message) -> None:
        """Return when the other end answered 2xx.

        Raises:
            NotSent: it did not, or not in time, or its address is not public.
        """
        body = webhook_body(message)
        post_signed(address, body, str(message.id), self.private_hosts, self.timeout_s)


@dataclass(frozen=True)
class SlackSender:
    """Posts what Slack's incoming webhooks take, and others that follow them."""

    private_hosts: tuple[str, ...] = ()
    timeout_s: float = 10.0

    def send(self, address: Address, message: Message) -> None:
        """Return when the other end answered 2xx.

        Raises:
            NotSent: it did not, or not in time, or its address is not public.
        """
        _post(address, _encoded(slack_body(message)), {}, self.private_hosts, self.timeout_s)


def post_signed(
    address: Address,
    body: Mapping[str, JsonValue],
    delivery: str,
    private_hosts: Iterable[str],
    timeout_s: float,
) -> None:
    """Return when the other end answered 2xx to a JSON body, signed if there is a key.

    Raises:
        NotSent: it did not, or not in time, or its address is not public.
    """
    data, headers = _encoded(body), {"X-Vidp-Delivery": delivery}
    if address.signing_key is not None:
        headers["X-Vidp-Signature"] = signature(address.signing_key, int(time.time()), data)
    _post(address, data, headers, private_hosts, timeout_s)


def signature(key: str, at_s: int, body: bytes) -> str:
    """What `X-Vidp-Signature` holds: an HMAC-SHA256 of `<at_s>.<body>` under the key as text."""
    signed = hmac.digest(key.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={signed.hex()}"


def webhook_body(message: Message) -> dict[str, JsonValue]:
    """The message for programs; ids as text, `at` in ISO 8601."""
    return {
        "id": str(message.id),
        "event": message.event,
        "production": None if message.production is None else str(message.production),
        "request": None if message.request is None else str(message.request),
        "batch": None if message.batch is None else str(message.batch),
        "trigger": None if message.trigger is None else str(message.trigger),
        "title": message.title,
        "subject": message.subject,
        "text": " ".join(message.lines),
        "link": message.link,
        "at": message.at.isoformat(),
    }


def slack_body(message: Message) -> dict[str, JsonValue]:
    """The message as blocks with a button, and as one line for lists and small screens."""
    subject, rest = slack_text(message.subject), slack_text("\n".join(message.lines))
    button: dict[str, JsonValue] = {
        "type": "button",
        "text": {"type": "plain_text", "text": "Open"},
        "url": message.link,
    }
    section: dict[str, JsonValue] = {"type": "mrkdwn", "text": f"*{subject}*\n{rest}"[:_SHOWN]}
    return {
        "text": subject,
        "blocks": [
            {"type": "section", "text": section},
            {"type": "actions", "elements": [button]},
        ],
    }


def slack_text(text: str) -> str:
    """Text in which nothing is a link, a mention or bold.

    Source: Slack, "Formatting text for app surfaces", on `&`, `<` and `>`. A zero-width space keeps
    marks of formatting from pairing up.
    """
    for mark, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(mark, safe)
    return "".join(f"{c}\u200b" if c in "*_~`" else c for c in text)


def _encoded(body: Mapping[str, JsonValue]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _post(
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    private_hosts: Iterable[str],
    timeout_s: float,
) -> None:
    url, deadline = _parts(address.target), time.monotonic() + timeout_s
    host = url.hostname or ""
    network = PublicOnly(Reach.of([host] if address.trusted else private_hosts))
    try:
        stream = _connected(network, url, deadline)
        try:
            status = _talk(stream, url, headers, body, deadline)
        finally:
            stream.close()
    except NotPublic as error:
        raise NotSent(f"{host} is no public address: {error}", retryable=False) from error
    except httpcore.TimeoutException as error:
        raise NotSent(f"{host} gave no answer within {timeout_s:g} s") from error
    except httpcore.ConnectError as error:
        raise NotSent(f"{host} cannot be reached ({error})") from error
    except (httpcore.NetworkError, h11.ProtocolError):
        # neither its text nor itself: it may quote the other end, and that may quote our address
        raise NotSent(f"{host} broke off or did not speak HTTP") from None
    _refuse_status(host, status)


def _parts(target: str) -> SplitResult:
    """The parts of a URL, which is not told when it is none."""
    try:
        parts = urlsplit(target)
        good = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise NotSent("its address is no http or https URL", retryable=False)
    return parts


def _connected(
    network: httpcore.NetworkBackend, url: SplitResult, deadline: float
) -> httpcore.NetworkStream:
    host = url.hostname or ""
    stream = network.connect_tcp(host, url.port or _PORTS[url.scheme], _left_s(deadline))
    if url.scheme == "http":
        return stream
    return stream.start_tls(ssl.create_default_context(), host, _left_s(deadline))


def _talk(
    stream: httpcore.NetworkStream,
    url: SplitResult,
    headers: Mapping[str, str],
    body: bytes,
    deadline: float,
) -> int:
    """The status of the answer to one POST; the rest of it is not read."""
    talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_BYTES)
    fixed = {
        "Host": url.netloc.rpartition("@")[2],
        "Connection": "close",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
    }
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    request = h11.Request(
        method="POST", target=target, headers=list((fixed | dict(headers)).items())
    )
    for part in (request, h11.Data(data=body), h11.EndOfMessage()):
        stream.write(talk.send(part) or b"", _left_s(deadline))
    left_bytes = _MOST_BYTES
    while not isinstance(event := talk.next_event(), h11.Response):
        if event is h11.NEED_DATA and left_bytes > 0:
            data = stream.read(_CHUNK_BYTES, _left_s(deadline))
            left_bytes -= len(data)
            talk.receive_data(data)
        elif not isinstance(event, h11.InformationalResponse):
            raise h11.RemoteProtocolError("no answer, or too long a one")
    return event.status_code


def _refuse_status(host: str, status: int) -> None:
    if 300 <= status < 400:
        raise NotSent(f"{host} answered {status}; redirects are not followed")
    if not 200 <= status < 300:
        raise NotSent(f"{host} answered {status}")


def _left_s(deadline: float) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left_s
