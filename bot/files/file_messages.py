"""Tells people what is odd about files that were read all the same. Pure.

See `unreadable.py` for files that were not.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.files import ParsedFile
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name
from bot.files.kind_names import name_kind
from bot.files.kinds import is_mislabelled

_INCOMPLETE_MESSAGE = (
    "_{name} is cut off or damaged: I used what is left of it. Please send it again if that is not"
    " enough._"
)
_LEFT_OUT_MESSAGE = "_Of {name} I did not see: {omission}._"
_MISLABELLED_MESSAGE = "_{name} is not what its name says. I read it as: {kind}._"
_GUESSED_ENCODING_MESSAGE = (
    "_{name} does not say how its letters are encoded, and there is more than one way to read it. I"
    " took it for {encoding}. If letters look wrong, please save it as UTF-8 and send it again._"
)
_GUESSED_PARTS_MESSAGE = (
    "_In {name} there are texts that do not say how their letters are encoded, and there is more"
    " than one way to read them. I took them for: {guesses}. If letters look wrong, please save the"
    " texts as UTF-8 and send them again._"
)
_ODD_LINE_MESSAGE = (
    "_One line of {name} is not in UTF-8 as the others are. I read it as {encoding}._"
)
_ODD_LINES_MESSAGE = (
    "_{count:,} lines of {name} are not in UTF-8 as the others are. I read them as {encoding}._"
)
BEHIND_OTHERS_MESSAGE = Message(
    "_Reading your files has taken more than two of the last ten minutes. For now the files of"
    " others come first, so yours may take longer._"
)


def list_file_messages(parsed_files: Iterable[ParsedFile]) -> tuple[Message, ...]:
    """Return sentences for files of which a part is not seen, or the name or encoding uncertain."""
    messages = list[Message]()
    for parsed_file in parsed_files:
        name = clean_name(parsed_file.name)
        if parsed_file.is_incomplete:
            messages.append(Message(_INCOMPLETE_MESSAGE, name=name))
        elif _has_unseen_parts(parsed_file):
            messages.append(Message(_LEFT_OUT_MESSAGE, name=name, omission=parsed_file.left_out))
        if parsed_file.guessed_encoding:
            messages.append(_describe_encoding(name, parsed_file))
        if parsed_file.guessed_parts:
            guesses = parsed_file.guessed_parts
            messages.append(Message(_GUESSED_PARTS_MESSAGE, name=name, guesses=guesses))
        if is_mislabelled(parsed_file.name, parsed_file):
            messages.append(
                Message(_MISLABELLED_MESSAGE, name=name, kind=name_kind(parsed_file.kind))
            )
    return tuple(messages)


def _describe_encoding(name: str, parsed_file: ParsedFile) -> Message:
    encoding = parsed_file.guessed_encoding
    if not parsed_file.odd_lines:
        return Message(_GUESSED_ENCODING_MESSAGE, name=name, encoding=encoding)
    return Message(
        _ODD_LINE_MESSAGE,
        plural=_ODD_LINES_MESSAGE,
        count=parsed_file.odd_lines,
        name=name,
        encoding=encoding,
    )


def _has_unseen_parts(parsed_file: ParsedFile) -> bool:
    """Whether something was not seen that the person did not leave out by naming pages."""
    return bool(parsed_file.left_out) and not parsed_file.left_out.startswith("all pages but")
