"""The commands for people in the loop: what they print, and how they refuse."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.gates import Stage, asks_for_a_form
from tests.storyboards import storyboard
from ui.cli import answers, approvals, continuing, failing, people, wording
from ui.cli.app import app
from ui.cli.continuing import headline
from vid_pipeline.acts import making
from vid_pipeline.acts.retrying import Forecast
from vid_pipeline.acts.verdicts import Decision, ItemDecision
from vid_pipeline.errors import BadRequest, BadSource, UserError
from vid_pipeline.settings import Settings
from vid_pipeline.store import users
from vid_pipeline.store.database import Database

SCENE: Any = storyboard().scenes[1].model_dump(mode="json")


def test_what_is_typed_becomes_a_decision() -> None:
    typed = answers.approval("fine", ["s2=too dark"], ["count=3", "ok=true", "mood=calm"], "a", 2.5)
    assert typed == Decision(
        verdict="approve",
        feedback="fine",
        items={"s2": ItemDecision(verdict="reject", note="too dark")},
        form={"count": "3", "ok": "true", "mood": "calm"},
        to="a",
        limit_usd=2.5,
    )
    assert answers.rejection("no", None, [], stop=True) == Decision(verdict="stop", feedback="no")


@pytest.mark.parametrize("limit", [-1.0, 0.0, float("nan"), float("inf")])
def test_a_cap_that_is_no_sum_is_refused(limit: float) -> None:
    with pytest.raises(BadRequest, match="Budget"):
        answers.approval("", [], [], None, limit)


@pytest.mark.parametrize("typed", ["s2", "=why", ""])
def test_what_is_no_pair_is_refused(typed: str) -> None:
    with pytest.raises(BadRequest, match="name=value"):
        answers.approval("", [typed], [], None, None)


def test_a_path_leads_to_what_is_changed() -> None:
    edited: Any = wording.edited(SCENE, ["card.text=New", "lines.l1_1.text=Said", "id=s1"], None)
    assert edited["card"]["text"] == "New"
    assert edited["lines"][1]["text"] == "Said"
    assert edited["lines"][0] == SCENE["lines"][0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("card.text", "path=value"),
        ("card.ghost=x", "'card.ghost'"),
        ("lines.l9.text=x", "'lines.l9.text'"),
        ("id.more=x", "'id.more'"),
        ("canvas.fps=many", "not JSON"),
    ],
)
def test_a_change_that_leads_nowhere_is_refused(change: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        wording.edited(SCENE, [change], None)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"null", None])
def test_a_file_that_holds_no_artifact_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "edit.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadSource):
        wording.edited(SCENE, [], file)


def test_an_edit_of_one_item_is_an_approval_of_it() -> None:
    before = answers.approval("", ["s2=why"], [], None, None)
    edited = approvals.with_edit(before, "s1", {"id": "s1"})
    assert edited.items["s1"] == ItemDecision(edit={"id": "s1"})
    assert edited.items["s2"].verdict == "reject"
    assert approvals.with_edit(before, "", {"a": 1}).edit == {"a": 1}


def test_a_forecast_says_what_runs_and_what_it_may_take() -> None:
    bare: Any = Forecast(
        production=None,  # type: ignore[arg-type]  # not looked at
        version=1,
        runs={"a": "new"},
        keeps={},
        cost_usd=None,
        seconds=None,
    )
    assert headline(bare) == "1 step to run"


@pytest.mark.parametrize(("typed", "usd"), [("2.50", 2.5), ("$3", 3.0)])
def test_a_sum_is_read(typed: str, usd: float) -> None:
    assert continuing.number(typed) == usd


# --- on an installation --------------------------------------------------------------------


@pytest.fixture
def installed(home: Path, database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDP_HOME", str(home))


@pytest.mark.usefixtures("installed")
def test_users_are_added_once_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    people.add("ada_l", "Ada", "ada@example.org", "reviewer")
    with pytest.raises(BadRequest, match="taken"):
        people.add("ada_l", "", None, "reviewer")
    capsys.readouterr()
    people.listed(as_json=True)
    (ada,) = [one for one in json.loads(capsys.readouterr().out) if one["handle"] == "ada_l"]
    assert (ada["display_name"], ada["role"]) == ("Ada", "reviewer")


@pytest.mark.parametrize(("handle", "role"), [("Ada L", "reviewer"), ("ada", "king"), ("", "x")])
def test_what_is_no_handle_or_no_role_is_refused(handle: str, role: str) -> None:
    with pytest.raises(BadRequest):
        people.add(handle, "", None, role)


@pytest.mark.usefixtures("installed")
def test_without_requests_the_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    people.add("idle_one", "", None, "creator")
    capsys.readouterr()
    approvals.listed("idle_one", as_json=False)
    assert capsys.readouterr().out == "Nothing waits for a decision.\n"
    approvals.listed("idle_one", as_json=True)
    assert json.loads(capsys.readouterr().out) == []
    with pytest.raises(BadRequest, match="vidp users add"):
        approvals.listed("ghost", as_json=False)


@pytest.fixture
def asking(installed: None, settings: Settings, database: Database) -> Iterator[Stage]:
    """A production of the local user that asks for a form."""
    with database.service() as conn:
        author = users.local(conn)
    stage = Stage.of(settings, database, author, asks_for_a_form({"name": "mood"}))
    assert stage.start().state == "waiting"
    yield stage
    with suppress(BadRequest):
        making.cancel(stage.shop, author.id, stage.production.id)


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code and what was printed, by the command line's own border."""
    capsys.readouterr()
    code = failing.run(lambda: app(list(arguments), standalone_mode=False), arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_request_is_listed_and_shown(asking: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    key = asking.open.short_id
    code, out, _ = ran(capsys, "approvals")
    assert (code, key in out) == (0, True)
    code, out, _ = ran(capsys, "approvals", key)
    assert code == 0
    assert f"vidp approve {key}" in out
    code, out, _ = ran(capsys, "approvals", key, "--json")
    assert (code, json.loads(out)["request"]["id"]) == (0, str(asking.open.id))


def test_what_does_not_fit_is_one_line_and_exit_code_2(
    asking: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    key = asking.open.short_id
    for command in (
        ["approve", key],
        ["approve", key, "--form", "mood"],
        ["approve", key, "--form", "mod=x"],
        ["approve", key, "--limit", "-1"],
        ["approve", key, "--reject", "s1=why"],
        ["approve", key, "--form", "mood=x", "--as", "ghost"],
        ["approve", "ffffffff-0"],
        ["reject", key, "--feedback", "no"],
        ["reject", key],
        ["edit", key, "--item", "s9", "--set", "a=b"],
        ["estimate", "ffffffff-0"],
        ["estimate", asking.production.short_id, "--from", "ghost"],
        ["estimate", asking.production.short_id, "--version", "99"],
        ["users", "add", "No Handle"],
    ):
        code, out, err = ran(capsys, *command)
        assert (command, code, out, err.count("\n")) == (command, 2, "", 1)
        assert err.startswith("error: ")
        code, out, err = ran(capsys, *command, "--json")
        if command[0] != "users":
            error = json.loads(out)["error"]
            assert (command, code, error["exit_code"], err) == (command, 2, 2, "")
    assert (asking.open.short_id, asking.now.state) == (key, "waiting")


def test_an_estimate_says_what_would_run(asking: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "estimate", asking.production.short_id, "--json")
    assert code == 0
    assert json.loads(out)["runs"] == {"person": "waiting"}
    assert len(asking.launches) == 1


def test_a_stop_is_told_and_cannot_be_said_twice(
    asking: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    key = asking.open.short_id
    code, out, _ = ran(capsys, "reject", key, "--stop", "--feedback", "enough")
    assert (code, out) == (0, "Stopped. The production has ended.\n")
    assert asking.now.state == "cancelled"
    code, _, err = ran(capsys, "approve", key, "--form", "mood=x")
    assert (code, "It was stopped already" in err) == (2, True)


def test_an_editor_that_gives_up_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "false")
    monkeypatch.setenv("EDITOR", "false")
    with pytest.raises(typer.Abort):
        wording.edited(SCENE, [], None)
