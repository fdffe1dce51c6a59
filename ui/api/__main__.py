"""`python -m ui.api`: the description of the API, as it is kept in `docs/openapi.json`."""

import json
import sys

from ui.api.app import build

if __name__ == "__main__":
    sys.stdout.write(json.dumps(build().openapi(), indent=1, ensure_ascii=False) + "\n")
