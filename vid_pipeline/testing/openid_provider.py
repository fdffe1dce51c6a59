"""A provider of OpenID Connect on loopback that signs everybody in, or misbehaves as it is told."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from vid_pipeline.testing.served import Served

Manner = Literal[
    "kind", "other_nonce", "other_issuer", "other_audience", "expired", "unsigned", "other_key",
    "own_secret", "no_token", "for_another_app",
]  # fmt: skip
CLIENT, SECRET = "studio", "a secret of the studio's own, 32+"


@dataclass
class OpenIdProvider(Served):
    """`with OpenIdProvider() as provider:` signs in `who`, and checks what a good one checks."""

    manner: Manner = "kind"
    who: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "ada-1",
            "name": "Ada",
            "email": "ada@provider.test",
            "email_verified": True,
        }
    )
    claims_by_userinfo: bool = False
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first"}, private=True)
        self.codes: dict[str, dict[str, str]] = {}
        handler = type("Handler", (_Handler,), {"provider": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._will_serve(self._server)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def token(self, nonce: str) -> str:
        """An ID token, as the manner is."""
        now = int(time.time())
        claims = {
            "iss": self.issuer if self.manner != "other_issuer" else "https://other.test",
            "aud": CLIENT if self.manner != "other_audience" else "another",
            "iat": now,
            "exp": now + 300 if self.manner != "expired" else now - 300,
            "nonce": nonce if self.manner != "other_nonce" else "another",
            **(self.who if not self.claims_by_userinfo else {"sub": self.who["sub"]}),
        }
        if self.manner == "for_another_app":
            claims |= {"aud": [CLIENT, "another"], "azp": "another"}
        if self.manner == "unsigned":
            parts = [{"alg": "none"}, claims]
            return ".".join(_encoded(json.dumps(part).encode()) for part in parts) + "."
        if self.manner == "own_secret":
            return _by_secret(claims)
        key = RSAKey.generate_key(2048) if self.manner == "other_key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, key)


class _Handler(BaseHTTPRequestHandler):
    provider: OpenIdProvider

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query, issuer = dict(parse_qsl(parts.query)), self.provider.issuer
        if parts.path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{issuer}/{path}" for name, path in ends.items()}
            self._json({"issuer": issuer, "jwks_uri": f"{issuer}/jwks", **found})
        elif parts.path == "/jwks":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif parts.path == "/userinfo":
            self._json(self.provider.who)
        elif parts.path == "/authorize":
            self._authorize(query)
        else:
            self._json({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        told = dict(parse_qsl(body))
        begun = self.provider.codes.pop(told.get("code", ""), None)
        problem = self._problem(told, begun)
        if problem or begun is None:
            self.provider.refused.append(problem or "code")
            self._json({"error": "invalid_grant"}, 400)
            return
        answer = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300}
        if self.provider.manner != "no_token":
            answer["id_token"] = self.provider.token(begun["nonce"])
        self._json(answer)

    def _authorize(self, query: dict[str, str]) -> None:
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"]
        code = secrets.token_urlsafe(16)
        self.provider.codes[code] = query
        back = {"code": code, "state": query["state"], "iss": self.provider.issuer}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def _problem(self, told: dict[str, str], begun: dict[str, str] | None) -> str | None:
        if begun is None:
            return "code"
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if self.headers["authorization"] != expected:
            return "client"
        if told["redirect_uri"] != begun["redirect_uri"]:
            return "redirect"
        digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
        return None if _encoded(digest) == begun["code_challenge"] else "verifier"

    def _json(self, body: dict[str, Any], status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _by_secret(claims: dict[str, Any]) -> str:
    """Signed with the client's secret, which is no proof that the provider made it."""
    parts = [{"alg": "HS256"}, claims]
    body = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    return f"{body}.{_encoded(hmac.digest(SECRET.encode(), body.encode(), hashlib.sha256))}"
