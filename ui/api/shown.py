"""From records to what goes over the wire, field by field: nothing goes there by itself."""

from collections.abc import Sequence
from typing import Any, get_args
from uuid import UUID

from pydantic import JsonValue

from vid_pipeline import wiring
from vid_pipeline.acts import verdicts
from vid_pipeline.acts.batching import Overview as BatchStands
from vid_pipeline.acts.destinations import Stands
from vid_pipeline.acts.following import StepView, title_of
from vid_pipeline.acts.results import manifest_of
from vid_pipeline.acts.reviewing import Review as Reviewed
from vid_pipeline.acts.tokens import is_good
from vid_pipeline.acts.watching import Sight
from vid_pipeline.batch_records import Batch, BatchItem
from vid_pipeline.destination_records import Sending
from vid_pipeline.kinds import StepKind
from vid_pipeline.memories import Recalled
from vid_pipeline.memory_records import MemoryRecord, MemoryUse
from vid_pipeline.notice_records import Channel
from vid_pipeline.records import (
    Draft,
    Launch,
    PaidCall,
    Production,
    Request,
    StepEventRecord,
    StepTrace,
    WorkflowVersion,
)
from vid_pipeline.store.api_keys import ApiKey
from vid_pipeline.store.budgets import Standing
from vid_pipeline.store.tokens import AccessToken
from vid_pipeline.trigger_records import CalendarRow, Find, Trigger
from vid_pipeline.wire import (
    approvals,
    batches,
    calendar,
    destinations,
    drafts,
    memories,
    people,
    productions,
    settings,
    triggers,
    workflows,
)


def token(one: AccessToken) -> people.Token:
    return people.Token(**one.model_dump(exclude={"owner_id"}), usable=is_good(one))


def production(one: Production) -> productions.Production:
    manifest = manifest_of(one)
    return productions.Production(
        id=one.id,
        title=manifest.title if manifest else one.brief.title or one.brief.name,
        workflow=one.workflow,
        version=one.version,
        state=one.state,
        source=productions.Source(
            name=one.brief.name,
            url=one.brief.url,
            sha256=one.brief.document.sha256 if one.brief.document else None,
        ),
        aspect=one.brief.aspect,
        seconds=one.brief.seconds,
        voice=one.brief.voice,
        language=one.brief.language,
        created_at=one.created_at,
        started_at=one.started_at,
        ended_at=one.ended_at,
        error=one.error,
        failed_step=one.failed_step,
        only_step=one.only_step,
    )


def step(one: StepView) -> productions.StepProgress:
    return productions.StepProgress(
        id=one.id,
        title=one.title,
        state=one.state,
        seconds=one.seconds,
        progress=min(1.0, one.progress),
        note=one.note,
        items=one.items,
        items_done=one.items_done,
        error=one.error,
    )


def progress(
    sight: Sight, tried: Sequence[StepTrace], waits_for: Sequence[UUID]
) -> productions.Progress:
    """`tried` are all tries of it, as each has cost something."""
    return productions.Progress(
        production=production(sight.production),
        steps=tuple(step(one) for one in sight.view.steps),
        share=sight.share,
        elapsed_s=sight.elapsed_s,
        left_s=None if sight.production.ended else sight.view.left_s,
        cost_usd=sum(one.cost_usd for one in tried),
        input_tokens=sum(one.input_tokens for one in tried),
        output_tokens=sum(one.output_tokens for one in tried),
        waits_for=tuple(waits_for),
    )


def tried(one: StepTrace) -> productions.Try:
    return productions.Try(
        step_key=one.step_key,
        step_id=one.step_id,
        kind=one.kind,
        attempt=one.attempt,
        state=one.state,
        started_at=one.started_at,
        ended_at=one.ended_at,
        seconds=one.seconds,
        input_tokens=one.input_tokens,
        output_tokens=one.output_tokens,
        cost_usd=one.cost_usd,
        reused=one.state == "reused",
        output_sha256=_sha_of(one.output),
        note=one.note,
        error=one.error,
    )


def call(one: PaidCall) -> productions.Call:
    return productions.Call(**one.model_dump(exclude={"done_at"}), seconds=one.seconds)


def event(one: StepEventRecord) -> productions.Event:
    fields = {"number", "at", "step_key", "kind", "name", "detail"}
    return productions.Event(**one.model_dump(include=fields))


def run(one: Launch) -> productions.Run:
    fields = {"number", "version", "reason", "state", "steps", "waits_for", "error"}
    return productions.Run(**one.model_dump(include=fields | {"planned_at", "ended_at"}))


def memory_used(one: MemoryUse) -> productions.MemoryUsed:
    return productions.MemoryUsed(**one.model_dump(exclude={"run_id", "body"}), text=one.body)


def approval(one: Request) -> approvals.Approval:
    return approvals.Approval(
        id=one.id,
        production_id=one.production_id,
        step_id=one.step_id,
        kind=one.kind,
        title=one.title,
        round=one.round,
        state=one.state,
        items=tuple(shown.key for shown in one.shown),
        form=verdicts.FIELDS.validate_python(one.form or []),
        facts=one.facts,
        role=one.role,
        needed=one.needed,
        asked_at=one.asked_at,
        deadline_at=one.deadline_at,
        decided_at=one.decided_at,
    )


def review(one: Reviewed) -> approvals.Review:
    about = one.production
    return approvals.Review(
        approval=approval(one.request),
        production=approvals.AboutProduction(id=about.id, title=about.title, state=about.state),
        things=tuple(approvals.Thing(**thing.model_dump()) for thing in one.things),
        beside=dict(one.beside),
        history=tuple(approvals.Said(**said.model_dump()) for said in one.history),
        back_to=one.back_to,
    )


def summary(one: WorkflowVersion) -> workflows.WorkflowSummary:
    return workflows.WorkflowSummary(**_version(one))


def version(one: WorkflowVersion) -> workflows.WorkflowVersion:
    return workflows.WorkflowVersion(**_version(one), document=one.document)


def kind(one: StepKind) -> workflows.Kind:
    return workflows.Kind(
        name=one.name,
        title=title_of(one.name),
        summary=one.summary,
        inputs={
            name: workflows.Input(
                type=wiring.spell(needs), required=type(None) not in get_args(needs)
            )
            for name, needs in one.inputs.items()
        },
        output=wiring.spell(one.output),
        asks_people=one.gate,
        any_inputs=one.open,
        ports=tuple(sorted(one.ports)),
        settings=one.params.model_json_schema(),
    )


def memory(one: MemoryRecord) -> memories.Memory:
    source = memories.Origin(**one.source.model_dump())
    rest = one.model_dump(exclude={"source", "body"})
    return memories.Memory(**rest, source=source, text=one.body)


def match(one: Recalled) -> memories.Match:
    return memories.Match(**one.model_dump(exclude={"source", "id"}), id=UUID(one.id))


def key(one: ApiKey) -> settings.Key:
    return settings.Key(**one.model_dump(exclude={"owner_id"}))


def budget(one: Standing) -> settings.Budget:
    return settings.Budget(
        scope=one.scope,
        limit_usd=one.limit_usd,
        spent_usd=one.spent_usd,
        reserved_usd=one.reserved_usd,
        left_usd=one.left_usd,
    )


def notice_channel(one: Channel) -> settings.NoticeChannel:
    return settings.NoticeChannel(**one.model_dump(exclude={"owner_id"}))


def destination(one: Stands) -> destinations.Destination:
    found = one.destination
    return destinations.Destination(
        id=found.id,
        name=found.name,
        goes=found.goes,
        shown=found.shown,
        sealed=found.sealed,
        enabled=found.enabled,
        created_at=found.created_at,
        last=None if one.last is None else _sending(one.last),
    )


def _sending(one: Sending) -> destinations.LastSending:
    return destinations.LastSending(
        production=one.production_id,
        state=one.state,
        where=None if one.receipt is None else one.receipt.where,
        error=one.error,
        tries=one.tries,
        at=one.ended_at or one.begun_at,
    )


def _sha_of(output: JsonValue) -> str | None:
    sha = output.get("sha256") if isinstance(output, dict) else None
    return sha if isinstance(sha, str) else None


def _version(one: WorkflowVersion) -> dict[str, object]:
    return {
        "slug": one.slug,
        "version": one.version,
        "title": one.title,
        "description": one.document.description,
        "steps": len(one.document.steps),
        "note": one.note,
        "published_at": one.published_at,
    }


def trigger(one: Trigger, folder: str | None) -> triggers.Trigger:
    hidden = {"owner_id", "marks", "held_until"}
    return triggers.Trigger(**one.model_dump(exclude=hidden), folder=folder)


def find(one: Find) -> triggers.Find:
    hidden = {"owner_id", "brief", "workflow", "reason", "production_error"}
    reason = one.reason or one.production_error
    return triggers.Find(**one.model_dump(exclude=hidden), dead=one.is_dead, reason=reason)


def batch(one: Batch) -> batches.Batch:
    return batches.Batch(**one.model_dump(exclude={"owner_id", "excused"}))


def batch_progress(told: BatchStands) -> batches.BatchProgress:
    return batches.BatchProgress(
        batch=batch(told.batch),
        videos=told.videos,
        counts=told.counts,
        cost_usd=told.cost_usd,
    )


def batch_item(one: BatchItem) -> batches.BatchItem:
    return batches.BatchItem(
        id=one.id,
        input=one.input,
        variant=one.variant,
        title=one.title,
        label=one.label,
        state=one.state,
        why=one.why,
        production_id=one.production_id,
        seconds=one.seconds,
        cost_usd=one.cost_usd,
    )


def plan(one: CalendarRow) -> calendar.Plan:
    return calendar.Plan(**one.model_dump(exclude={"owner_id", "find_id"}))


def draft_summary(one: Draft) -> drafts.DraftSummary:
    return drafts.DraftSummary(**_draft(one))


def draft(one: Draft) -> drafts.Draft:
    return drafts.Draft(**_draft(one), document=one.document)


def _draft(one: Draft) -> dict[str, Any]:
    hidden = {"owner_id", "document", "published_revision", "saved_by"}
    return one.model_dump(exclude=hidden) | {"title": one.title, "changed": one.changed}
