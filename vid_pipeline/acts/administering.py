"""What administrators do to others' accounts; each function makes sure that it is one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from vid_pipeline.account_records import Account, Entry, SessionOf, Ticket
from vid_pipeline.acts import auditing, connecting, joining, paging, resetting, tokens
from vid_pipeline.acts.door import Door
from vid_pipeline.asking import Role
from vid_pipeline.errors import AccountError
from vid_pipeline.store import accounts, audit, sessions, tickets, users

PAGE = 25
_LAST = "There must be an administrator. Make somebody else one first."


@dataclass(frozen=True)
class People:
    """One page of users; `total` fit."""

    people: tuple[Account, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return paging.count(self.total, PAGE)


@dataclass(frozen=True)
class Administration:
    """The door, in the hands of an administrator."""

    door: Door
    who: UUID

    def people(self, words: str = "", *, page: int = 1) -> People:
        """A page of those whose name or address has these words, from 1; active ones first.

        The last page if there are fewer.
        """
        with self._conn() as conn:
            total = accounts.count(conn, words.strip())
            shown = paging.within(page, total, PAGE)
            found = accounts.page(conn, words.strip(), limit=PAGE, offset=(shown - 1) * PAGE)
        return People(tuple(found), total, shown)

    def names(self) -> Mapping[UUID, str]:
        """What everybody is called."""
        with self._conn() as conn:
            return accounts.names(conn)

    def set_role(self, user: UUID, role: Role) -> None:
        """What a user may do from now on.

        Raises:
            AccountError: nobody would be administrator any more.
        """
        with self._conn() as conn:
            before = users.get(conn, user).role
            self._keep_one(conn, user, leaves=role != "administrator")
            accounts.set_role(conn, user, role)
            auditing.record(
                conn, "role_changed", actor=self.who, owner=user, before=before, after=role
            )

    def set_active(self, user: UUID, *, active: bool) -> None:
        """Let a user in, or no more: then their sessions end.

        Raises:
            AccountError: nobody would be administrator any more.
        """
        with self._conn() as conn:
            self._keep_one(conn, user, leaves=not active)
            accounts.set_active(conn, user, active=active)
            if not active:
                sessions.end_all(conn, user)
                tickets.withdraw_all(conn, user, "reset")
            act = "reactivated" if active else "deactivated"
            auditing.record(conn, act, actor=self.who, owner=user)

    def reset_link(self, user: UUID) -> str:
        """The token of a link with which a user chooses a new password; shown this once."""
        with self._conn():
            return resetting.make_link(self.door.db, self.who, user)

    def revoke_tokens(self, user: UUID) -> int:
        """Never take any access token of a user again; how many there were."""
        with self._conn() as conn:
            return tokens.revoke_all(conn, user, actor=self.who)

    def disconnect(self, user: UUID) -> None:
        """Let a user come in by no provider any more; their sessions end.

        Raises:
            AccountError: nothing else would let the user in: make a reset link first.
        """
        with self._conn() as conn:
            connecting.forget(conn, user, actor=self.who)

    def invite(self, *, email: str = "", role: Role = "creator") -> tuple[Ticket, str]:
        """An invitation and its token; see `joining.invite`."""
        with self._conn():
            return joining.invite(self.door, self.who, email=email, role=role)

    def invitations(self) -> list[Ticket]:
        """Those that are still good, newest first."""
        with self._conn() as conn:
            return tickets.unused(conn, "invitation")

    def withdraw(self, invitation: UUID) -> None:
        """Make an invitation good for nothing."""
        with self._conn() as conn:
            if tickets.withdraw(conn, invitation) is not None:
                auditing.record(conn, "invitation_withdrawn", actor=self.who)

    def sessions(self) -> list[SessionOf]:
        """Everybody's live sessions, the one used last first."""
        with self._conn() as conn:
            return sessions.everybodys(conn, idle=self.door.idle)

    def end_session(self, session: UUID) -> None:
        """Sign somebody out at one browser."""
        with self._conn() as conn:
            owner = sessions.end(conn, session)
            if owner is not None:
                auditing.record(conn, "session_ended", actor=self.who, owner=owner)

    def log(
        self, *, act: str | None = None, person: UUID | None = None, limit: int = 200
    ) -> list[Entry]:
        """The audit log, newest first."""
        with self._conn() as conn:
            return audit.read(conn, act=act, person=person, limit=limit)

    @contextmanager
    def _conn(self) -> Iterator[Connection[Any]]:
        """One transaction as the service, for an administrator.

        Raises:
            AccountError: it is none, or none any more.
        """
        with self.door.db.service() as conn:
            user = users.get(conn, self.who)
            if user.role != "administrator" or user.deactivated_at is not None:
                raise AccountError("not_allowed", "Only administrators may do that.")
            yield conn

    def _keep_one(self, conn: Connection[Any], user: UUID, *, leaves: bool) -> None:
        if leaves and accounts.lock_administrators(conn) <= {user}:
            raise AccountError("last", _LAST)
