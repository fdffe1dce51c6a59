"""The content brain for the steps of a run: as the production's owner, each use written down."""

from collections.abc import Sequence
from uuid import UUID

import dagster as dg
from pydantic import PrivateAttr

from resources.production import open_production
from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.embedding import LocalEmbeddings
from vid_pipeline.memories import MAIN, Feedback, Kept, NewMemory, Recalled
from vid_pipeline.minilm import NAME
from vid_pipeline.ports import Embeddings
from vid_pipeline.records import Production
from vid_pipeline.running import AT_WORK
from vid_pipeline.store import memories, turns, users
from vid_pipeline.store.database import Database


class MemoryResource(dg.ConfigurableResource):
    """Port `Memory` for the steps of a run."""

    _db: Database = PrivateAttr()
    _desk: "MemoryDesk" = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        assert context.run is not None, "a resource of steps lives in a run"
        self._db, production = open_production(context.run)
        self._desk = MemoryDesk(self._db, production, LocalEmbeddings())

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        self._db.close()

    @property
    def fingerprint(self) -> str:
        return self._desk.fingerprint

    def recall(
        self,
        query: str,
        *,
        channel: str = MAIN,
        most: int = 8,
        kinds: Sequence[str] = (),
        rules: bool = False,
    ) -> tuple[Recalled, ...]:
        return self._desk.recall(query, channel=channel, most=most, kinds=kinds, rules=rules)

    def remember(self, new: NewMemory, *, channel: str = MAIN) -> Kept:
        return self._desk.remember(new, channel=channel)

    def feedback(self) -> tuple[Feedback, ...]:
        return self._desk.feedback()


class MemoryDesk:
    """The brains of a production's owner, as its steps use them."""

    def __init__(self, db: Database, production: Production, embeddings: Embeddings) -> None:
        self._db, self._production, self._embeddings = db, production, embeddings

    @property
    def fingerprint(self) -> str:
        """The brains' revisions, and the model that vectors come from."""
        with self._db.acting(self._production.owner_id) as conn:
            return f"{NAME} {memories.revisions(conn)}"

    def recall(
        self,
        query: str,
        *,
        channel: str = MAIN,
        most: int = 8,
        kinds: Sequence[str] = (),
        rules: bool = False,
    ) -> tuple[Recalled, ...]:
        """What fits; that the step at work was given it is written down."""
        brain = self._brain(channel)
        found = remembering.recall(brain, query, most=most, kinds=kinds, rules=rules)
        self._used([UUID(one.id) for one in found])
        return tuple(found)

    def remember(self, new: NewMemory, *, channel: str = MAIN) -> Kept:
        """Keep something, with this production and the step at work as its source."""
        step = AT_WORK.get()
        where = {"production": str(self._production.id)}
        if step is not None:
            where["step"] = step.place.step_key
        source = new.source.model_copy(update=where)
        return remembering.remember(self._brain(channel), new.model_copy(update={"source": source}))

    def feedback(self) -> tuple[Feedback, ...]:
        """What reviewers said in this production, with their handles."""
        with self._db.acting(self._production.owner_id) as conn:
            said = turns.of_production(conn, self._production.id)
        with self._db.service() as conn:
            handles = {
                who: users.get(conn, who).handle for who in {t.author_id for t in said} if who
            }
        return tuple(
            Feedback(
                step=turn.step_key,
                text=turn.feedback,
                who=handles[turn.author_id] if turn.author_id else "",
                at=turn.said_at,
            )
            for turn in sorted(said, key=lambda turn: (turn.said_at, turn.number))
        )

    def _brain(self, channel: str) -> Brain:
        """A channel's; `main` is the one that the production is made for, if it is for one."""
        brand = self._production.brief.brand
        if channel == MAIN and brand is not None:
            channel = brand.channel
        return Brain(self._db, self._production.owner_id, self._embeddings, channel)

    def _used(self, ids: Sequence[UUID]) -> None:
        step = AT_WORK.get()
        if step is None or not ids:
            return
        place = step.place
        with self._db.acting(self._production.owner_id) as conn:
            memories.use(
                conn, ids, self._production.id, step_key=place.step_key, run_id=place.run_id
            )
