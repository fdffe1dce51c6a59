"""Text that the database holds and cannot read: AES-256-GCM under a key of the installation."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vid_pipeline.errors import StoreError

_NONCE_BYTES = 12


def seal(key: bytes, text: str, *, bound_to: str) -> bytes:
    """The text, readable with the same 32-byte key and for the same row only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), bound_to.encode())


def unseal(key: bytes, sealed: bytes, *, bound_to: str) -> str:
    """What was sealed.

    Raises:
        StoreError: with another key, for another row, or changed since.
    """
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, rest, bound_to.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise StoreError(
            "A sealed value cannot be read: it was sealed with another key or changed since. "
            "Set the VIDP_IDENTITY_KEY it was made with, or remove it and add it again."
        ) from error
