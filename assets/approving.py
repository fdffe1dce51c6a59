"""Step kinds that ask people: approve one thing, approve each of several, fill in a form."""

from collections.abc import Mapping

from pydantic import Field

from assets.author.spoken import spoken
from assets.sources.language import detect
from vid_pipeline.artifacts import A, Answers, Artifact, Line, Listed, Scene, Script
from vid_pipeline.asking import Ask, FormField, Rule
from vid_pipeline.errors import BadRequest
from vid_pipeline.kinds import StepKind, StepParams
from vid_pipeline.ports import Reviews
from vid_pipeline.research import Critique, FactCheck, Research


class AskParams(StepParams):
    """What is asked, of whom, and until when."""

    title: str = Field(default="", max_length=120, description="What people are asked to do.")
    rule: Rule = Rule()


class ApproveParams(AskParams):
    form: tuple[FormField, ...] = Field(default=(), description="What else they fill in.")
    back_to: tuple[str, ...] = Field(
        default=(), description="Steps that feedback may go to; all that take some if unset."
    )


class FormParams(AskParams):
    form: tuple[FormField, ...] = Field(min_length=1, description="What they fill in.")


def approve(
    params: ApproveParams,
    item: A,
    research: Research | None = None,
    facts: FactCheck | None = None,
    critique: Critique | None = None,
    *,
    reviews: Reviews,
) -> A:
    """What was approved, with the edits of whoever approved it.

    Research, fact check and critique of a script are waited for, and shown beside its lines.

    Raises:
        Waits: nobody has decided yet.
    """
    del research, facts, critique  # people see them: they are read by this step's trace
    ask = _ask(params, "approval", f"Approve the {type(item).__name__.lower()}")
    decided = reviews.decided(ask, {"": item})
    return _mended(item, decided.artifacts[""])  # type: ignore[return-value]  # of its own type


def approve_each(params: ApproveParams, items: tuple[A, ...], *, reviews: Reviews) -> Listed[A]:
    """Several things, each approved by itself; only those that were rejected are asked again.

    Raises:
        Waits: not all are approved yet.
    """
    if not items:
        return Listed(items=())  # nothing that anybody could look at
    name = type(items[0]).__name__.lower()
    keyed = {str(getattr(one, "id", number)): one for number, one in enumerate(items, 1)}
    decided = reviews.decided(_ask(params, "items", f"Approve each {name}"), keyed)
    return Listed(items=tuple(_mended(keyed[key], decided.artifacts[key]) for key in keyed))


def ask_person(params: FormParams, about: A | None, *, reviews: Reviews) -> Answers:
    """What somebody filled into a form, beside what it is about.

    Raises:
        Waits: nobody has answered yet.
    """
    subjects: Mapping[str, Artifact] = {} if about is None else {"": about}
    decided = reviews.decided(_ask(params, "approval", "Answer some questions"), subjects)
    return Answers(values=dict(decided.answers))


APPROVE = StepKind.of(approve, reusable=False, gate=True)
APPROVE_EACH = StepKind.of(approve_each, reusable=False, gate=True)
ASK_PERSON = StepKind.of(ask_person, reusable=False, gate=True)


class GivenParams(StepParams):
    type: str = Field(description="The artifact that it stands for, as `Script`.")


def given(params: GivenParams) -> A:  # type: ignore[type-var]  # the setting says what A is
    """Stands for what a workflow is given by the one that nests it."""
    raise BadRequest(
        "Workflow", params.type, "It is to be nested in another one, which gives it this."
    )


GIVEN = StepKind.of(given, reusable=False)


def _ask(params: ApproveParams | FormParams, kind: str, title: str) -> Ask:
    back_to = params.back_to if isinstance(params, ApproveParams) else ()
    return Ask.model_validate(
        {
            "kind": kind,
            "title": params.title or title,
            "rule": params.rule,
            "form": params.form,
            "back_to": back_to,
        }
    )


def _mended(before: A, after: A) -> A:
    """Edited lines are said as they are now read, unless what is said was edited too."""
    if isinstance(before, Script) and isinstance(after, Script):
        lines = _said(before.lines, after.lines, after.language)
        return after.model_copy(update={"lines": lines})
    if isinstance(before, Scene) and isinstance(after, Scene) and before.lines != after.lines:
        language = detect(" ".join(line.text for line in after.lines), "the scene")
        return after.model_copy(update={"lines": _said(before.lines, after.lines, language)})
    return after


def _said(before: tuple[Line, ...], after: tuple[Line, ...], language: str) -> tuple[Line, ...]:
    known = {line.id: line for line in before}
    return tuple(_line(known.get(line.id), line, language) for line in after)


def _line(before: Line | None, after: Line, language: str) -> Line:
    if before is None or before.text == after.text or before.spoken != after.spoken:
        return after
    return after.model_copy(update={"spoken": spoken(after.text, language)})
