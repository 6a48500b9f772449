"""Parses the file objects of Slack's payloads. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.files import TRANSCRIPT_MODE, FileRef
from bot.domain.safe_text import normalize_file_name
from handlers.parsing.fields import read_mapping, read_mappings, read_text

MAX_FILES = 50
_CLIP_TYPES = ("audio/", "video/")


def parse_files(raw_files: object) -> tuple[FileRef, ...]:
    """Parse the `files` of a message, at most `MAX_FILES`, and skip what is not a file object."""
    refs = (_parse_file(raw) for raw in read_mappings(raw_files)[:MAX_FILES])
    return tuple(ref for ref in refs if ref.id)


def merge_files(refs: Iterable[FileRef]) -> tuple[FileRef, ...]:
    """Return the first `MAX_FILES` distinct files; of two with the same id, the first."""
    refs_by_id: dict[str, FileRef] = {}
    for ref in refs:
        refs_by_id.setdefault(ref.id, ref)
    return tuple(refs_by_id.values())[:MAX_FILES]


def is_shared_in(raw_file: Mapping[str, Any], channel: str) -> bool:
    """Whether a file object says that the file is shared in `channel`."""
    shares = read_mapping(raw_file, "shares").values()
    return any(isinstance(channels, Mapping) and channels.get(channel) for channels in shares)


def _parse_file(raw: Mapping[str, Any]) -> FileRef:
    size = raw.get("size")
    ref = FileRef(
        id=read_text(raw.get("id")),
        name=normalize_file_name(read_text(raw.get("name")) or read_text(raw.get("title"))),
        mimetype=read_text(raw.get("mimetype")),
        size=size if isinstance(size, int) and 0 <= size < 1 << 53 else 0,
        url=read_text(raw.get("url_private_download")) or read_text(raw.get("url_private")),
        mode="external"
        if raw.get("is_external") is True
        else read_text(raw.get("mode")) or "hosted",
        access=read_text(raw.get("file_access")) or "visible",
    )
    return _apply_transcript(ref, raw)


def _apply_transcript(ref: FileRef, raw: Mapping[str, Any]) -> FileRef:
    """Return a clip as the transcript that Slack made of it, in WebVTT; other files as they are.

    While Slack still works on one, the file has no address, as one that it still takes in.
    """
    status = read_text(read_mapping(raw, "transcription").get("status"))
    if ref.mode != "hosted" or not ref.mimetype.startswith(_CLIP_TYPES):
        return ref
    if status == "processing":
        return replace(ref, mode=TRANSCRIPT_MODE, url="", size=0)
    address = read_text(raw.get("vtt"))
    if status != "complete" or not address:
        return ref
    return replace(ref, mode=TRANSCRIPT_MODE, mimetype="text/vtt", url=address, size=0)
