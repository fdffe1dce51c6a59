"""Two users side by side in one studio: neither sees anything of the other's, by any way in.

Each row is tried by the owner first, who must get it, so that no row holds for nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import browsing
from tests.browser.sample import Sample, furnish
from tests.served import Person, Served
from ui import files
from vid_pipeline.acts import tokens
from vid_pipeline.scopes import SCOPES
from vid_pipeline.store import traces

pytestmark = pytest.mark.browser
LISTS = [
    "productions", "approvals", "drafts", "triggers", "batches", "keys", "notice-channels",
    "destinations", "tokens", "memories?channel=main", "calendar?first={first}&last={last}",
]  # fmt: skip
ONES = {
    "productions": ["", "/trace", "/forecast", "/files", "/outputs", "/events"],
    "approvals": [""],
    "drafts": [""],
    "triggers": ["", "/finds"],
    "batches": ["", "/items", "/results"],
    "memories": [""],
    "destinations": [""],
    "tokens": [""],
}
PAGES = {
    "run?production={production}": "Why reefs glow at night",
    "inbox?request={request}": "Approve the script",
    "history": "Why reefs glow at night",
    "library": "Why reefs glow at night",
    "triggers": "Harbour news",
    "destinations": "my-podcast",
    "brain": "We film in Bremen",
}


@dataclass(frozen=True)
class Two:
    """Whoever has things, and whoever wants to see them; each by cookie and by token."""

    url: str
    owner: httpx.Client
    other: httpx.Client
    stranger: httpx.Client
    sample: Sample
    people: tuple[Person, Person]


@pytest.fixture(scope="module")
def two(house: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    people = house.person(), house.person()
    sample = furnish(house.shop, people[0].id, tmp_path_factory.mktemp("two"))
    for one in people:
        tokens.make(house.shop.db, one.id, "Mine", [*SCOPES])
    with (
        httpx.Client(base_url=house.url, cookies=people[0].cookies, trust_env=False) as owner,
        httpx.Client(base_url=house.url, cookies=people[1].cookies, trust_env=False) as other,
        httpx.Client(base_url=house.url, trust_env=False) as stranger,
    ):
        yield Two(house.url, owner, other, stranger, sample, people)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_ones_own_alone(two: Two, name: str) -> None:
    day = two.sample.done.created_at
    path = "/api/v1/" + name.format(first=f"{day:%Y-%m-01}", last=f"{day:%Y-%m}-28")
    own, others = _ids(two.owner.get(path)), _ids(two.other.get(path))
    assert own
    assert not own & others
    assert two.stranger.get(path).status_code == 401


@pytest.mark.parametrize(
    ("name", "rest"), [(name, rest) for name, several in ONES.items() for rest in several]
)
def test_ones_own_is_not_there_for_another(two: Two, name: str, rest: str) -> None:
    listed = name if name != "memories" else "memories?channel=main"
    (key, *_) = sorted(_ids(two.owner.get(f"/api/v1/{listed}")))
    path = f"/api/v1/{name}/{key}{rest}"
    assert _status(two.owner, path) == 200
    assert _status(two.other, path) == 404
    assert _status(two.stranger, path) == 401


def test_a_token_opens_no_more_than_its_users_session(two: Two, house: Served) -> None:
    path = f"/api/v1/productions/{two.sample.done.id}"
    for person, expected in zip(two.people, (200, 404), strict=True):
        made = tokens.make(house.shop.db, person.id, "Another", [*SCOPES])
        bearer = {"Authorization": f"Bearer {made.secret.get_secret_value()}"}
        assert two.stranger.get(path, headers=bearer).status_code == expected
        assert two.stranger.get("/history", headers=bearer).status_code in {303, 401}


def test_a_file_is_its_owners_by_a_copied_an_altered_and_a_guessed_address(
    two: Two, house: Served
) -> None:
    with house.shop.db.acting(two.people[0].id) as conn:
        found = [one for one in traces.of_production(conn, two.sample.done.id) if one.output]
    ref = house.shop.store.put_bytes(b'{"found": 1}', "application/json")
    assert found
    address = files.address(house.shop.db.keys, two.people[0].id, ref)
    assert two.owner.get(address).content == b'{"found": 1}'
    guessed = files.address(house.shop.db.keys, two.people[1].id, ref)
    assert two.other.get(address).status_code == 404
    assert two.owner.get(guessed).status_code == 404
    assert two.owner.get(address.replace("mime=application", "mime=text")).status_code == 404
    assert two.owner.get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 404
    assert two.owner.get(f"/media/{ref.sha256}.json").status_code == 404
    assert two.stranger.get(address).status_code == 401


def test_events_and_exports_tell_of_ones_own_alone(two: Two) -> None:
    stream = f"/events/productions/{two.sample.done.id}"
    assert _status(two.owner, stream) == 200
    assert _status(two.other, stream) == 404
    assert _status(two.stranger, stream) == 401
    table = "/exports/history.csv"
    assert "Why reefs glow at night" in two.owner.get(table).text
    assert "Why reefs glow at night" not in two.other.get(table).text
    assert two.stranger.get(table).status_code == 401


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_its_owner_has_seen_shows_another_nothing_of_it(
    two: Two, chrome: Browser, house: Served, address: str
) -> None:
    path = "/" + address.format(production=two.sample.done.id, request=_request(two))
    owner, other = two.people
    with browsing(chrome, house, owner) as mine, browsing(chrome, house, other) as theirs:
        page = mine.new_page()
        page.goto(path)
        expect(page.locator("body")).to_contain_text(PAGES[address])
        strange = theirs.new_page()
        strange.goto(path)
        expect(strange.locator("h1").first).to_be_visible()
        strange.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')"
            "?.dataset.testScriptState === 'notRunning'"
        )
        assert PAGES[address] not in (strange.locator("body").text_content() or "")


def _request(two: Two) -> str:
    (key, *_) = _ids(two.owner.get("/api/v1/approvals"))
    return key


def _status(client: httpx.Client, path: str) -> int:
    """What is answered; a stream is left at its first byte."""
    with client.stream("GET", path) as answer:
        return answer.status_code


def _ids(answer: httpx.Response) -> set[str]:
    body: Any = answer.raise_for_status().json()
    return {str(one["id"]) for one in body["items"]}
