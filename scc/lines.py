"""Structured lines in the log, for what happens outside of a request."""

import json
import os
import time
from typing import Any


def tell(**fields: Any) -> None:
    """One line on standard output. No value from outside belongs in it."""
    line = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "stage": os.environ.get("SCC_STAGE", ""),
        **fields,
    }
    print(json.dumps(line), flush=True)
