"""Notices by e-mail, through the installation's mail server."""

import html
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from vid_pipeline.errors import NotSent
from vid_pipeline.outbox import Address, Message

_PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
_HERE = {"localhost", "127.0.0.1", "::1"}
_SET_URL = "set VIDP_SMTP_URL to smtps://, starttls:// or smtp:// and user:password@host:port"


@dataclass(frozen=True)
class MailSender:
    """Sends by SMTP: `smtps` is encrypted from the start, `starttls` must be, `smtp` if it can.

    A password goes over an encrypted connection, or to this machine, and nowhere else.
    """

    url: str | None = field(repr=False)
    sender: str | None
    timeout_s: float = 10.0

    def send(self, address: Address, message: Message) -> None:
        """Return when the mail server has taken it.

        Raises:
            NotSent: none is set, it refuses, or it does not take it in time.
        """
        if not self.url or not self.sender:
            raise NotSent(f"no mail server is set: {_SET_URL}, and VIDP_SMTP_FROM")
        server = _server(self.url)
        mail = written(message, sender=self.sender, to=address.target)
        try:
            with self._connected(server) as client:
                client.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            lasting = all(code >= 500 for code in codes)
            reason = f"{server.hostname} refused the address with {codes[0]}"
            raise NotSent(reason, retryable=not lasting) from error
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"{server.hostname} answered {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            why = why or f"it broke off, or gave no answer within {self.timeout_s:g} s"
            raise NotSent(f"{server.hostname} took no mail: {why}") from error

    @contextmanager
    def _connected(self, server: SplitResult) -> Iterator[smtplib.SMTP]:
        """A client that is signed in; all of its life is within the time."""
        context = ssl.create_default_context()
        client = (
            smtplib.SMTP_SSL(timeout=self.timeout_s, context=context)
            if server.scheme == "smtps"
            else smtplib.SMTP(timeout=self.timeout_s)
        )
        guard = threading.Timer(self.timeout_s, _cut, [client])
        guard.start()
        try:
            # what certificates are checked for; else only the constructor sets it, and connects
            client._host = server.hostname or ""  # type: ignore[attr-defined]
            client.connect(server.hostname or "", server.port or _PORTS[server.scheme])
            _secure(client, server, context)
            if server.username:
                client.login(unquote(server.username), unquote(server.password or ""))
            yield client
            with suppress(OSError, smtplib.SMTPException):
                client.quit()  # it is sent already
        finally:
            guard.cancel()
            client.close()


def written(message: Message, *, sender: str, to: str) -> EmailMessage:
    """The e-mail: plain text, and the same as simple HTML.

    Raises:
        NotSent: an address has line breaks, or is none.
    """
    mail = EmailMessage()
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    try:
        mail["From"], mail["To"], mail["Subject"] = sender, to, message.subject
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = f"<{message.id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
    except (ValueError, IndexError) as error:
        raise NotSent("the address cannot be one of e-mail", retryable=False) from error
    mail.set_content("\n\n".join((message.subject, *message.lines, message.link)) + "\n")
    mail.add_alternative(_html(message), subtype="html")
    return mail


def _html(message: Message) -> str:
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in message.lines)
    link = html.escape(message.link, quote=True)
    subject = html.escape(message.subject)
    return f'<h2>{subject}</h2>{paragraphs}<p><a href="{link}">Open it in the studio</a></p>'


def _server(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise NotSent(f"the mail server's address cannot be used: {_SET_URL}")
    return parts


def _secure(client: smtplib.SMTP, server: SplitResult, context: ssl.SSLContext) -> None:
    """Encrypt the connection, where that is needed or offered.

    Raises:
        NotSent: it is needed and not offered.
    """
    if server.scheme == "smtps":
        return
    client.ehlo()
    needed = server.scheme == "starttls" or (server.username and server.hostname not in _HERE)
    if client.has_extn("starttls"):
        client.starttls(context=context)
    elif needed:
        raise NotSent(f"{server.hostname} offers no encryption, and without it nothing is sent")


def _cut(client: smtplib.SMTP) -> None:
    """End a connection under whoever reads from it, and so its wait."""
    if client.sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(client.sock, socket.SHUT_RDWR)
