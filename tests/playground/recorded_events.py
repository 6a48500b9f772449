"""Events of the real Slack, recorded in the folder of specifications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def load_recorded_body(specs: Path, name: str) -> dict[str, Any]:
    """Load a recorded event body; `name` is the file without its ending, a dot, and the key."""
    stem, _, key = name.partition(".")
    body = json.loads((specs / "slack-events" / f"{stem}.json").read_text())[key]
    assert isinstance(body, dict)
    return body
