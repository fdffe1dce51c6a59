"""What steps may ask of the outside world. Real forms in `resources`, fakes in `testing`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, JsonValue

from vid_pipeline.artifacts import Artifact, Brief, Canvas, MediaRef, Receipt
from vid_pipeline.asking import Ask
from vid_pipeline.cancel import CancelToken
from vid_pipeline.memories import Feedback, Kept, NewMemory, Recalled
from vid_pipeline.packages import Package
from vid_pipeline.step_events import EventKind, StepEvent
from vid_pipeline.talk import Question, Reply

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A validated answer, who gave it (`provider/model`), and what it cost."""

    value: T
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: float


@dataclass(frozen=True)
class SpokenWord:
    """`start`:`end` are character positions in the text that was said; times from its start."""

    start: int
    end: int
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Spoken:
    """Speech as samples: mono, float32, full scale ±1, shape (frames,), at `rate_hz`."""

    samples: npt.NDArray[np.float32]
    rate_hz: int
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True)
class Voice:
    """A voice by name, for one ISO 639-1 language."""

    name: str
    language: str
    description: str


@dataclass(frozen=True)
class Page:
    """What a URL gave, after redirects."""

    url: str
    mime: str
    body: bytes


@dataclass(frozen=True)
class Link:
    """A link of a page; `number` is what `Browsing.follow` takes."""

    number: int
    text: str
    url: str


@dataclass(frozen=True)
class View:
    """A page as a browser shows it.

    `text` has a line for a heading (`## …`), a list's item (`- …`) or a paragraph, and `[3]` behind
    the words of link 3. `fields` and `buttons` are the labels of what can be filled and clicked.
    """

    url: str
    title: str
    text: str
    links: tuple[Link, ...]
    fields: tuple[str, ...]
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """An element's place in the page, in CSS pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class JobRequest:
    """Work that a provider does by and by: its operation, what goes in, and the most it may cost.

    `input` must hold no keys: it is written down.
    """

    operation: str
    input: JsonValue
    most_usd: float


@dataclass(frozen=True)
class JobResult:
    """What a provider's job gave: JSON, and a file in the store if it made one.

    `cost_usd` is what this call was charged: 0 for a job that was paid before.
    """

    job_id: str
    provider: str
    value: JsonValue
    file: MediaRef | None
    cost_usd: float


@dataclass(frozen=True)
class SandboxFile:
    """A file of a production's folder; the name starts there: `clips/one.mp4`."""

    name: str
    size_bytes: int


MediaKind = Literal["video", "picture", "sound", "text"]


@dataclass(frozen=True)
class LibraryItem:
    """A file that the owner has made or uploaded; `id` finds it again."""

    id: str
    title: str
    kind: MediaKind
    file: MediaRef
    workflow: str
    duration_s: float | None = None


@dataclass(frozen=True)
class StockItem:
    """A picture or video of an outside collection; `link` is where its bytes are."""

    id: str
    title: str
    kind: Literal["video", "picture"]
    width_px: int
    height_px: int
    duration_s: float | None
    credit: str
    page: str
    link: str


@dataclass(frozen=True)
class Shot:
    """A page drawn twice: PNG of the background alone, PNG of all else on nothing.

    `boxes` holds the places of every element with a `data-layer` attribute, in document order,
    beside the values of its `data-*` attributes; a run of text over several lines has several.
    """

    background: bytes
    foreground: bytes
    boxes: tuple[tuple[Box, dict[str, str]], ...]


@dataclass(frozen=True)
class Turn:
    """What a step gave (its artifact's JSON, if it is still there), and what it was told of it."""

    gave: JsonValue
    feedback: str
    by: str


@dataclass(frozen=True)
class Decided:
    """What people approved, by the keys they were shown it under, and what they filled in."""

    artifacts: Mapping[str, Artifact]
    answers: Mapping[str, JsonValue]


class LLM(Protocol):
    @property
    def available(self) -> bool:
        """Whether a key is set; without one, kinds use their offline form."""
        ...

    @property
    def fingerprint(self) -> str:
        """What answers depend on besides the question: `provider/model`, or "" without a key."""
        ...

    def ask(self, prompt: str, answer: type[T], *, system: str = "") -> Answer[T]:
        """One validated answer; invalid ones are asked again.

        Raises:
            LLMError: refused, failed, or still invalid after the last try.
        """
        ...

    def answer(
        self,
        question: Question,
        answer: type[T],
        *,
        reasks: int = 2,
        told: Callable[[str], object] | None = None,
    ) -> Answer[T]:
        """One validated answer to a whole conversation.

        `told` hears its JSON as it grows: all of it so far each time, from the start again when
        the model is asked again.

        Raises:
            LLMError: refused, failed, or still invalid after so many re-asks.
        """
        ...

    def reply(self, question: Question, *, told: Callable[[str], object] | None = None) -> Reply:
        """A model's next turn: words, or the tools it wants.

        `told` hears its words as they come: all of them so far each time, from the start again
        when the model is asked again.

        Raises:
            LLMError: refused, failed, or cut off.
        """
        ...


class Jobs(Protocol):
    @property
    def available(self) -> bool:
        """Whether a service is set."""
        ...

    @property
    def fingerprint(self) -> str:
        """What results depend on besides the request: the service, or "" without one."""
        ...

    def run(self, ask: JobRequest, *, told: Callable[[float], object] | None = None) -> JobResult:
        """Order a job, wait for it, fetch what it made; the same request is ordered once.

        A job that is known from before is waited for or fetched again, never ordered anew.
        `told` hears how far it is, 0 to 1.

        Raises:
            JobFailed: no service, refused, failed, gone, or not ended in time.
            OverBudget: it could pass a cap on spending; nothing was ordered.
            Cancelled: asked to stop; the job goes on at the provider, and so does a later run.
        """
        ...


class Embeddings(Protocol):
    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384)."""
        ...


class Speech(Protocol):
    @property
    def fingerprint(self) -> str:
        """What the sound depends on besides the text: the engine and its version."""
        ...

    def voices(self) -> tuple[Voice, ...]:
        """Voices by name; `say` also takes a language code, for that language's own voice."""
        ...

    def say(self, text: str, *, voice: str, words_per_minute: int = 165) -> Spoken:
        """Speak a text; emoji are silent, and a text without a letter or digit has no samples.

        Every word of the text is in `words`, in order, without overlap; scripts that are written
        without spaces are cut at every character.

        Raises:
            BadRequest: no such voice or rate, or it cannot read these letters; says what would do.
            SpeechError: the text is too long, or there is no audio.
        """
        ...


class Browser(Protocol):
    def draw(self, html: str, canvas: Canvas) -> Shot:
        """Lay out a page we wrote and take its picture; it can reach no network and no file.

        Raises:
            ToolMissing: no Chromium on this machine.
            ToolFailed: the page did not load.
        """
        ...


class Web(Protocol):
    def fetch(self, url: str) -> Page:
        """Read a public page.

        Raises:
            BadSource: not http(s), not public, not reachable, too large, or an error status.
        """
        ...

    def allows(self, url: str) -> bool:
        """Whether the site lets programs read a page, by its robots.txt."""
        ...


class Browsing(Protocol):
    """A browser for reading the web, one for the calling step; it is closed when the step ends.

    Every method may raise `BadSource` (the page cannot be had, or a cap is reached), `BadRequest`
    (no page is open, no such link, label or field) and `Cancelled`.
    """

    def search(self, query: str) -> tuple[Link, ...]:
        """What the search engine finds; `follow` takes their numbers."""
        ...

    def open(self, url: str) -> View:
        """Open a public page that robots.txt lets programs read; a banner about cookies is gone."""
        ...

    def read(self) -> View:
        """The page as it is now."""
        ...

    def follow(self, number: int) -> View:
        """Open a link of what was seen last."""
        ...

    def fill(self, label: str, text: str) -> View:
        """Write into the field with a label, in place of what is there; nothing is sent."""
        ...

    def click(self, label: str) -> View:
        """Click what has a label. What would send more than an address is held back."""
        ...

    def submit(self, label: str) -> View:
        """Click what has a label, and let the page send what was filled in."""
        ...

    def screenshot(self) -> bytes:
        """A PNG of the whole page, down to a limit."""
        ...

    def capture(self, canvas: Canvas, *, at: str = "") -> bytes:
        """A PNG of the canvas' size, to be a scene: the top of the page, or where a text stands."""
        ...


class Store(Protocol):
    """The content-addressed artifact store."""

    def put(self, file: Path, mime: str) -> MediaRef: ...

    def put_bytes(self, data: bytes, mime: str) -> MediaRef: ...

    def path(self, ref: MediaRef) -> Path:
        """A local file with these bytes, to read only.

        Raises:
            StoreError: the store has no such bytes, or they do not match their name.
        """
        ...

    def recall(self, key: str) -> MediaRef | None:
        """What was kept under a key, if its bytes are still there."""
        ...

    def keep(self, key: str, ref: MediaRef) -> None:
        """Remember a derived file under a key that names all it was made from."""
        ...


class Sandbox(Protocol):
    """Two places: work space of the run for our own code, and the production's files for agents.

    Agents name files and never see a path; the files outlive the run. Whoever put it there, what
    is no regular file with one name is not opened. Every method that takes a name may raise
    `BadRequest` (it cannot be one, or is no plain file) and `NotFound`.
    """

    def path(self, name: str) -> Path:
        """A path in the run's work space; the folder exists, the file need not.

        Raises:
            BadRequest: the name would leave the folder.
        """
        ...

    def files(self, folder: str = "") -> tuple[SandboxFile, ...]:
        """The production's files in a folder and below it, by name."""
        ...

    def read(self, name: str, *, most_bytes: int) -> bytes:
        """A file's bytes.

        Raises:
            OverLimit: it has more than `most_bytes`.
        """
        ...

    def write(self, name: str, data: bytes | Iterable[bytes]) -> SandboxFile:
        """Keep bytes under a name; a file of that name is replaced, as a whole.

        Raises:
            OverLimit: the quota would not hold.
            StoreError: the disk is full.
        """
        ...

    def take(self, file: Path, name: str) -> SandboxFile:
        """Keep a copy of a file that a tool has made, as `write` does."""
        ...

    def lend(self, name: str, folder: Path) -> Path:
        """A copy for a tool, in a folder of the tool's own, named by its content."""
        ...

    def move(self, name: str, to: str) -> SandboxFile:
        """Give a file another name, which nothing has yet."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file, or an empty folder."""
        ...


class Library(Protocol):
    """What the production's owner has made or uploaded."""

    def search(
        self, words: str, *, kind: MediaKind | None = None, most: int = 10
    ) -> tuple[LibraryItem, ...]:
        """Files, those first that fit the words best; newest if none."""
        ...

    def find(self, key: str) -> LibraryItem:
        """A file by its id.

        Raises:
            NotFound: the owner has no such file.
        """
        ...


class Stock(Protocol):
    """A collection of pictures and videos that others have made."""

    @property
    def available(self) -> bool:
        """Whether a key is set."""
        ...

    def search(
        self, words: str, *, kind: Literal["video", "picture"], most: int = 10
    ) -> tuple[StockItem, ...]:
        """What fits some words, best first.

        Raises:
            ToolError: no key, refused, or it does not answer.
        """
        ...

    def find(self, key: str) -> StockItem:
        """One of them by its id.

        Raises:
            NotFound: there is none.
            ToolError: no key, refused, or it does not answer.
        """
        ...


class Production(Protocol):
    """The production that the step is part of."""

    @property
    def id(self) -> str: ...

    @property
    def brief(self) -> Brief: ...

    @property
    def facts(self) -> dict[str, str]:
        """What the manifest says of it: workflow, version, run, versions of the engine."""
        ...

    @property
    def folder(self) -> Path:
        """Where it is delivered; made on first use."""
        ...

    def progress(self, done: float, note: str = "") -> None:
        """Tell those who watch how far the calling step is, 0 to 1."""
        ...


class Reviews(Protocol):
    def decided(self, ask: Ask, subjects: Mapping[str, Artifact]) -> Decided:
        """What people decided on these artifacts, their edits in it; asks them if nobody did yet.

        Raises:
            Waits: nobody has decided; the request is written, and the step ends without output.
            BadRequest: it asks somebody who is not a user here.
        """
        ...


class Conversation(Protocol):
    @property
    def turns(self) -> tuple[Turn, ...]:
        """What the calling step gave and was told of it, oldest first; empty at its first try."""
        ...


class Trace(Protocol):
    """What the calling step does on its way: kept for people, and for its next try."""

    def tell(self, event: StepEvent) -> None:
        """Keep an event, at once and for good."""
        ...

    def saying(self, words: str) -> None:
        """Show what the step is writing, all of it so far; gone when it says or gives it."""
        ...

    def kept(self, kind: EventKind, key: str) -> StepEvent | None:
        """The first event of this kind that the step kept under a key, in any try of it."""
        ...

    def earlier(self) -> tuple[StepEvent, ...]:
        """All events of the try whose output the newest feedback is about; empty without one."""
        ...


class Memory(Protocol):
    """The content brain: what the channels of the production's owner have learned."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever one of the brains does."""
        ...

    def recall(
        self,
        query: str,
        *,
        channel: str = "main",
        most: int = 8,
        kinds: Sequence[str] = (),
        rules: bool = False,
    ) -> tuple[Recalled, ...]:
        """What fits a question, best first; with `rules`, what holds always before it.

        That the calling step was given them is written down.

        Raises:
            BadRequest: the question is too long, or no such channel name or kind.
        """
        ...

    def remember(self, new: NewMemory, *, channel: str = "main") -> Kept:
        """Keep something, once; in a slot, instead of what was there.

        Where its source says nothing of them, production and step are written down.

        Raises:
            BadRequest: another memory says just this, or no such channel name.
        """
        ...

    def feedback(self) -> tuple[Feedback, ...]:
        """What reviewers said in this production of what its steps gave, oldest first."""
        ...


class Outlets(Protocol):
    """Where the production's owner publishes: a folder, a bucket, a podcast, another program."""

    def banned(self) -> tuple[str, ...]:
        """What no text of the production's channel may say, in the words of its memory."""
        ...

    def send(self, destination: str, package: Package) -> Receipt:
        """Bring a package to a destination, once: sent again it gives the receipt it gave.

        Raises:
            NotFound: the owner has no such destination.
            BadRequest: it is paused, or the operator does not allow where it leads.
            NotDelivered: it did not get through; what is visible there is whole all the same.
            Cancelled: asked to stop.
        """
        ...


@dataclass(frozen=True)
class Ports:
    """One of each port. Field names are the keyword-only names that a kind may ask for."""

    llm: LLM
    embeddings: Embeddings
    speech: Speech
    browser: Browser
    web: Web
    browsing: Browsing
    store: Store
    sandbox: Sandbox
    production: Production
    reviews: Reviews
    conversation: Conversation
    trace: Trace
    jobs: Jobs
    library: Library
    stock: Stock
    memory: Memory
    outlets: Outlets
    cancel: CancelToken
