"""The installation's one secret, and what is derived from it: passwords and signatures.

It lies in `<home>/secrets/key`, mode 0600, or comes from `VIDP_IDENTITY_KEY`. Every password and
the signing key are HMACs of it, so that machines that share it can share a database.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

from vid_pipeline.errors import StoreError

_BLOCK_BYTES = 64


class Keys:
    """Passwords and signatures of one installation. Shows nothing of itself."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def password(self, role: str) -> str:
        """The password of a database role."""
        digest = hmac.digest(self._secret, f"password:{role}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def signature(self, user_id: UUID, backend_pid: int) -> str:
        """Proof that a user acts on one database connection, as hex."""
        message = f"{user_id}|{backend_pid}".encode()
        return hmac.digest(self._signing, message, hashlib.sha256).hex()

    def pads(self) -> tuple[bytes, bytes]:
        """The signing key xor-ed with HMAC's inner and outer pad, for SQL that only has sha256.

        Source: RFC 2104, section 2.
        """
        key = self._signing.ljust(_BLOCK_BYTES, b"\0")
        return bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose; another purpose tells nothing about it."""
        return hmac.digest(self._secret, f"derived:{purpose}".encode(), hashlib.sha256)

    @property
    def _signing(self) -> bytes:
        return hmac.digest(self._secret, b"identity", hashlib.sha256)


def of_home(home: Path) -> Keys:
    """The keys kept in `home`; made on first use, by one process only."""
    path = home / "secrets" / "key"
    if not path.exists():
        _make(path)
    return Keys(path.read_text(encoding="ascii"))


def _make(path: Path) -> None:
    """Write a new secret in full and link it into place, so that a race has one winner."""
    draft = path.with_name(f"key.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink()
    except OSError as error:
        raise StoreError(f"Cannot keep a key in {path.parent}: {error.strerror}.") from error
