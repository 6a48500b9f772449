"""Which earlier pictures a message is about: “it”, “the second one”, “v2”, “go back”. Pure.

A picture that is sent again costs a thousand tokens and more, so only those in question are sent.
In doubt they are: an answer that cannot see its subject is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef, Provenance
from bot.domain.messages import Message
from bot.request import translated_words
from bot.request.back_references import BackReference
from bot.request.file_references import MAX_CALLED_FILES, limit_called_files
from bot.request.own_words import normalize_letters
from bot.request.pictures.go_back import read_steps_back
from bot.request.pictures.lineage import find_before
from bot.request.pictures.variations import is_of_what_is_shown

MAX_RESENT_PICTURES = 3
# “It” reaches back to the last question and its answer.
_RECENT_TURNS = 2
_PICTURE_NOUN_PATTERN = re.compile(
    r"\b(pictures?|images?|photos?|drawings?|screenshots?|sketch(?:es)?|paintings?|logos?|icons?"
    r"|posters?|diagrams?|charts?|versions?|v\d+|bild(?:er|s)?|fotos?|zeichnung(?:en)?|skizzen?"
    r"|imágenes|imagen|dessins?)\b",
    re.IGNORECASE,
)
_EDIT_PATTERN = re.compile(
    r"\b(make (?:it|him|her|them|the|everything|that|this)|turn (?:it|the|this|that|him|her)|rotate"
    r"|crop|flip|mirror|tint|colou?r|recolou?r|blur|sharpen|brighten|darken|edit|resize|enlarge"
    r"|invert|caption|frame|sepia|gr[ae]y(?:scale)?|black[- ]and[- ]white|remove|erase|background"
    r"|foreground|sky|brighter|darker|bigger|smaller|redder|bluer|warmer|cooler|zoom out|upscale"
    r"|add (?:an?|some|the|more)|replace (?:the|it|him|her)|mach (?:es|ihn|sie|das)|entferne)\b",
    re.IGNORECASE,
)
# Held against simplified text. Japanese letters may stand right before and after it.
_VERSION_PATTERN = re.compile(
    r"(?<![a-z0-9\u00c0-\u024f_])(?:v|version |バージョン ?)(\d{1,4})(?![a-z0-9\u00c0-\u024f_])"
)
_ORDINAL_POSITIONS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_ORDINAL_POSITIONS |= {"1st": 0, "2nd": 1, "3rd": 2, "4th": 3, "5th": 4}
_ORDINAL_POSITIONS |= {"erste": 0, "zweite": 1, "dritte": 2, "vierte": 3, "letzte": -1}
_ORDINAL_PATTERN = re.compile(
    rf"\b({'|'.join(_ORDINAL_POSITIONS)})n?"
    r" (?:one|picture|image|photo|variation|version|file|drawing|bild"
    r"|foto|variante)\b",
    re.IGNORECASE,
)
_COMBINE_PATTERN = re.compile(
    r"\b(in (?:this|that|the same|its) style|like (?:this|that|these|in this)|style of|same style"
    r"|both|combin\w+|merge|together|into (?:it|the (?:picture|image|scene))|instead|to (?:it|the"
    r" picture)|as (?:a )?(?:reference|template|model)|in diesem stil|wie (?:hier|dies\w*)|beide"
    r"|compare|difference)\b",
    re.IGNORECASE,
)
_UNKNOWN_VERSION_MESSAGE = "There is no v{version} in this thread: the picture I made is {known}."
_UNKNOWN_VERSION_PLURAL = "There is no v{version} in this thread: the pictures I made are {known}."
_PRONOUN_PATTERN = re.compile(
    r"\b(it|this|that|these|those|them|he|she|his|her|its|one|there|again|another|same|es|das|dies"
    r"|ihn|sie|dort|nochmal)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PictureReferences:
    """How a message speaks of earlier pictures.

    `versions` are named by number, `steps_back` from the newest; `position` is that of “the second
    one” from 0, -1 for the last. `combines`: an upload is to be used together with an earlier one.
    `refers_back`: all of the message means a picture that it does not name, as “now in blue” does.
    `wants_variations`: of what was shown, as “three variations with a hat” does.
    """

    versions: frozenset[int] = frozenset()
    steps_back: int | None = None
    position: int | None = None
    mentions_picture: bool = False
    wants_edit: bool = False
    has_pronoun: bool = False
    combines: bool = False
    refers_back: bool = False
    wants_variations: bool = False

    @property
    def is_edit(self) -> bool:
        """Whether the message asks for a change to a picture."""
        return self.wants_edit or self.steps_back is not None or bool(self.versions)


def parse_picture_references(text: str, back: BackReference | None = None) -> PictureReferences:
    """Read how `text` speaks of pictures. A message without words may mean any of them.

    `back`: what all of the message means that it does not hold.
    """
    words = normalize_letters(text)
    return PictureReferences(
        versions=frozenset(int(number) for number in _VERSION_PATTERN.findall(words)),
        steps_back=read_steps_back(text, words),
        position=_read_position(text, words),
        mentions_picture=not text.strip()
        or bool(_PICTURE_NOUN_PATTERN.search(text))
        or bool(translated_words.PICTURE_PATTERN.search(words)),
        wants_edit=bool(_EDIT_PATTERN.search(text) or translated_words.EDIT_PATTERN.search(words)),
        has_pronoun=bool(
            _PRONOUN_PATTERN.search(text) or translated_words.PRONOUN_PATTERN.search(words)
        ),
        combines=bool(
            _COMBINE_PATTERN.search(text) or translated_words.COMBINE_PATTERN.search(words)
        ),
        refers_back=back is not None and back.is_about_picture,
        wants_variations=is_of_what_is_shown(text),
    )


def _read_position(text: str, words: str) -> int | None:
    """Return which of several pictures is called, from 0, -1 for the last; `words` simplified."""
    found = _ORDINAL_PATTERN.search(text)
    if found is not None:
        # The long s of old print matches an s without being equal to it.
        return _ORDINAL_POSITIONS.get(found[1].lower())
    found = translated_words.ORDINAL_PATTERN.search(words)
    if found is None:
        return None
    return translated_words.ORDINAL_POSITIONS.get(found[1] or found[2] or found[3])


def count_referenced_pictures(references: PictureReferences, turns: Sequence[Turn]) -> int:
    """Count the newest pictures that a message may be about.

    One that speaks of pictures may mean any of the last few; “make it blue” means the newest, and
    so does “why is it dark?” right after one.
    """
    if references.mentions_picture:
        return MAX_RESENT_PICTURES
    if references.wants_edit or references.refers_back:
        return 1
    recent = sum(len(_select_pictures(turn.files)) for turn in turns[-_RECENT_TURNS:])
    if references.has_pronoun:
        return min(recent, MAX_RESENT_PICTURES)
    return min(recent, 1) if references.wants_variations else 0


def select_pictures_to_include(
    references: PictureReferences,
    turns: Sequence[Turn],
    files: Sequence[FileRef],
    *,
    own_files: Sequence[FileRef] = (),
    named_files: Sequence[FileRef] = (),
) -> list[FileRef]:
    """Return the earlier pictures to send with a message, oldest first: at most
    `MAX_RESENT_PICTURES`, or a dozen that it calls.

    `files` are all of the thread, oldest first; `named_files` those whose file name the message
    says. A picture called by version or name is sent instead of newer ones. With pictures of the
    message's own, “it” means those, unless the message speaks of a style or of both.
    """
    has_own_pictures = bool(_select_pictures(own_files))
    # All pictures that come with a message are sent: “the second one” is among those.
    called = _find_called_pictures(
        references, _select_pictures(files), () if has_own_pictures else turns
    )
    if called:
        return called
    named = _select_pictures(named_files)
    if named:
        return limit_called_files(named)
    known = [ref for ref in _select_pictures(files) if not ref.is_gone]
    if has_own_pictures:
        return known[-1:] if references.combines else []
    count = count_referenced_pictures(references, turns)
    return known[-count:] if count else []


def _find_called_pictures(
    references: PictureReferences, pictures: Sequence[FileRef], turns: Sequence[Turn]
) -> list[FileRef]:
    """The pictures that a message calls by number, whether they are still there or not."""
    called = [ref for ref in pictures if ref.version and ref.version in references.versions]
    if called:
        return called[-MAX_CALLED_FILES:]
    if references.steps_back is not None:
        before = find_before(pictures, references.steps_back)
        if before:
            return [*before]
    found = _find_by_position(references.position, turns)
    return [] if found is None else [found]


def _find_by_position(position: int | None, turns: Sequence[Turn]) -> FileRef | None:
    """“The second one” of several pictures that came together, of the newest such message."""
    if position is None:
        return None
    for turn in reversed(turns):
        pictures = _select_pictures(turn.files)
        if len(pictures) > 1:
            return pictures[position] if -1 <= position < len(pictures) else None
    return None


def find_version(pictures: Sequence[FileRef], number: int) -> FileRef:
    """Return the picture of that version among those of a thread. Raises `UserError`."""
    for ref in pictures:
        if ref.version == number:
            return ref
    known = ", ".join(f"v{ref.version}" for ref in pictures[-12:])
    values = {"count": len(pictures), "version": number, "known": known}
    message = Message(_UNKNOWN_VERSION_MESSAGE, plural=_UNKNOWN_VERSION_PLURAL, **values)
    raise UserError("no such version", user_message=message)


def build_provenance(
    files: Sequence[FileRef], picture_names: Sequence[str], newest_version: int = 0
) -> Provenance:
    """Return the next version number, and the pictures it is made from, by version or name.

    `newest_version` may be that of a picture which is not among `files`.
    """
    newest = max((ref.version for ref in files), default=0)
    newest = max(newest, newest_version)
    known = {ref.name: ref.version for ref in files if ref.version}
    names = [f"v{known[name]}" if name in known else name for name in picture_names]
    return Provenance(newest + 1, ", ".join(names)[:200])


def _select_pictures(files: Sequence[FileRef]) -> list[FileRef]:
    return [ref for ref in files if ref.is_declared_picture]
