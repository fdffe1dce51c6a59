"""A mail server on loopback that keeps what it is sent, or misbehaves as it is told."""

import socketserver
import ssl
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

from vid_pipeline.testing.served import Served

Manner = Literal["kind", "silent", "dripping", "refusing", "busy"]


@dataclass
class MailServer(Served):
    """`with MailServer() as server:` has what arrived in `received`; takes `user:password` as any.

    `silent` says nothing, `dripping` a letter at a time, `refusing` takes no address, `busy` no
    mail. With `tls` it offers STARTTLS, or speaks TLS from the start if `at_once`.
    """

    manner: Manner = "kind"
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    received: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        handler = type("Handler", (_Handler,), {"mail": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._will_serve(self._server)

    @property
    def place(self) -> str:
        """`127.0.0.1:port`."""
        return f"127.0.0.1:{self._server.server_address[1]}"


class _Handler(socketserver.StreamRequestHandler):
    mail: MailServer

    def handle(self) -> None:
        self.secure = False
        try:
            if self.mail.at_once:
                self._encrypt()
            self._talk()
        except OSError:
            return  # the client has gone

    def _talk(self) -> None:
        if self.mail.manner == "silent":
            self.mail.ending.wait()
            return
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            self.mail.commands.append(line)
            word = line.split()[0].upper()
            if word == "DATA":
                self._take()
            elif word == "STARTTLS":
                self._say("220 go on")
                self._encrypt()
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say(self._answer(word))

    def finish(self) -> None:
        super().finish()
        if self.secure:
            self.request.close()  # the server closes only what it accepted

    def _encrypt(self) -> None:
        assert self.mail.tls is not None
        super().finish()
        self.request = self.mail.tls.wrap_socket(self.request, server_side=True)
        self.setup()
        self.secure = True

    def _answer(self, word: str) -> str:
        if word == "EHLO":
            offered = "250-STARTTLS\r\n" if self.mail.tls and not self.secure else ""
            return f"250-here\r\n{offered}250 AUTH PLAIN"
        if word == "AUTH":
            return "235 welcome"
        if word == "RCPT" and self.mail.manner == "refusing":
            return "550 nobody of that name"
        return "250 good"

    def _take(self) -> None:
        if self.mail.manner == "busy":
            self._say("451 later")
            return
        self._say("354 go on")
        body = bytearray()
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            body += line
        self.mail.received.append(message_from_bytes(bytes(body), policy=policy.default))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        letters = [line + "\r\n"] if self.mail.manner != "dripping" else [*line, "\r\n"]
        for letter in letters:
            self.wfile.write(letter.encode())
            if self.mail.manner == "dripping":
                time.sleep(0.2)
