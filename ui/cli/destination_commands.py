"""The commands of `vidp destination`."""

# ruff: noqa: PLC0415  (what a command needs is imported when it is called)

from typing import Annotated

import typer

destination_app = typer.Typer(no_args_is_help=True, help="Where finished videos go.")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Key = Annotated[str, typer.Argument(help="The destination's name, or the end of its id.")]
Name = Annotated[str, typer.Argument(help="What workflows call it, such as `my-podcast`.")]
Path = Annotated[str | None, typer.Option("--path", help="A folder below your published ones.")]
Bucket = Annotated[str | None, typer.Option("--bucket", help="s3://bucket/prefix.")]
Endpoint = Annotated[str | None, typer.Option("--endpoint", help="If it is not Amazon's.")]
Region = Annotated[str, typer.Option("--region")]
Operators = Annotated[
    bool, typer.Option("--operator-keys", help="Use the operator's keys, where they allow it.")
]


@destination_app.command("list")
def destination_list(as_json: Json = False) -> None:
    """List your destinations."""
    from ui.cli import destinations

    destinations.listed(as_json=as_json)


@destination_app.command("add")
def destination_add(
    kind: Annotated[str, typer.Argument(help="folder, bucket, podcast or webhook.")],
    name: Name,
    path: Path = None,
    bucket: Bucket = None,
    endpoint: Endpoint = None,
    region: Region = "us-east-1",
    operator_keys: Operators = False,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Where the public finds a podcast's files.")
    ] = None,
    title: Annotated[str, typer.Option("--title", help="A podcast's title.")] = "",
    site: Annotated[str | None, typer.Option("--site", help="A podcast's own page.")] = None,
    description: Annotated[str, typer.Option("--description")] = "",
    author: Annotated[str, typer.Option("--author")] = "",
    language: Annotated[str, typer.Option("--language")] = "en",
    image: Annotated[str | None, typer.Option("--image", help="A podcast's cover: a URL.")] = None,
    category: Annotated[str, typer.Option("--category", help="One of Apple's.")] = "",
    explicit: Annotated[bool, typer.Option("--explicit")] = False,
    as_json: Json = False,
) -> None:
    """Add a destination; keys and addresses that are secret are typed, or piped in."""
    from ui.cli import destinations

    where: dict[str, object] = {
        "path": path,
        "bucket": bucket,
        "endpoint": endpoint,
        "region": region,
        "own_keys": not operator_keys,
    }
    feed: dict[str, object] = {
        "title": title,
        "base_url": base_url,
        "site": site,
        "description": description,
        "author": author,
        "language": language,
        "image": image,
        "category": category,
        "explicit": explicit,
    }
    destinations.add(kind, name, where, feed, as_json=as_json)


@destination_app.command("edit")
def destination_edit(
    key: Key,
    path: Path = None,
    bucket: Bucket = None,
    endpoint: Endpoint = None,
    region: Annotated[str | None, typer.Option("--region")] = None,
    operator_keys: Annotated[
        bool | None,
        typer.Option("--operator-keys/--own-keys", help="Whose keys open the bucket."),
    ] = None,
    base_url: Annotated[str | None, typer.Option("--base-url")] = None,
    title: Annotated[str | None, typer.Option("--title")] = None,
    site: Annotated[str | None, typer.Option("--site")] = None,
    description: Annotated[str | None, typer.Option("--description")] = None,
    author: Annotated[str | None, typer.Option("--author")] = None,
    language: Annotated[str | None, typer.Option("--language")] = None,
    image: Annotated[str | None, typer.Option("--image")] = None,
    category: Annotated[str | None, typer.Option("--category")] = None,
    explicit: Annotated[bool | None, typer.Option("--explicit/--not-explicit")] = None,
    secret: Annotated[
        bool, typer.Option("--secret", help="Put in new keys, or a webhook's new address.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Lead a destination elsewhere; what is not given stays as it is."""
    from ui.cli import destinations

    where: dict[str, object] = {
        "path": path,
        "url": bucket,
        "endpoint": endpoint,
        "region": region,
        "own_keys": None if operator_keys is None else not operator_keys,
    }
    feed: dict[str, object] = {
        "title": title,
        "base_url": base_url,
        "site": site,
        "description": description,
        "author": author,
        "language": language,
        "image": image,
        "category": category,
        "explicit": explicit,
    }
    destinations.edit(key, where, feed, secret=secret, as_json=as_json)


@destination_app.command("enable")
def destination_enable(key: Key, as_json: Json = False) -> None:
    """Send there again."""
    from ui.cli import destinations

    destinations.enable(key, enabled=True, as_json=as_json)


@destination_app.command("disable")
def destination_disable(key: Key, as_json: Json = False) -> None:
    """Send nothing there for now; videos that would go there are not begun."""
    from ui.cli import destinations

    destinations.enable(key, enabled=False, as_json=as_json)


@destination_app.command("test")
def destination_test(key: Key, as_json: Json = False) -> None:
    """Put something small there and take it away; a webhook is posted a test."""
    from ui.cli import destinations

    destinations.test(key, as_json=as_json)


@destination_app.command("remove")
def destination_remove(key: Key, as_json: Json = False) -> None:
    """Forget a destination; what lies there stays."""
    from ui.cli import destinations

    destinations.remove(key, as_json=as_json)
