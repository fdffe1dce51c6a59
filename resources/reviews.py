"""Asking people: a request in the store, found again with its decision when the step comes back."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import dagster as dg
from psycopg import Connection
from pydantic import PrivateAttr, ValidationError

from resources.production import open_production
from vid_pipeline.acts import people
from vid_pipeline.acts.verdicts import Answer
from vid_pipeline.artifacts import Artifact, MediaRef
from vid_pipeline.asking import Ask, Waits
from vid_pipeline.errors import BadRequest, StoreError
from vid_pipeline.ports import Decided, Store
from vid_pipeline.records import NewRequest, Production, Request, Shown
from vid_pipeline.running import AT_WORK, digests_of
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, requests, users
from vid_pipeline.store.database import Database
from vid_pipeline.store.objects import ObjectStore


class ReviewsResource(dg.ConfigurableResource):
    """Port `Reviews` for the steps of a run."""

    _db: Database = PrivateAttr()
    _production: Production = PrivateAttr()
    _store: Store = PrivateAttr()
    _run_id: str = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        settings = Settings.read()
        self._run_id = context.run.run_id
        self._store = ObjectStore(settings.objects_url, cache=settings.objects_cache)
        self._db, self._production = open_production(context.run)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        self._db.close()

    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        step = AT_WORK.get()
        assert step is not None, "only a step at work asks"
        desk = ReviewDesk(self._db, self._production, self._store, self._run_id)
        return desk.decided(step.place.step_id, ask, subjects)


class ReviewDesk:
    """The requests of one production."""

    def __init__(self, db: Database, production: Production, store: Store, run_id: str) -> None:
        self._db, self._production, self._store = db, production, store
        self._run_id = run_id

    def decided(self, step_id: str, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        """What people decided; asks them if they have not yet.

        Raises:
            Waits: nobody has decided.
            BadRequest: it asks somebody who is not a user here.
        """
        subject = _subject(ask, subjects)
        with self._db.acting(self._production.owner_id) as conn:
            productions.locked(conn, self._production.id)  # items of one step may ask at once
            rounds = requests.of_gate(conn, self._production.id, step_id)
            last = rounds[-1] if rounds else None
            if last is not None and last.subject == subject:
                if last.state == "approved" and ask.kind != "budget":
                    requests.used(conn, last.id)
                    return _answered(last, self._approved(rounds, subjects))
                if last.state == "open":
                    raise Waits(str(last.id), ask.title)
            requests.withdraw(conn, self._production.id, step_id)
            approved = self._approved(rounds, subjects)
            asked = self._ask(conn, step_id, ask, subject, subjects, approved)
        raise Waits(str(asked.id), ask.title)

    def _ask(
        self,
        conn: Connection[Any],
        step_id: str,
        ask: Ask,
        subject: str,
        subjects: Mapping[str, Artifact],
        approved: Mapping[str, Artifact],
    ) -> Request:
        shown = tuple(
            self._shown(key, approved.get(key, one), settled=key in approved)
            for key, one in subjects.items()
        )
        rule = ask.rule
        new = NewRequest(
            production_id=self._production.id,
            step_id=step_id,
            kind=ask.kind,
            subject=subject,
            run_id=self._run_id,
            title=ask.title,
            shown=shown,
            form=[field.model_dump(mode="json") for field in ask.form] or None,
            facts=ask.facts,
            back_to=ask.back_to,
            assignees=self._users(rule.assignees),
            role=rule.role,
            needed=rule.needed,
            author_barred=rule.author_barred,
            remind_after_hours=rule.remind_after_hours,
            deadline_hours=rule.deadline_hours,
            at_deadline=rule.at_deadline if rule.deadline_hours else None,
            escalate_to=self._users(rule.escalate_to),
        )
        asked = requests.ask(conn, new)
        able = people.deciders(self._db, asked)
        if len(able) < asked.needed:
            raise BadRequest(
                "Rule", f"{asked.needed} needed", f"Only {len(able)} may decide it: name more."
            )
        people.tell_deciders(conn, "asked", asked, able)
        return asked

    def _shown(self, key: str, artifact: Artifact, *, settled: bool) -> Shown:
        ref = self._store.put_bytes(artifact.model_dump_json().encode(), "application/json")
        return Shown(key=key, type=type(artifact).__name__, artifact=ref, settled=settled)

    def _users(self, handles: Sequence[str]) -> tuple[UUID, ...]:
        if not handles:
            return ()
        with self._db.service() as conn:
            found = users.by_handle(conn, handles)
        if missing := [handle for handle in handles if handle not in found]:
            raise BadRequest(
                "Assignee", missing[0], "There is no such user. Add them, or name another."
            )
        return tuple(found[handle] for handle in handles)

    def _approved(
        self, rounds: Sequence[Request], subjects: Mapping[str, Artifact]
    ) -> dict[str, Artifact]:
        """What people have approved in any round, by key, as long as it is still what they saw."""
        found: dict[str, Artifact] = {}
        for request in rounds:
            if request.state not in {"approved", "rejected"}:
                continue
            answer = Answer.of(request)
            for shown in request.shown:
                if shown.key not in subjects or shown.key in answer.rejected:
                    found.pop(shown.key, None)
                elif request.kind == "items" or request.state == "approved":
                    self._keep(found, shown, answer, subjects[shown.key])
        return found

    def _keep(
        self, found: dict[str, Artifact], shown: Shown, answer: Answer, now: Artifact
    ) -> None:
        """Take over what was approved of one thing, unless it has become another one since."""
        seen_sha = shown.artifact.sha256
        earlier = found.get(shown.key)
        same = digests_of(now) == [seen_sha] or (
            earlier is not None and digests_of(earlier) == [seen_sha]
        )
        if same:
            found[shown.key] = self._read(answer.edits.get(shown.key, shown.artifact), type(now))
        else:
            found.pop(shown.key, None)

    def _read(self, ref: MediaRef, kind: type[Artifact]) -> Artifact:
        try:
            return kind.model_validate_json(self._store.path(ref).read_bytes())
        except ValidationError as error:
            raise StoreError(
                f"The approved {kind.__name__} is not valid any more. Retry the step before it."
            ) from error


def _answered(request: Request, artifacts: Mapping[str, Artifact]) -> Decided:
    return Decided(artifacts, Answer.of(request).form)


def _subject(ask: Ask, subjects: Mapping[str, Artifact]) -> str:
    """SHA-256 of what is asked about, and of how."""
    basis = [ask.model_dump(mode="json"), {key: digests_of(one) for key, one in subjects.items()}]
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()
