"""Passwords: which may be chosen, and argon2id, which costs the same for known and unknown."""

import threading
import unicodedata
from typing import Protocol

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from vid_pipeline.errors import AccountError

SHORTEST, LONGEST = 10, 200

_AT_ONCE = threading.BoundedSemaphore(2)  # each takes 64 MiB
_FEWEST_CHARACTERS = 5
_COMMON_ONES = """
password12 password123 password1234 passwordpassword mypassword1 letmein1234 qwertyuiop
qwerty12345 qwerty123456 1qaz2wsx3edc q1w2e3r4t5 iloveyou12 iloveyou123 welcome123 welcome1234
administrator admin12345 administrator1 changeme123 sunshine123 princess123 football123
baseball123 superman123 trustno1trustno1 abcdefghij abcd123456 asdfghjkl1 1234567890 12345678910
0123456789 0987654321 9876543210 correcthorsebatterystaple"""
_COMMON = frozenset(_COMMON_ONES.split())


class Hasher(Protocol):
    """What hashes: `argon2.PasswordHasher`, with parameters that the hash itself names."""

    def hash(self, password: str) -> str: ...
    def verify(self, hash: str, password: str) -> bool: ...
    def check_needs_rehash(self, hash: str) -> bool: ...


class Passwords:
    """Hashes and compares; two at once at most, as each takes much memory."""

    def __init__(self, hasher: Hasher | None = None) -> None:
        self._hasher: Hasher = hasher or argon2.PasswordHasher()
        self._decoy = self._hasher.hash("nobody has this password")

    def hashed(self, password: str) -> str:
        """What is kept of a password."""
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))

    def match(self, hashed: str | None, password: str) -> bool:
        """Whether it is the one; takes as long where there is none to compare with."""
        given = _normal(password[: LONGEST * 4])
        with _AT_ONCE:
            try:
                same = self._hasher.verify(hashed or self._decoy, given)
            except (VerificationError, InvalidHashError):
                return False
        return same and hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def refuse_weak(password: str, *, email: str, name: str = "") -> None:
    """Return if it may be chosen.

    Raises:
        AccountError: it is short, endless, common, or the address or name itself.
    """
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise AccountError("weak", f"Choose a password of at least {SHORTEST} characters.")
    if len(normal) > LONGEST:
        raise AccountError("weak", f"Choose a password of at most {LONGEST} characters.")
    plain = normal.casefold().strip()
    own = {email.casefold(), email.casefold().partition("@")[0], name.casefold()}
    few = len(set(plain)) < _FEWEST_CHARACTERS
    if few or plain in own or "".join(plain.split()) in _COMMON:
        raise AccountError("weak", "That password is easily guessed. Choose another one.")


def _normal(password: str) -> str:
    """The same for every way to type it. Source: NIST SP 800-63B-4, section 3.1.1.2 (NFC)."""
    return unicodedata.normalize("NFC", password)
