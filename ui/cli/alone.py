"""`vidp retry --only STEP`: one step alone, in a production of its own."""

from ui.cli import continuing
from ui.cli.installation import entered
from vid_pipeline.acts import running_alone
from vid_pipeline.acts.retrying import Wish
from vid_pipeline.errors import BadRequest


def run(key: str, step: str, wish: Wish, *, yes: bool, wait: bool, as_json: bool) -> None:
    """Say what would run and on what, ask, and do it."""
    _refuse(step, wish)
    with entered() as here:
        expected = running_alone.forecast(here.shop, here.user, key, step, version=wish.version)
        if not as_json:
            continuing.tell(expected)
        continuing.confirm(yes=yes or as_json)
        made = running_alone.run(here.shop, here.user, key, step, version=wish.version)
        continuing.tell_or_follow(here, made.id, wait=wait, as_json=as_json)


def estimate(key: str, step: str, wish: Wish, *, as_json: bool) -> None:
    """Say what it would run and cost; change nothing."""
    _refuse(step, wish)
    with entered() as here:
        expected = running_alone.forecast(here.shop, here.user, key, step, version=wish.version)
    continuing.tell_estimate(expected, as_json=as_json)


def _refuse(step: str, wish: Wish) -> None:
    if wish.steps or wish.fresh:
        raise BadRequest("Option --only", step, "It goes with --version alone.")
