"""The page of destinations, without a browser."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from ui.pages.destinations import came, headline, leads
from vid_pipeline.acts import destinations
from vid_pipeline.destination_records import Destination, Sending
from vid_pipeline.destinations import ToFolder
from vid_pipeline.store import destinations as stored
from vid_pipeline.store.database import Database


def _draw() -> None:
    from ui.pages import destinations as page  # noqa: PLC0415  (AppTest runs this text alone)

    page.render()


def _add() -> None:
    from ui import state  # noqa: PLC0415
    from ui.pages import destination_form, destinations  # noqa: PLC0415

    destination_form.add(state.studio(), destinations.added)


def _change() -> None:
    from ui import state  # noqa: PLC0415
    from ui.pages import destination_form  # noqa: PLC0415
    from vid_pipeline.acts import destinations  # noqa: PLC0415

    here = state.studio()
    (one,) = destinations.listed(here.db, here.user)
    destination_form.change(here, one, lambda _: None)


def _remove() -> None:
    from ui import state  # noqa: PLC0415
    from ui.pages import destinations as page  # noqa: PLC0415
    from vid_pipeline.acts import destinations  # noqa: PLC0415

    here = state.studio()
    for one in destinations.listed(here.db, here.user):
        page.removing(here, one)


def drawn() -> AppTest:
    at = AppTest.from_function(_draw, default_timeout=60).run()
    assert not at.exception
    return at


@pytest.fixture(autouse=True)
def emptied(page: AppTest, database: Database) -> None:
    """An installation on which nobody has a destination."""
    for one in destinations.listed(database, database.local_user):
        destinations.remove(database, database.local_user, one.name)


def shown(at: AppTest) -> str:
    return "\n".join(one.value for one in [*at.markdown, *at.error, *at.success, *at.warning])


def test_an_empty_page_teaches_and_leads_to_the_first_one() -> None:
    at = drawn()
    assert "Your videos stay in this studio" in shown(at)
    at.button(key="destinations:first").click().run()
    assert not at.exception
    assert at.text_input(key="destinations:new:folder:path").label == "Folder"


def test_a_folder_is_added_and_what_is_wrong_is_said_beside_the_form(database: Database) -> None:
    at = form()
    at.text_input(key="destinations:new:folder:name").set_value("Shorts!")
    at.text_input(key="destinations:new:folder:path").set_value("../out")
    submit(at)
    assert "lower case letters" in at.error[0].value
    at.text_input(key="destinations:new:folder:name").set_value("shorts")
    submit(at)
    assert "is no folder below yours" in at.error[0].value
    at.text_input(key="destinations:new:folder:path").set_value("shorts/history")
    submit(at)
    (made,) = destinations.listed(database, database.local_user)
    assert (made.name, made.shown) == ("shorts", "folder shorts/history")


def test_keys_go_in_and_are_never_shown_again(database: Database) -> None:
    at = form("bucket")
    key = "destinations:new:bucket"
    for field, value in (("name", "site"), ("bucket", "s3://bucket/v"), ("key_id", "AKIDsecret")):
        at.text_input(key=f"{key}:{field}").set_value(value)
    at.text_input(key=f"{key}:key_secret").set_value("s3cret")
    submit(at)
    (made,) = destinations.listed(database, database.local_user)
    assert made.sealed
    at = AppTest.from_function(_change, default_timeout=60).run()
    key = f"destinations:{made.id}:bucket"
    assert at.text_input(key=f"{key}:bucket").value == "s3://bucket/v"
    assert [at.text_input(key=f"{key}:{one}").value for one in ("key_id", "key_secret")] == ["", ""]
    at.text_input(key=f"{key}:region").set_value("eu-central-1")
    submit(at)
    with database.acting(database.local_user) as conn:
        assert "s3cret" in str(stored.secret(conn, database.keys, made.id))
        goes = stored.get(conn, made.id).goes
    assert goes.model_dump()["region"] == "eu-central-1"
    assert "s3cret" not in shown(drawn())


def test_a_webhooks_signing_key_is_shown_once(database: Database) -> None:
    at = form("webhook")
    at.text_input(key="destinations:new:webhook:name").set_value("cms")
    at.text_input(key="destinations:new:webhook:url").set_value("https://cms.example.org/t0ken")
    submit(at)
    (made,) = destinations.listed(database, database.local_user)
    assert stored.signing_key(database.keys, made.id) in [one.value for one in at.code]
    at = drawn()
    assert not at.code
    assert "t0ken" not in shown(at)


def test_a_podcast_has_a_form_of_its_own(database: Database) -> None:
    at = form("podcast")
    key = "destinations:new:podcast"
    fields = {
        "name": "pod",
        "feed_title": "Reefs",
        "base_url": "https://pod.example.org",
        "folder:path": "pod/reefs",
        "author": "Ada",
    }
    for field, value in fields.items():
        at.text_input(key=f"{key}:{field}").set_value(value)
    submit(at)
    (made,) = destinations.listed(database, database.local_user)
    told = made.goes.model_dump()
    assert (told["place"]["path"], told["feed"]["author"]) == ("pod/reefs", "Ada")


def test_one_is_paused_enabled_and_tested(database: Database) -> None:
    made = added(database)
    at = drawn()
    assert "Nothing was sent there yet" in shown(at)
    at.button(key=f"destinations:rest-{made.id}").click().run()
    assert not destinations.stands(database, made.owner_id, "shorts").destination.enabled
    assert "Paused" in shown(at)
    at.button(key=f"destinations:rest-{made.id}").click().run()
    assert destinations.stands(database, made.owner_id, "shorts").destination.enabled
    at.button(key=f"destinations:test-{made.id}").click().run()
    assert "shorts can be sent to" in at.success[0].value


def test_removing_is_asked_about_as_it_cannot_be_undone(database: Database) -> None:
    made = added(database)
    at = drawn()
    at.button(key=f"destinations:remove-{made.id}").click().run()
    assert "cannot be undone" in shown(at)
    at = AppTest.from_function(_remove, default_timeout=60).run()
    at.button(key="destinations:remove-yes").click().run()
    assert destinations.listed(database, made.owner_id) == []


def test_a_card_says_how_it_stands_in_words() -> None:
    now = datetime.now(UTC)
    one = Destination(
        id=uuid4(),
        owner_id=uuid4(),
        name="my-[pod]",
        kind="folder",
        goes=ToFolder(path="a"),
        sealed=False,
        enabled=False,
        created_at=now,
    )
    assert leads(one) == "Folder · a"
    assert headline(one) == r":material/folder: **my-\[pod\]** :orange-badge[Paused]"
    sending = Sending(
        id=uuid4(),
        owner_id=one.owner_id,
        production_id=uuid4(),
        destination_id=one.id,
        subject="a" * 64,
        state="failed",
        tries=1,
        error="It broke *off*.",
        begun_at=now,
        about="Reefs",
    )
    assert "did not get through, just now" in came(sending)
    assert r"It broke \*off\*." in came(sending)


def form(kind: str = "folder") -> AppTest:
    """The form of a new one, as the dialog draws it: AppTest knows no dialogs."""
    at = AppTest.from_function(_add, default_timeout=60).run()
    at.button_group(key="destinations:kind").set_value(kind).run()
    assert not at.exception
    return at


def submit(at: AppTest) -> None:
    [button] = [one for one in at.button if (one.key or "").startswith("FormSubmitter")]
    button.click().run()
    assert not at.exception


def added(database: Database) -> Destination:
    new = destinations.checked({"name": "shorts", "goes": {"kind": "folder", "path": "a"}})
    return destinations.add(database, database.local_user, new).destination
