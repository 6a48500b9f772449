"""Which picture of a thread a command is about, and what it shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.delivery.file_names import describe_request
from bot.domain.conversation import Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef
from bot.domain.messages import Message
from bot.domain.safe_text import clean_name, truncate
from bot.request.commands import parse_command
from bot.request.flags import strip_flags
from bot.request.own_words import normalize_letters
from bot.request.picture_references import find_version
from bot.request.pictures.called_files import has_quoted
from bot.request.pictures.lineage import get_name

NO_PICTURES = "I have made no pictures in this thread yet."
_NOT_SO_MANY = "Only one picture is to be counted here. Name a version, as in `v2`."
_NOT_SO_MANY_PLURAL = (
    "Only {count} pictures are to be counted here. Name one of these, or a version, as in `v2`."
)
_NOT_CALLED = (
    "I see no picture here that is called {name}; what I can work on is {known}. What is in an"
    " archive or a document, please send on its own."
)
_NOT_CALLED_PLURAL = (
    "I see no picture here that is called {name}; those that I can work on are {known}. What is in"
    " an archive or a document, please send on its own."
)
_SEVERAL_CALLED = (
    "{count} pictures here are called {name}. Say which one, as in “the first {name}” or “the last"
    " {name}”."
)
_NOT_SO_MANY_CALLED = (
    "Not so many pictures here are called {name}. Say which one, as in “the last {name}”."
)
_MAX_NAMED = 8
# Of a longer thread, what came together long ago is not counted.
MAX_COUNTED_TURNS = 30
_MAX_SUBJECT_CHARS = 200


class NamesPicture(Protocol):
    """A command about one picture: that of a version, or at a position of several, from 0, or with
    one of `names`, of which the position is one."""

    @property
    def version(self) -> int | None: ...
    @property
    def position(self) -> int | None: ...
    @property
    def names(self) -> tuple[str, ...]: ...


def choose_picture(
    named: NamesPicture, pictures: Sequence[FileRef], turns: Sequence[Turn]
) -> FileRef:
    """Return the picture that a command names, or the newest, of the `pictures` of a thread, of
    which there is one at least.

    “The second picture” is that of the newest of `turns` that came with several, else of all.
    Raises `UserError`.
    """
    if named.version is not None:
        return choose_version(named.version, pictures)
    if named.names:
        return choose_called(named.names[0], pictures, turns, named.position)
    return choose_by_position(named.position, pictures, turns)


def choose_version(number: int, pictures: Sequence[FileRef]) -> FileRef:
    """Return the version with a number among `pictures`. Raises `UserError`."""
    versions = [ref for ref in pictures if ref.version]
    if not versions:
        raise UserError("no pictures", user_message=Message(NO_PICTURES))
    return find_version(versions, number)


def choose_by_position(
    position: int | None, pictures: Sequence[FileRef], turns: Sequence[Turn]
) -> FileRef:
    """Return the picture at `position` of several, as `choose_picture` does; -1 is the newest."""
    if position is None or position < 0:
        return pictures[-1]
    counted = find_together(pictures, turns)
    if position >= len(counted):
        count = len(counted)
        message = Message(_NOT_SO_MANY, plural=_NOT_SO_MANY_PLURAL, count=count)
        raise UserError("not so many pictures", user_message=message)
    return counted[position]


def is_called_guess(text: str, names: Sequence[str], pictures: Sequence[FileRef]) -> bool:
    """Whether a name with spaces, some of which may be other words of the `text`, is of none; what
    is quoted there is no guess."""
    is_guess = any(" " in name and not _find_called(name, pictures, text) for name in names)
    return is_guess and not has_quoted(text)


def choose_called(
    name: str,
    pictures: Sequence[FileRef],
    turns: Sequence[Turn],
    position: int | None = None,
) -> FileRef:
    """Return the one of `pictures` whose file is called `name`, in simplified letters.

    Of several it is the one that came with the message, the newest of `turns`, or that at a
    `position`, which counts those that came with the message where these are several. Raises
    `UserError` for none, and for several that differ.
    """
    called = _find_called(name, pictures, turns[-1].text if turns else "")
    name = clean_name(name)
    own = {ref.id for ref in turns[-1].files} if turns else set[str]()
    own_called = [ref for ref in called if ref.id in own]
    called = own_called if len(own_called) > (0 if position is None else 1) else called
    if not called:
        names = list(dict.fromkeys(get_name(ref) for ref in pictures))[-_MAX_NAMED:]
        values = {"name": name, "known": ", ".join(names), "count": len(names)}
        message = Message(_NOT_CALLED, plural=_NOT_CALLED_PLURAL, **values)
        raise UserError("no picture of that name", user_message=message)
    if position is None and len({ref.sha256 or ref.id for ref in called}) > 1:
        message = Message(_SEVERAL_CALLED, name=name, count=len(called))
        raise UserError("several pictures of that name", user_message=message)
    if position is not None and not -1 <= position < len(called):
        message = Message(_NOT_SO_MANY_CALLED, name=name)
        raise UserError("not so many of that name", user_message=message)
    return called[-1 if position is None else position]


def _find_called(name: str, pictures: Sequence[FileRef], text: str) -> list[FileRef]:
    # What came with the message is there twice.
    each = {ref.id: ref for ref in pictures}.values()
    plain = {ref.id: _normalize(clean_name(ref.name)) for ref in each}
    name, text = _normalize(clean_name(name)), _normalize(text)
    called = [ref for ref in each if plain[ref.id] == name]
    # The first words of a name with spaces may have been read as other words of the message.
    return called or [
        ref for ref in each if plain[ref.id].endswith(f" {name}") and plain[ref.id] in text
    ]


def _normalize(words: str) -> str:
    return " ".join(normalize_letters(words).split())


def find_together(
    pictures: Sequence[FileRef], turns: Sequence[Turn], own_files: Sequence[FileRef] = ()
) -> Sequence[FileRef]:
    """Return those of `pictures` that came together: with the message, else with the newest of
    `turns` that has several; all where none has."""
    known = {ref.id for ref in pictures}
    groups = [own_files, *(turn.files for turn in reversed(turns))]
    together = ([ref for ref in group if ref.id in known] for group in groups)
    return next((group for group in together if len(group) > 1), pictures)


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
    if ref.made_from and ref.made_from not in by_label and parse_command(ref.request_text):
        # What was done here to an upload shows what the upload shows.
        stems = [find_stem(name) for name in ref.made_from.split(", ")]
        return truncate(", ".join(stems), _MAX_SUBJECT_CHARS)
    subject = describe_request(strip_flags(ref.request_text)) if ref.request_text else ""
    return truncate(subject or clean_name(ref.name), _MAX_SUBJECT_CHARS)


def derive_subject(ref: FileRef, versions: Sequence[FileRef]) -> str:
    """Return what a picture shows that is made of `ref` without a model."""
    return find_subject(ref, versions) if ref.version else find_stem(ref.name)


def find_stem(name: str) -> str:
    """Return the name of a file without its ending."""
    plain = clean_name(name)
    return plain.rpartition(".")[0] or plain
