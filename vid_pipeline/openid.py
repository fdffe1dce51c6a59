"""Sign-in by a provider of OpenID Connect: found by its issuer, with PKCE, state and nonce.

Sources: OpenID Connect Core 1.0 sections 3.1.2 and 3.1.3.7, Discovery 1.0 section 4.3; RFC 7636;
RFC 9207; RFC 9700 section 2.1.
"""

import secrets
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from vid_pipeline.errors import AccountError
from vid_pipeline.settings import Settings

_TIMEOUT_S = 10.0
_LEEWAY_S = 60
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signed with a key that we cannot know: never `none`, never with our own secret."""

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Began(BaseModel):
    """A sign-in that was begun, as the browser keeps it for us, sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    nonce: str
    verifier: str
    redirect: str


class Person(BaseModel):
    """Whom the provider names. `email` only if it says that it is confirmed."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    subject: str
    name: str
    email: str | None


class _Found(BaseModel):
    """What discovery says, as far as we use it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None


@dataclass(frozen=True)
class Provider:
    """The provider that the settings name; what it says of itself is asked once."""

    issuer: str
    client_id: str
    secret: str | None
    scopes: str

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The installation's; None if it has none."""
        if not settings.oidc_issuer or not settings.oidc_client_id:
            return None
        hidden = settings.oidc_client_secret
        secret = hidden.get_secret_value() if hidden else None
        return cls(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scopes)

    def begin(self, redirect: str) -> tuple[str, Began]:
        """Where the browser goes to sign in, and what must be kept until it comes back.

        Raises:
            AccountError: the provider does not answer, or is not the one of that name.
        """
        began = Began(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            redirect=redirect,
        )
        found = self._found()
        with self._client(redirect) as client:
            url, _ = client.create_authorization_url(
                found.authorization_endpoint,
                state=began.state,
                nonce=began.nonce,
                code_verifier=began.verifier,
            )
        return str(url), began

    def finish(self, began: Began, *, state: str, code: str, issuer: str = "") -> Person:
        """Whom the provider has sent back.

        Raises:
            AccountError: it is not the sign-in that was begun here, or does not prove who it is.
        """
        if not code or not secrets.compare_digest(state.encode(), began.state.encode()):
            raise AccountError("oidc_stale", "That sign-in was begun elsewhere.")
        if issuer and issuer != self.issuer:
            raise AccountError("oidc", "Another provider answered.")
        found = self._found()
        with self._client(began.redirect) as client:
            try:
                token = client.fetch_token(
                    found.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=began.verifier,
                )
                claims = self._proven(found, str(token.get("id_token", "")), began.nonce)
                return self._person(claims, self._more(client, found, claims))
            except (httpx.HTTPError, AuthlibBaseError, JoseError, ValueError) as error:
                raise AccountError("oidc", "The sign-in could not be proven.") from error

    def _proven(self, found: _Found, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that was made by the provider, for us, now, for this sign-in.

        Raises:
            JoseError: it was not.
        """
        claims: dict[str, Any] = jwt.decode(token, self._keys(found), algorithms=_ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        audience = claims["aud"]
        for_many = isinstance(audience, list) and len(audience) > 1
        if (for_many or "azp" in claims) and claims.get("azp") != self.client_id:
            raise ValueError("the token was made for another application")
        return claims

    def _more(self, client: OAuth2Client, found: _Found, claims: dict[str, Any]) -> dict[str, Any]:
        """What the provider tells apart from the token, where that has no address."""
        if claims.get("email") or found.userinfo_endpoint is None:
            return {}
        answer = client.get(found.userinfo_endpoint)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told if told.get("sub") == claims["sub"] else {}

    def _person(self, claims: dict[str, Any], more: dict[str, Any]) -> Person:
        told = {**more, **claims}
        email = told.get("email") if told.get("email_verified") in {True, "true"} else None
        name = told.get("name") or told.get("preferred_username") or email or ""
        return Person(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            name=str(name)[:80],
            email=str(email) if email else None,
        )

    def _found(self) -> _Found:
        """What the provider says of itself.

        Raises:
            AccountError: it does not answer, or says that it is another one.
        """
        with _lock:
            if self.issuer in _discovered:
                return _discovered[self.issuer]
        self._refuse_plain(self.issuer)
        try:
            with self._http() as http:
                answer = http.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                answer.raise_for_status()
                found = _Found.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            raise AccountError("oidc_down", "The provider does not answer.") from error
        if found.issuer != self.issuer:
            raise AccountError("oidc_down", "The provider says that it is another one.")
        for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            self._refuse_plain(url)
        with _lock:
            _discovered[self.issuer] = found
        return found

    def _keys(self, found: _Found) -> KeySet:
        """The provider's keys of this moment: it changes them."""
        with self._http() as http:
            answer = http.get(found.jwks_uri)
            answer.raise_for_status()
            return KeySet.import_key_set(answer.json())

    def _refuse_plain(self, url: str) -> None:
        """Return if nobody between us and the provider can change what it says."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise AccountError("oidc_down", "The provider must be asked by https.")

    def _client(self, redirect: str) -> OAuth2Client:
        return OAuth2Client(
            self.client_id,
            self.secret,
            scope=self.scopes,
            redirect_uri=redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self.secret else "none",
            timeout=_TIMEOUT_S,
            trust_env=self._is_outside,
        )

    def _http(self) -> httpx.Client:
        return httpx.Client(timeout=_TIMEOUT_S, trust_env=self._is_outside, follow_redirects=False)

    @property
    def _is_outside(self) -> bool:
        return urlsplit(self.issuer).hostname not in _LOOPBACK


_lock = threading.Lock()
_discovered: dict[str, _Found] = {}
