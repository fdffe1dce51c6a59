"""Finding Chromium, how it is started, and the pages' own files."""

import os
import shutil
from pathlib import Path

from vid_pipeline.errors import ToolMissing
from vid_pipeline.media import grain

ORIGIN = "https://scene.local/"
"""Where pages live. It is nowhere: the browser is given each file by hand."""

FONTS = Path(__file__).with_name("fonts")
SCRIPT = Path(__file__).with_name("page.js")

CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; "
    f"font-src {ORIGIN}; img-src {ORIGIN}; base-uri 'none'; form-action 'none'"
)

_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_DOWNLOADS = (".cache/ms-playwright", "Library/Caches/ms-playwright")
_DOWNLOADED = (
    "chromium_headless_shell-*/chrome-*/*headless[-_]shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
_REMEDY = (
    "Install it with `apt-get install chromium` or `playwright install --with-deps chromium`, "
    "or name its program in the settings."
)

_SAME_PIXELS = (
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--disable-gpu",
    "--in-process-gpu",
    "--run-all-compositor-stages-before-draw",
    "--disable-checker-imaging",
    "--disable-image-animation-resync",
    "--disable-new-content-rendering-timeout",
    "--disable-threaded-animation",
    "--disable-threaded-scrolling",
)
_QUIET = (
    "--no-first-run",
    "--no-zygote",
    "--mute-audio",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--disable-sync",
    "--metrics-recording-only",
    "--use-mock-keychain",
    "--password-store=basic",
)
_NO_NETWORK = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


def find(explicit: Path | None = None) -> Path:
    """The Chromium to use: the one named, else one on PATH, else Playwright's download.

    Raises:
        ToolMissing: there is none, or the one named is not a program.
    """
    if explicit is not None:
        if not os.access(explicit, os.X_OK) or explicit.is_dir():
            raise ToolMissing(f"Chromium at {str(explicit)!r}", _REMEDY)
        return explicit
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    for folder in _DOWNLOADS:
        for pattern in _DOWNLOADED:
            if programs := sorted((Path.home() / folder).glob(pattern)):
                return programs[-1]
    raise ToolMissing("Chromium", _REMEDY)


def arguments(profile: Path, *, sandboxed: bool) -> list[str]:
    """Command-line arguments: no window, no network, the same pixels each time.

    Source: lab measurements of which flags stop requests to loopback; redirects and WebSockets
    pass a request filter, but not a dead proxy.
    """
    sandbox = () if sandboxed else ("--no-sandbox",)
    return [
        "--headless",
        "--remote-debugging-pipe",
        f"--user-data-dir={profile}",
        *sandbox,
        *_SAME_PIXELS,
        *_QUIET,
        *_NO_NETWORK,
    ]


def file(url: str) -> tuple[bytes, str] | None:
    """Bytes and MIME type of a page's own file; None for every address that is not one."""
    if not url.startswith(ORIGIN):
        return None
    name = url.removeprefix(ORIGIN)
    if name == "":
        return b"<!doctype html><title>scene</title><body></body>", "text/html"
    if name == "grain.png":
        return grain.tile(), "image/png"
    known = {f"fonts/{path.name}": path for path in FONTS.glob("*.[ot]tf")}
    return (known[name].read_bytes(), "font/ttf") if name in known else None
