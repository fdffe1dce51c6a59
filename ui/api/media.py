"""Files over the API: with ranges, shown by no browser as a page of ours, their errors problems."""

from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from ui.api.problems import HEADERS, problem
from ui.api.routing import Responses

_SHOWN = ("image/png", "image/jpeg", "video/mp4", "audio/", "text/vtt", "application/json")
_FAULTS = {
    400: ("bad-request", "Write the range as bytes=0-1023."),
    416: ("bad-range", "Ask for bytes within it."),
}


class Media(FileResponse):
    """A file that is read in ranges, if they are asked for."""

    def __init__(self, path: Path, mime: str, name: str) -> None:
        safe = mime.startswith(_SHOWN)
        super().__init__(
            path,
            media_type=mime if safe else "application/octet-stream",
            filename=name,
            content_disposition_type="inline" if safe else "attachment",
            headers=HEADERS | {"Content-Security-Policy": "default-src 'none'; sandbox"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a range that it does not have is a problem, as any other error."""
        refused = False

        async def told(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in _FAULTS:
                refused = True
                kind, detail = _FAULTS[message["status"]]
                instance = scope.get("root_path", "") + scope["path"].removeprefix(
                    scope.get("root_path", "")
                )
                await problem(kind, detail, instance)(scope, receive, send)
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, told)


MEDIA: Responses = {
    200: {"description": "The file.", "content": {"application/octet-stream": {}}},
    206: {"description": "A part of it.", "content": {"application/octet-stream": {}}},
}
"""What routes of files answer, for the description of the API."""
