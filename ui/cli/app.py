"""The commands of `vidp` and their options.

What a command needs is imported when it is called: `vidp --help` answers at once, and
`vidp inspect` loads no database.
"""

# ruff: noqa: PLC0415  (the reason is above)

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from ui.cli import failing
from ui.cli.batch_commands import batch_app
from ui.cli.destination_commands import destination_app
from ui.cli.memory_commands import memory_app
from ui.cli.trigger_commands import trigger_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Turns an article into a finished, narrated, captioned video.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
users_app = typer.Typer(no_args_is_help=True, help="The people who may be asked to decide.")
app.add_typer(users_app, name="users")
workflow_app = typer.Typer(no_args_is_help=True, help="Workflows and their published versions.")
app.add_typer(workflow_app, name="workflow")
channels_app = typer.Typer(
    no_args_is_help=True, help="Where you are told that a video needs you: e-mail, Slack, webhooks."
)
app.add_typer(channels_app, name="channels")
keys_app = typer.Typer(no_args_is_help=True, help="Your own keys for models' providers.")
app.add_typer(keys_app, name="keys")
budget_app = typer.Typer(no_args_is_help=True, help="What may be spent, and what was.")
app.add_typer(budget_app, name="budget")
app.add_typer(memory_app, name="memory")
app.add_typer(trigger_app, name="trigger")
app.add_typer(destination_app, name="destination")
app.add_typer(batch_app, name="batch")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
OfProduction = Annotated[
    str | None, typer.Option("--production", help="Of this production, by its id.")
]
Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The workflow's short name.")]
Request = Annotated[str, typer.Argument(help="A request's id, or the start or end of it.")]
Run = Annotated[str, typer.Argument(help="A production's id, or the start or end of it.")]
From = Annotated[
    list[str] | None, typer.Option("--from", help="A step, or an item of it: draw, draw[s2].")
]
Only = Annotated[
    str | None, typer.Option("--only", help="This step alone, in a production of its own.")
]
Rejected = Annotated[
    list[str] | None, typer.Option("--reject", help="Of several: s2=why, sent back alone.")
]
Form = Annotated[list[str] | None, typer.Option(help="A field of its form: name=value.")]
AsUser = Annotated[str | None, typer.Option("--as", help="Act as this user.")]
Wait = Annotated[bool, typer.Option("--wait", help="Watch until it ends or waits again.")]
ChannelId = Annotated[str, typer.Argument(metavar="ID", help="A channel's id, or an end of it.")]
KeyId = Annotated[str, typer.Argument(metavar="KEY", help="Its id, an end of it, or a provider.")]
Version = Annotated[int | None, typer.Option("--version", help="The newest if not given.")]


def main() -> None:
    """Run the command that the command line names; ends the process with its exit code."""
    sys.exit(failing.run(lambda: app(standalone_mode=False), sys.argv[1:]))


@app.command()
def make(
    source: Annotated[str, typer.Argument(help="A file (md, txt, html, pdf), a URL, or - .")],
    *,
    workflow: Annotated[
        str | None, typer.Option(help="Which one; else the channel's, or article-to-short.")
    ] = None,
    channel: Annotated[
        str | None, typer.Option(help="The channel it is for, by its name or its slug.")
    ] = None,
    aspect: Annotated[str, typer.Option(help="9:16, 16:9 or 1:1.")] = "9:16",
    seconds: Annotated[int, typer.Option(help="Wanted length, 15 to 600.")] = 60,
    voice: Annotated[str | None, typer.Option(help="Voice, by name or language code.")] = None,
    language: Annotated[str | None, typer.Option(help="ISO 639-1; detected if unset.")] = None,
    title: Annotated[str | None, typer.Option(help="Instead of the source's own.")] = None,
    hook: Annotated[str | None, typer.Option(help="The line it opens with, word for word.")] = None,
    out: Annotated[Path | None, typer.Option(help="The video; else out/<title>.mp4.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Reuse nothing.")] = False,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001  (read by `failing`)
) -> None:
    """Make a video of SOURCE."""
    from ui.cli.making import Order, make
    from vid_pipeline.acts.briefs import Wishes

    wishes = Wishes(aspect, seconds, voice, language, title, hook=hook)
    order = Order(source, wishes, workflow=workflow, channel=channel, out=out, fresh=fresh)
    make(order, as_json=as_json)


@app.command()
def runs(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """List productions, newest first."""
    from ui.cli import history

    history.runs(limit, as_json=as_json)


@app.command()
def trace(
    run: Run,
    conversation: Annotated[
        bool, typer.Option("--conversation", help="What was said with models, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show what each step of a production read, took and spent: its model calls and tools, too."""
    from ui.cli import history

    history.trace(run, conversation=conversation, as_json=as_json)


@app.command("approvals")
def approvals_(
    request: Annotated[str | None, typer.Argument(help="One of them; else all.")] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """List what waits for a decision, or show one request."""
    from ui.cli import approvals

    if request is None:
        approvals.listed(as_user, as_json=as_json)
    else:
        approvals.show(request, as_user, as_json=as_json)


@app.command()
def approve(
    request: Request,
    *,
    note: Annotated[str, typer.Option(help="What to say with it.")] = "",
    reject_item: Rejected = None,
    form: Form = None,
    to: Annotated[str | None, typer.Option(help="The step that rejected items go back to.")] = None,
    limit: Annotated[float | None, typer.Option(help="Of a budget: the new cap in USD.")] = None,
    as_user: AsUser = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Approve a request; of several things, those that --reject does not name."""
    from ui.cli import answers, approvals

    decision = answers.approval(note, reject_item or [], form or [], to, limit)
    approvals.decide(request, decision, as_user, wait=wait, as_json=as_json)


@app.command()
def reject(
    request: Request,
    *,
    feedback: Annotated[str, typer.Option(help="What shall be different.")] = "",
    to: Annotated[str | None, typer.Option(help="The step that tries again.")] = None,
    item: Annotated[
        list[str] | None, typer.Option(help="Of several only this, s2=why; others are approved.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="End the production.")] = False,
    as_user: AsUser = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Reject a request: its feedback goes back to a step, which tries again."""
    from ui.cli import answers, approvals

    decision = answers.rejection(feedback, to, item or [], stop=stop)
    approvals.decide(request, decision, as_user, wait=wait, as_json=as_json)


@app.command()
def edit(
    request: Request,
    *,
    item: Annotated[str, typer.Option(help="Of several: which one.")] = "",
    change: Annotated[
        list[str] | None, typer.Option("--set", help="path=value, as lines.l3.text=…")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="The whole artifact as JSON.")] = None,
    reject_item: Rejected = None,
    form: Form = None,
    as_user: AsUser = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Change what a request shows, in your editor unless told, and approve it so."""
    from ui.cli import answers, approvals

    decision = answers.approval("", reject_item or [], form or [], None, None)
    edit = approvals.Edit(item, tuple(change or ()), file)
    approvals.edit(request, decision, edit, as_user, wait=wait, as_json=as_json)


@app.command()
def resume(run: Run, wait: Wait = False, as_json: Json = False) -> None:
    """Go on with a production that failed, was cancelled, or was decided."""
    from ui.cli import continuing

    continuing.resume(run, wait=wait, as_json=as_json)


@app.command()
def retry(
    run: Run,
    *,
    steps: From = None,
    version: Version = None,
    only: Only = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Reuse nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Run a production again from a step, one item of it, a step alone, or on another version."""
    from ui.cli import alone, continuing
    from vid_pipeline.acts.retrying import Wish

    wish = Wish(tuple(steps or ()), version, fresh)
    if only is not None:
        alone.run(run, only, wish, yes=yes, wait=wait, as_json=as_json)
    else:
        continuing.retry(run, wish, yes=yes, wait=wait, as_json=as_json)


@app.command()
def cancel(run: Run, as_json: Json = False) -> None:
    """Stop a production; what was finished is kept."""
    from ui.cli import continuing

    continuing.cancel(run, as_json=as_json)


@app.command()
def estimate(
    run: Run,
    *,
    steps: From = None,
    version: Version = None,
    only: Only = None,
    as_json: Json = False,
) -> None:
    """Say what going on with a production would run, keep, cost and take."""
    from ui.cli import alone, continuing
    from vid_pipeline.acts.retrying import Wish

    wish = Wish(tuple(steps or ()), version)
    if only is not None:
        alone.estimate(run, only, wish, as_json=as_json)
    else:
        continuing.estimate(run, wish, as_json=as_json)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A media file.")], as_json: Json = False
) -> None:
    """Report a media file's streams, timing and levels."""
    from ui.cli import machine

    machine.inspect(file, as_json=as_json)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Try every part of the installation; exit code 1 when something needed is missing."""
    from ui.cli import machine

    machine.doctor(as_json=as_json)


@app.command()
def migrate() -> None:
    """Bring the database up to date."""
    from ui.cli import machine

    machine.migrate()


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)
def dagster(context: typer.Context) -> None:
    """Run Dagster's own command line on this installation, its database held open meanwhile."""
    from ui.cli import machine

    raise typer.Exit(machine.dagster(context.args))


@app.command()
def up() -> None:
    """Run the studio, Dagster and the database until Ctrl-C."""
    from ui.cli.up import run

    run()


@users_app.command("list")
def users_list(as_json: Json = False) -> None:
    """List the users of this installation."""
    from ui.cli import people

    people.listed(as_json=as_json)


@users_app.command("add")
def users_add(
    handle: Annotated[str, typer.Argument(help="A short name: lower case, digits, _.")],
    name: Annotated[str, typer.Option(help="What people call them.")] = "",
    email: Annotated[str | None, typer.Option(help="Where notices go.")] = None,
    role: Annotated[str, typer.Option(help="creator, reviewer or administrator.")] = "reviewer",
) -> None:
    """Add somebody who may be asked to decide."""
    from ui.cli import people

    people.add(handle, name, email, role)


@users_app.command("invite")
def users_invite(
    email: Annotated[str, typer.Option(help="Whom it is good for; anybody if not given.")] = "",
    role: Annotated[str, typer.Option(help="creator, reviewer or administrator.")] = "creator",
) -> None:
    """Print a link with which somebody makes an account."""
    from ui.cli import people

    people.invite(email, role)


@users_app.command("reset")
def users_reset(
    handle: Annotated[str, typer.Argument(help="Whose password; see vidp users list.")],
) -> None:
    """Print a link with which a user chooses a new password."""
    from ui.cli import people

    people.reset(handle)


@channels_app.command("list")
def channels_list(as_json: Json = False) -> None:
    """List your channels and what waits in them."""
    from ui.cli import channels

    channels.listed(as_json=as_json)


@channels_app.command("add")
def channels_add(
    kind: Annotated[str, typer.Argument(help="email, slack or webhook.")],
    target: Annotated[str, typer.Argument(help="An address, or the webhook's URL.")],
    events: Annotated[
        str | None,
        typer.Option(help="asked,reminder,escalated,failed,done,expired; all if not given."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a channel; a webhook's signing key is printed once."""
    from ui.cli import channels

    channels.add(kind, target, events, as_json=as_json)


@channels_app.command("remove")
def channels_remove(channel: ChannelId, as_json: Json = False) -> None:
    """Remove a channel and what waits in it."""
    from ui.cli import channels

    channels.remove(channel, as_json=as_json)


@channels_app.command("test")
def channels_test(channel: ChannelId, as_json: Json = False) -> None:
    """Send a test notice now and say what happened."""
    from ui.cli import channels

    channels.test(channel, as_json=as_json)


@keys_app.command("list")
def keys_list(as_json: Json = False) -> None:
    """List your keys: their last four characters, and when they were used."""
    from ui.cli import keys

    keys.listed(as_json=as_json)


@keys_app.command("add")
def keys_add(
    provider: Annotated[str, typer.Argument(help="anthropic, openai, …")],
    name: Annotated[str, typer.Option(help="One of that name is replaced.")] = "default",
    as_json: Json = False,
) -> None:
    """Keep a key, which is asked for without echo or read from standard input."""
    from ui.cli import keys

    keys.add(provider, name, as_json=as_json)


@keys_app.command("test")
def keys_test(key: KeyId, as_json: Json = False) -> None:
    """Ask the provider whether it takes a key; exit code 1 if not."""
    from ui.cli import keys

    keys.test(key, as_json=as_json)


@keys_app.command("revoke")
def keys_revoke(key: KeyId, as_json: Json = False) -> None:
    """Delete what is kept of a key."""
    from ui.cli import keys

    keys.revoke(key, as_json=as_json)


@workflow_app.command("list")
def workflow_list(as_json: Json = False) -> None:
    """List the newest version of every workflow."""
    from ui.cli import workflows

    workflows.listed(as_json=as_json)


@workflow_app.command("show")
def workflow_show(slug: Slug, version: Version = None, as_json: Json = False) -> None:
    """Show the steps of a workflow and its versions."""
    from ui.cli import workflows

    workflows.show(slug, version, as_json=as_json)


@workflow_app.command("check")
def workflow_check(
    what: Annotated[str, typer.Argument(help="A JSON file, or a published workflow's slug.")],
    as_json: Json = False,
) -> None:
    """List every fault of a workflow; exit code 2 when there is one."""
    from ui.cli import workflows

    workflows.check(what, as_json=as_json)


@workflow_app.command("publish")
def workflow_publish(
    file: Annotated[Path, typer.Argument(help="A JSON file.")],
    note: Annotated[str, typer.Option(help="What is new.")] = "",
    as_json: Json = False,
) -> None:
    """Check a workflow and publish it as a new version."""
    from ui.cli import workflows

    workflows.publish(file, note, as_json=as_json)


@workflow_app.command("export")
def workflow_export(
    slug: Slug,
    version: Version = None,
    out: Annotated[Path | None, typer.Option(help="A file; else standard output.")] = None,
) -> None:
    """Write a published workflow as JSON."""
    from ui.cli import workflows

    workflows.export(slug, version, out)


@workflow_app.command("import")
def workflow_import(
    file: Annotated[Path, typer.Argument(help="A JSON file, or - for standard input.")],
    slug: Annotated[str | None, typer.Option(help="Import it under another name.")] = None,
    as_json: Json = False,
) -> None:
    """Check a workflow somebody exported and publish it here."""
    from ui.cli import workflows

    workflows.imported(file, slug, as_json=as_json)


@workflow_app.command("schema")
def workflow_schema() -> None:
    """Print the JSON Schema of a workflow document."""
    from vid_pipeline.workflow import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@budget_app.command("show")
def budget_show(production: OfProduction = None, as_json: Json = False) -> None:
    """Show caps, spent and set aside: for a production, in all, this month."""
    from ui.cli import budget

    budget.show(production, as_json=as_json)


@budget_app.command("set")
def budget_set(
    scope: Annotated[str, typer.Argument(help="production, user or month.")],
    usd: Annotated[str, typer.Argument(help="The cap in US dollars, or none.")],
    production: OfProduction = None,
    as_json: Json = False,
) -> None:
    """Set a cap on spending; calls that could pass it are not sent."""
    from ui.cli import budget

    budget.set_cap(scope, usd, production, as_json=as_json)
