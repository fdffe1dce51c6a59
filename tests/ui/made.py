"""A production whose steps a test does by hand."""

from uuid import UUID

from pydantic import JsonValue

from vid_pipeline.acts import making
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.artifacts import Brief, MediaRef
from vid_pipeline.records import NewRequest, Request, Shown, StepTrace
from vid_pipeline.step_events import StepEvent
from vid_pipeline.store import productions, requests, step_events, traces


class Made:
    """One of the workflow that every installation has, at work."""

    def __init__(self, shop: Workshop, user: UUID | None = None) -> None:
        self.shop, self.user = shop, user or shop.db.local_user
        brief = Brief(name="tides.md", title="Why tides turn", url="https://example.org/tides")
        self.id = making.begin(shop.db, self.user, brief, workflow="article-to-short").id
        self.run_id = f"run-{self.id}"
        with shop.db.acting(self.user) as conn:
            productions.attach_run(conn, self.id, self.run_id)
            productions.running(conn, self.id)

    def begins(self, key: str, kind: str) -> StepTrace:
        with self.shop.db.acting(self.user) as conn:
            return traces.start(
                conn,
                self.id,
                run_id=self.run_id,
                step_key=key,
                step_id=key.partition("[")[0],
                kind=kind,
            )

    def gives(self, trace: StepTrace, body: str, *, cost_usd: float = 0.25) -> MediaRef:
        ref = self.shop.store.put_bytes(body.encode(), "application/json")
        with self.shop.db.acting(self.user) as conn:
            traces.finish(
                conn,
                trace.id,
                output=ref.model_dump(mode="json"),
                output_sha=ref.sha256,
                input_tokens=900,
                output_tokens=120,
                cost_usd=cost_usd,
            )
        return ref

    def progresses(self, trace: StepTrace, share: float, note: str = "") -> None:
        with self.shop.db.acting(self.user) as conn:
            traces.progress(conn, trace.id, share, note)

    def tells(self, trace: StepTrace, event: StepEvent) -> None:
        with self.shop.db.acting(self.user) as conn:
            step_events.tell(conn, trace.id, event)

    def fails(self, trace: StepTrace, why: str) -> None:
        with self.shop.db.acting(self.user) as conn:
            traces.fail(conn, trace.id, error=why)
            productions.failed(conn, self.id, error=why, step=trace.step_key)

    def asks(self, step: str, title: str, artifact: MediaRef) -> Request:
        asked = NewRequest(
            production_id=self.id,
            step_id=step,
            kind="approval",
            subject="0" * 64,
            run_id=self.run_id,
            title=title,
            shown=(Shown(type="Script", artifact=artifact),),
        )
        with self.shop.db.acting(self.user) as conn:
            productions.waiting(conn, self.id)
            return requests.ask(conn, asked)

    def is_done(self, folder: str) -> None:
        with self.shop.db.acting(self.user) as conn:
            productions.done(conn, self.id, folder=folder)


def said(role: str, text: str) -> StepEvent:
    """A turn of a conversation with a model."""
    message: JsonValue = {"role": role, "parts": [{"part": "text", "text": text}]}
    return StepEvent(kind="said", name=role, detail={"message": message})
