"""`python -m ui.server`: the studio at the address that the settings name."""

import logging
import sys

import uvicorn

from ui.server import first, warming
from ui.server.app import build
from ui.shop import leave, shop

_GRACE_S = 2


def main() -> None:
    """Serve until the process is told to end."""
    settings = shop().settings
    told = first.notice(settings, shop().db)
    if told:
        sys.stdout.write(told + "\n")
        sys.stdout.flush()
    logging.getLogger("uvicorn.access").addFilter(lambda _: False)  # addresses may hold tokens
    warming.begin()
    try:
        uvicorn.run(
            build(),
            host=settings.studio_host,
            port=settings.studio_port,
            ws="websockets-sansio",
            access_log=False,
            proxy_headers=False,  # the gate reads them, from proxies that the settings name
            server_header=False,
            use_colors=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
    finally:
        leave()


if __name__ == "__main__":
    main()
