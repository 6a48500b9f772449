"""Messages of Slack of every shape, each with the exact text that the model reads."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[1] / "golden" / "slack_messages"


@dataclass(frozen=True, slots=True)
class GoldenMessage:
    """`message` as Slack shows it to the app, without its place and author."""

    kind: str
    name: str
    message: dict[str, Any]
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def load_golden_messages() -> list[GoldenMessage]:
    """Load all of them, in the order of the files."""
    return [
        GoldenMessage(path.stem, one["name"], one["message"], one["text"])
        for path in sorted(_FOLDER.glob("*.json"))
        for one in json.loads(path.read_text())
    ]
