"""Notices by HTTP: a Slack-compatible webhook, and a signed one for programs.

One POST within a total time, whatever the other end does with it: nothing is followed, of the
answer only its status counts. Addresses are secrets: no error names more than a host, and httpx,
which logs every URL, is not used.
"""

import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
from pydantic import JsonValue

from resources.public_addresses import NotPublic, PublicOnly
from vid_pipeline.errors import NotSent
from vid_pipeline.outbox import Address, Message

_AGENT = "vid_pipeline/0.1 (notices)"
_MOST_BYTES = 65_536
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
        body = _encoded(webhook_body(message))
        headers = {"X-Vidp-Delivery": str(message.id)}
        if address.signing_key is not None:
            headers["X-Vidp-Signature"] = signature(address.signing_key, int(time.time()), body)
        _post(address, body, headers, self.private_hosts, self.timeout_s)


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
    url = httpcore.URL(address.target)
    host = url.host.decode()
    allowed = [host] if address.trusted else private_hosts
    backend = _Hurried(PublicOnly(allowed), time.monotonic() + timeout_s)
    sent = {"Content-Type": "application/json", "User-Agent": _AGENT, **headers}
    try:
        with (
            httpcore.ConnectionPool(
                network_backend=backend, ssl_context=ssl.create_default_context()
            ) as pool,
            pool.stream("POST", url, headers=list(sent.items()), content=body) as answer,
        ):
            status = answer.status
    except NotPublic as error:
        raise NotSent(f"{host} is no public address: {error}", retryable=False) from error
    except httpcore.TimeoutException as error:
        raise NotSent(f"{host} gave no answer within {timeout_s:g} s") from error
    except httpcore.ConnectError as error:
        raise NotSent(f"{host} cannot be reached ({error})") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        # not its text: it may hold what the other end said, and that may be our secret
        raise NotSent(f"{host} broke off or did not speak HTTP") from error
    except httpcore.UnsupportedProtocol as error:
        raise NotSent("its URL is not http or https", retryable=False) from error
    _refuse_status(host, status)


def _refuse_status(host: str, status: int) -> None:
    if 300 <= status < 400:
        raise NotSent(f"{host} answered {status}; redirects are not followed")
    if not 200 <= status < 300:
        raise NotSent(f"{host} answered {status}")


class _Hurried(httpcore.NetworkBackend):
    """Connections that end at a deadline, however slowly the other end drips."""

    def __init__(self, inner: httpcore.NetworkBackend, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  (the deadline decides)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        left_s = _left_s(self._deadline)
        stream = self._inner.connect_tcp(host, port, left_s, local_address, socket_options)
        return _HurriedStream(stream, self._deadline)


class _HurriedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline, self._read_bytes = stream, deadline, 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        data = self._stream.read(max_bytes, _left_s(self._deadline))
        self._read_bytes += len(data)
        if self._read_bytes > _MOST_BYTES:
            raise httpcore.ReadError("the answer is too long")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, _left_s(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left_s = _left_s(self._deadline)
        secured = self._stream.start_tls(ssl_context, server_hostname, left_s)
        return _HurriedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left_s(deadline: float) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left_s
