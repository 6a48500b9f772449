"""Describes what Slack has written down of a clip, as public captures of file objects show it.

See `endpoints.py` for serving it.
"""

from __future__ import annotations

from typing import Any

from bot.playground.slack.workspace import TEAM, PlayedFile

TRANSCRIPT_NAME = "file.vtt"
_PREVIEW_CHARS = 100


def describe_clip(file: PlayedFile, origin: str) -> dict[str, Any]:
    """Describe how Slack plays a clip, and its transcript with the transcript's address if any."""
    display = {"media_display_type": file.mimetype.partition("/")[0]}
    if not file.transcript:
        return {**display, "transcription": {"status": "none"}}
    lines = file.transcript.splitlines()[1:]
    words = " ".join(line.strip("- ") for line in lines if line.strip() and "-->" not in line)
    preview = {"content": words[:_PREVIEW_CHARS], "has_more": len(words) > _PREVIEW_CHARS}
    return {
        **display,
        "transcription": {"status": "complete", "locale": "en-US", "preview": preview},
        "vtt": f"{origin}/files-tmb/{TEAM}-{file.id}/{TRANSCRIPT_NAME}",
    }
