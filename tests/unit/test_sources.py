"""Sources become articles: what is kept, what is left out, what is refused."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter

from assets.reading import ReadSourceParams, read_source
from assets.sources.article import MAX_CHARACTERS, read
from assets.sources.inline import tidy
from vid_pipeline.artifacts import Article, Brief
from vid_pipeline.errors import BadSource
from vid_pipeline.ports import Page
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.testing.web import FakeWeb

SOURCES = Path(__file__).parents[2] / "examples" / "sources"
PROSE = "The lighthouse stands on a rock, and it has warned ships of the reef for many years. " * 8


def example(name: str) -> Article:
    return read((SOURCES / name).read_bytes(), name)


def whole(article: Article) -> str:
    return "\n".join(paragraph.text for paragraph in article.paragraphs)


@pytest.mark.parametrize(
    ("name", "title", "language"),
    [
        ("shipping-container.md", "The box that shrank the world", "en"),
        ("ferry-news.txt", "Port Ellery to run night ferries from March", "en"),
        ("shelfmark-readme.md", "Shelfmark", "en"),
        ("sourdough-blog.html", "Why your sourdough is flat", "en"),
        ("raindrop.pdf", "The long way of a raindrop", "en"),
        ("leuchtturm.md", "Das Licht am Rand der Karte", "de"),
        ("cacao.txt", "El cacao, la semilla que fue moneda", "es"),
    ],
)
def test_every_kind_of_source_gives_its_title_and_language(
    name: str, title: str, language: str
) -> None:
    article = example(name)
    assert (article.title, article.language) == (title, language)
    assert len(article.paragraphs) >= 8


def test_markdown_loses_its_markup_tables_links_and_references() -> None:
    text = whole(example("shipping-container.md"))
    for unwanted in ("*", "|", "#", "[1]", "example.org", "Panamax", "Study of the voyage"):
        assert unwanted not in text


def test_a_paragraph_knows_its_heading_and_its_kind() -> None:
    paragraphs = example("shipping-container.md").paragraphs
    assert next(p for p in paragraphs if p.kind == "quote").heading == "Before the box"
    assert [p.kind for p in paragraphs if p.heading == "Why it worked"].count("item") == 4


def test_a_readme_loses_its_installation_licence_and_thanks() -> None:
    text = whole(example("shelfmark-readme.md"))
    assert "turns a folder full of e-books into a library" in text
    for unwanted in ("pip", "Debian", "localhost", "Thanks", "MIT", "Pull requests", "badge"):
        assert unwanted not in text


def test_a_page_loses_its_navigation_banner_comments_code_and_footer() -> None:
    text = whole(example("sourdough-blog.html"))
    assert "Watch the dough and not the clock" in text
    for unwanted in ("cookie", "Recipes", "Great post", "height_now", "rights reserved", "-33%"):
        assert unwanted not in text


def test_a_news_story_loses_its_byline_and_its_calls() -> None:
    text = whole(example("ferry-news.txt"))
    for unwanted in ("Nora Lindqvist", "Published on", "newsletter", "Read more"):
        assert unwanted not in text


def test_a_pdf_is_put_together_from_its_lines() -> None:
    article = example("raindrop.pdf")
    assert len(article.paragraphs) == 10
    assert article.paragraphs[2].heading == "Up into the air"
    assert article.paragraphs[2].text.endswith("like a distillery as large as the planet.")


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("Reefs[12] are old.[citation needed]", "Reefs are old."),
        ("Bern (/bɛrn/) is small.", "Bern is small."),
        ("The quagga (pronounced KWA-ga) died out.", "The quagga died out."),
        ("It is here. See https://example.org/a for more. It stays.", "It is here. It stays."),
        ('He said "no" to it.', "He said “no” to it."),
        ("It's 10-20 km -- or more...", "It’s 10–20 km – or more…"),
        ("Great news 🎉 today", "Great news today"),
    ],
)
def test_a_paragraph_is_tidied(written: str, clean: str) -> None:
    assert tidy(written) == clean


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_common_encodings_are_read(encoding: str) -> None:
    article = read((PROSE + "Café, naïve – done.").encode(encoding), "a.txt")
    assert "Café, naïve – done." in whole(article)


def pdf(*, password: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(300, 400)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


NAVIGATION = (
    "<html><body><nav><ul>"
    + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(60))
    + "</ul></nav></body></html>"
)
JAPANESE = (
    "灯台は岩の上に立っています。長い間、船に危険を知らせてきました。今日も光っています。" * 20
)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "is empty"),
        ("a.txt", b" \n\n ", "is empty"),
        ("a.txt", b"One two three four five six seven eight nine ten.", "only 10 words"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(500), "binary data"),
        ("a.txt", bytes(range(256)) * 40, "binary data"),
        ("a.docx", b"PK\x03\x04" + bytes(900), "binary data"),
        ("a.txt", PROSE.encode() * 4000, f"at most {MAX_CHARACTERS:,}"),
        ("a.html", NAVIGATION.encode(), "no prose"),
        ("a.pdf", pdf(), "no text"),
        ("a.pdf", pdf(password="secret"), "encrypted"),
        ("a.pdf", b"%PDF-1.7\nrubbish", "damaged"),
        ("a.md", JAPANESE.encode(), "Japanese"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_with_reason_and_remedy(
    name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(BadSource, match=reason) as refused:
        read(data, name)
    assert refused.value.remedy.endswith(".")
    assert "\n" not in str(refused.value)


def test_a_named_language_is_not_questioned() -> None:
    assert read(PROSE.encode(), "a.txt", wanted_language="fr").language == "fr"


def test_read_source_takes_a_document_from_the_store(tmp_path: Path) -> None:
    store = FakeStore(tmp_path)
    document = store.put_bytes(PROSE.encode(), "text/plain")
    brief = Brief(name="light.txt", document=document, title="A light")
    article = read_source(ReadSourceParams(), brief, store=store, web=FakeWeb())
    assert article.title == "A light"


def test_read_source_takes_a_page_from_the_web(tmp_path: Path) -> None:
    url = "https://example.org/light"
    body = f"<html><body><article><h1>A light</h1><p>{PROSE}</p></article></body></html>"
    web = FakeWeb({url: Page(url, "text/html", body.encode())})
    article = read_source(
        ReadSourceParams(), Brief(name=url, url=url), store=FakeStore(tmp_path), web=web
    )
    assert article.url == url
    assert "warned ships" in whole(article)


def test_a_byline_and_a_date_are_no_headings() -> None:
    text = "“I lost the map”: a talk with Hanna Rask\n\nBy Tom Ellery, 22/11/2026\n\n" + PROSE_45
    article = read(text.encode(), "talk.txt")
    assert article.title == "“I lost the map”: a talk with Hanna Rask"
    assert {paragraph.heading for paragraph in article.paragraphs} == {None}


def test_a_readme_without_a_title_is_called_what_it_is_about() -> None:
    article = read(f"Shelfmark is a library. {PROSE_45}".encode(), "README.md")
    assert article.title == "Shelfmark"


PROSE_45 = "The glacier lost three metres of its thickness last summer. " + " ".join(
    f"In the year {year} the ice was {year - 1900} metres thick and nobody was worried."
    for year in (2001, 2005, 2011)
)
