"""Productions with people in the loop, run step by step in the test's own thread."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from assets.approving import APPROVE, APPROVE_EACH, ASK_PERSON
from resources.recorder import RunRecorder
from resources.reviews import ReviewDesk
from resources.trace import TraceDesk
from tests.graph.kinds_for_tests import KINDS, NoParams, Part, Text, TextParams
from vid_pipeline import worker_process
from vid_pipeline.acts import ending, launching
from vid_pipeline.acts.ending import Outcome
from vid_pipeline.acts.surveying import loader, survey
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Artifact, Brief
from vid_pipeline.asking import Ask, Waits
from vid_pipeline.errors import VidPipelineError
from vid_pipeline.kinds import Catalog, StepKind
from vid_pipeline.ports import Conversation, Decided
from vid_pipeline.records import Launch, Production, Request, StepTrace, User
from vid_pipeline.running import AT_WORK, StepConversation, StepPlace, explain, perform
from vid_pipeline.settings import Settings
from vid_pipeline.store import launches, productions, requests, traces, users, workflows
from vid_pipeline.store.database import Database
from vid_pipeline.testing.starter import FakeStarter
from vid_pipeline.wiring import Wiring
from vid_pipeline.workflow import Step, Workflow, field_of, sources_of, step_of

NOBODYS_PORT = 1
STORY = "the bread rises"


def tell_story(params: TextParams, *, conversation: Conversation) -> Text:
    """A text; with what was said of it so far behind."""
    return Text(text=" ".join([params.text, *(turn.feedback for turn in conversation.turns)]))


def polish(params: NoParams, part: Part, *, conversation: Conversation) -> Part:
    """A word, with what was said of it behind."""
    said = "".join(f"+{turn.feedback}" for turn in conversation.turns)
    return Part(id=part.id, text=f"{part.text}{said}")


GATED = Catalog(
    [*KINDS, StepKind.of(tell_story), StepKind.of(polish), APPROVE, APPROVE_EACH, ASK_PERSON]
)


def told(*steps: dict[str, Any], slug: str = "gated") -> Workflow:
    return Workflow.model_validate({"slug": slug, "title": "Gated", "steps": steps})


def one_gate(rule: Mapping[str, Any] | None = None, **params: Any) -> Workflow:
    """A story, people's word on it, and what is made of it."""
    return told(
        {"id": "story", "kind": "tell_story", "params": {"text": STORY}},
        {
            "id": "gate",
            "kind": "approve",
            "in": {"item": "story"},
            "params": {"title": "Approve the story", "rule": dict(rule or {}), **params},
        },
        {"id": "end", "kind": "echo", "in": {"text": "gate"}},
    )


def two_gates() -> Workflow:
    """A story that two must approve, side by side, before it is joined."""
    steps = [{"id": "story", "kind": "tell_story", "params": {"text": STORY}}]
    steps += [{"id": f"gate_{n}", "kind": "approve", "in": {"item": "story"}} for n in "ab"]
    join = {"id": "join", "kind": "both", "in": {"texts": ["gate_a", "gate_b"]}}
    return told(*steps, join, slug="both")


def each_word(**params: Any) -> Workflow:
    """A story's words, each with people's word on it, then joined."""
    return told(
        {"id": "story", "kind": "tell_story", "params": {"text": "a b c"}},
        {"id": "cut", "kind": "cut", "in": {"text": "story"}},
        {"id": "word", "kind": "polish", "in": {"part": "cut.parts"}, "over": "part"},
        {
            "id": "gate",
            "kind": "approve_each",
            "in": {"items": "word"},
            "params": {"back_to": ["word"], **params},
        },
        {"id": "shout", "kind": "shout", "in": {"part": "gate.items"}, "over": "part"},
        {"id": "end", "kind": "join", "in": {"parts": "shout"}},
    )


def asks_for_a_form(*fields: dict[str, Any]) -> Workflow:
    return told(
        {"id": "person", "kind": "ask_person", "params": {"title": "Say", "form": list(fields)}}
    )


@contextmanager
def worker_of(stage: "Stage") -> "Iterator[subprocess.Popen[bytes]]":
    """A process that looks like the worker of a production, and ends as one when it is asked."""
    code = "import signal; signal.signal(2, signal.SIG_DFL); print(flush=True); signal.pause()"
    command = [sys.executable, "-c", code, worker_process.MODULE, str(stage.production.id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def somebody(db: Database, role: Any = "creator") -> User:
    with db.service() as conn:
        return users.add(conn, f"p{uuid4().hex}", role=role)


@dataclass
class Stage:
    """One production of a workflow, and what runs it."""

    shop: Workshop
    production: Production
    starter: FakeStarter = field(default_factory=FakeStarter)
    ran: list[str] = field(default_factory=list)
    ports: Mapping[str, Any] = field(default_factory=dict)
    folder: str | None = None
    """Where it is delivered, if it is."""

    @classmethod
    def of(
        cls,
        settings: Settings,
        db: Database,
        author: User,
        workflow: Workflow | None = None,
        *,
        catalog: Catalog = GATED,
    ) -> "Stage":
        starter = FakeStarter()
        shop = Workshop.of(settings.model_copy(update={"dagster_port": NOBODYS_PORT}), db, catalog)
        shop = replace(shop, start_worker=starter)
        with db.acting(author.id) as conn:
            version = workflows.publish(conn, workflow or one_gate())
            made = productions.create(conn, version, Brief(name="b.md", url="https://b.example"))
        return cls(shop, made, starter)

    def without(self, kind: str) -> Workshop:
        """The same installation, a kind no longer in it."""
        rest = [one for name, one in GATED.items() if name != kind]
        return replace(self.shop, catalog=Catalog(rest))

    @property
    def now(self) -> Production:
        with self.shop.db.acting(self.production.owner_id) as conn:
            return productions.get(conn, self.production.id)

    @property
    def asked(self) -> list[Request]:
        with self.shop.db.acting(self.production.owner_id) as conn:
            return requests.of_production(conn, self.production.id)

    @property
    def open(self) -> Request:
        (found,) = [one for one in self.asked if one.state == "open"]
        return found

    @property
    def launches(self) -> list[Launch]:
        with self.shop.db.acting(self.production.owner_id) as conn:
            return launches.of_production(conn, self.production.id)

    @property
    def traces(self) -> list[StepTrace]:
        with self.shop.db.acting(self.production.owner_id) as conn:
            return traces.of_production(conn, self.production.id)

    def output(self, key: str) -> Any:
        """What a step gave last."""
        newest = {trace.step_key: trace for trace in self.traces}
        wiring, _ = self._survey()
        kind = wiring.kinds[key.partition("[")[0]]
        return loader(self.shop.store)(newest[key], kind.output)

    def start(self) -> Production:
        """Plan the first run, and run it."""
        with self.shop.db.acting(self.production.owner_id) as conn:
            held = productions.locked(conn, self.production.id)
            launch = launching.plan(self.shop, conn, held, reason="start")
        return self.run(launch)

    def begin(self, launch: Launch | None = None) -> Launch:
        """Say that the planned launch runs, as its process does first."""
        with self.shop.db.acting(self.production.owner_id) as conn:
            planned = launch or launches.at_work(conn, self.production.id)
            assert planned is not None, "a launch is planned"
            taken = launching.taken(conn, planned, str(planned.id), root=planned.root_run_id)
            productions.running(conn, self.production.id)
        assert taken is not None
        return taken

    def run(self, launch: Launch | None = None) -> Production:
        """Run the planned launch to its end; `ran` says which steps worked."""
        return self.finish(self.begin(launch))

    def finish(self, taken: Launch, *, at_end: Callable[[], object] = lambda: None) -> Production:
        """Run what is left of a launch that has begun; `at_end` comes before it says so."""
        self.ran.clear()
        run = _Run(self, taken, *self._survey(taken.redo))
        outcome = replace(run.all(), folder=self.folder)
        at_end()
        return ending.ended(self.shop, self.production, str(taken.id), outcome)

    def _survey(self, redo: tuple[str, ...] = ()) -> Any:
        with self.shop.db.acting(self.production.owner_id) as conn:
            now = productions.get(conn, self.production.id)
            return survey(self.shop, conn, now, redo=redo)


def _id(key: str) -> str:
    return key.partition("[")[0]


class _Run:
    """The steps of one launch, in order, as Dagster would run them."""

    def __init__(self, stage: Stage, launch: Launch, wiring: Wiring, stands: Any) -> None:
        self.stage, self.launch, self.wiring = stage, launch, wiring
        shop, self.run_id = stage.shop, str(launch.id)
        self.outputs: dict[str, Artifact] = {}
        for key, trace in stands.holds.items():
            kept = loader(shop.store)(trace, wiring.kinds[trace.step_id].output)
            assert kept is not None
            self.outputs[key] = kept
        self.recorder = RunRecorder(shop.db, stage.production, self.run_id, shop.store)
        self.desk = ReviewDesk(shop.db, stage.production, shop.store, self.run_id)
        trace = TraceDesk(shop.db, stage.production)
        ours = {"reviews": self, "conversation": StepConversation(), "trace": trace}
        self.ports = {**stage.ports, **ours}

    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        step = AT_WORK.get()
        assert step is not None
        return self.desk.decided(step.place.step_id, ask, subjects)

    def all(self) -> Outcome:
        for step_id in self.wiring.order:
            step = self.wiring.steps[step_id]
            if self.launch.steps is not None and step_id not in map(_id, self.launch.steps):
                continue
            if not all(self._has(source) for source in step.sources()):
                continue
            for key, item in self._keys(step):
                if key in self.outputs:
                    continue
                try:
                    self._perform(step, key, item)
                except Waits:
                    continue
                except VidPipelineError as error:
                    return Outcome(failed_step=key, error=explain(error))
        return Outcome()

    def _has(self, source: str) -> bool:
        above = step_of(source)
        if not self.wiring.is_mapped(above):
            return above in self.outputs
        step = self.wiring.steps[above]
        listed = self._has(str(step.inputs[step.over or ""]))
        return listed and all(key in self.outputs for key, _ in self._keys(step))

    def _keys(self, step: Step) -> list[tuple[str, Artifact | None]]:
        if step.over is None:
            return [(step.id, None)]
        return [(f"{step.id}[{one.id}]", one) for one in self._value(str(step.inputs[step.over]))]

    def _value(self, source: str) -> Any:
        above, member = step_of(source), field_of(source)
        if self.wiring.is_mapped(above):
            keys = self._keys(self.wiring.steps[above])
            return tuple(self.outputs[key] for key, _ in keys)
        output = self.outputs[above]
        return output if member is None else getattr(output, member)

    def _perform(self, step: Step, key: str, item: Artifact | None) -> None:
        kind, store = self.wiring.kinds[step.id], self.stage.shop.store
        self.stage.ran.append(key)
        inputs: dict[str, Any] = dict.fromkeys(kind.inputs)
        for name, feed in step.inputs.items():
            values = [self._value(source) for source in sources_of(feed)]
            inputs[name] = values[0] if isinstance(feed, str) else tuple(values)
        if step.over is not None:
            inputs[step.over] = item
        done = perform(
            kind,
            kind.params.model_validate(step.params),
            inputs,
            {name: self.ports[name] for name in kind.ports},
            place=StepPlace(self.run_id, step.id, key, kind.name),
            store=store,
            recorder=self.recorder,
        )
        store.put_text(f"runs/{self.run_id}/{key}/result.json", done.output.model_dump_json())
        self.outputs[key] = done.output
