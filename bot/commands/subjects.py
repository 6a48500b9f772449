"""What a picture of a thread shows, in the words of the person who asked for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.file_names import describe_request
from bot.domain.files import FileRef
from bot.domain.safe_text import clean_name, truncate
from bot.request.commands import parse_command
from bot.request.flags import strip_flags

_MAX_SUBJECT_CHARS = 200


def find_subject(ref: FileRef, versions: Sequence[FileRef]) -> str:
    """Return what `ref` was asked for; its name for an upload.

    For one that was brought back, that is what the earlier one of `versions` was asked for.
    """
    by_label = {f"v{one.version}": one for one in versions}
    for _ in versions:
        is_command = parse_command(ref.request_text) is not None
        if not is_command or ref.made_from not in by_label:
            break
        ref = by_label[ref.made_from]
    subject = describe_request(strip_flags(ref.request_text)) if ref.request_text else ""
    return truncate(subject or clean_name(ref.name), _MAX_SUBJECT_CHARS)
