"""`python -m ui.server`: the studio at the address that the settings name."""

from ui.server.app import build
from ui.shop import leave, shop


def main() -> None:
    """Serve until the process is told to end."""
    settings = shop().settings
    try:
        build().run(config={"server.port": settings.studio_port, "server.address": "127.0.0.1"})
    finally:
        leave()


if __name__ == "__main__":
    main()
