"""Whether a question is about pictures that were there before, and which. Pure.

A picture that is resent costs a thousand tokens and more, so only those in question are. In doubt
they are sent: an answer that cannot see what it is asked about is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.conversation import Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef, Provenance

MAX_RESENT_PICTURES = 3
# How far back “it” reaches: this question's answer to the last one, and that one.
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
    r"|foreground|sky|brighter|darker|bigger|smaller|redder|bluer|warmer|cooler|zoom|upscale"
    r"|add (?:an?|some|the|more)|replace (?:the|it|him|her)|mach (?:es|ihn|sie|das)|entferne)\b",
    re.IGNORECASE,
)
_VERSION_PATTERN = re.compile(r"\b(?:v|version )(\d{1,4})\b", re.IGNORECASE)
_GO_BACK_PATTERN = re.compile(
    r"\b(?:(?P<first>one|two|three|four|\d) versions? back|back (?P<then>one|two|three|four|\d)"
    r" versions?|go back|previous (?:version|one|picture)|undo)\b",
    re.IGNORECASE,
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
_UNKNOWN_VERSION_MESSAGE = "There is no v{} in this thread: the pictures I made are {}."
STEP_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, **{str(n): n for n in range(1, 10)}}
_PRONOUN_PATTERN = re.compile(
    r"\b(it|this|that|these|those|them|he|she|his|her|its|one|there|again|another|same|es|das|dies"
    r"|ihn|sie|dort|nochmal)\b",
    re.IGNORECASE,
)


def count_referenced_pictures(text: str, turns: Sequence[Turn]) -> int:
    """How many of the newest pictures `question` may be about.

    One that speaks of pictures may mean any of the last few; “make it blue” means the newest, and
    so does “why is it dark?” right after one.
    """
    if not text.strip() or _PICTURE_NOUN_PATTERN.search(text):
        return MAX_RESENT_PICTURES
    if _EDIT_PATTERN.search(text):
        return 1
    recent = sum(len(_select_pictures(turn.files)) for turn in turns[-_RECENT_TURNS:])
    return min(recent, MAX_RESENT_PICTURES) if _PRONOUN_PATTERN.search(text) else 0


def is_edit(text: str) -> bool:
    """Whether a message asks for a change to a picture."""
    return bool(
        _EDIT_PATTERN.search(text) or _GO_BACK_PATTERN.search(text) or _VERSION_PATTERN.search(text)
    )


def pictures_to_include(
    text: str,
    turns: Sequence[Turn],
    files: Sequence[FileRef],
    own_files: Sequence[FileRef] = (),
) -> list[FileRef]:
    """The earlier pictures to send with `question`, at most `MOST_RESENT`, oldest first.

    `files` are all of the thread, oldest first. One that the question calls by its file name or
    its version is sent in the place of newer ones. Beside pictures of its `own`, “it” means
    those, unless the question speaks of a style or of both.
    """
    # Of pictures that come with the question all are sent: “the second one” is among those.
    called = _find_named_pictures(
        text, _select_pictures(files), () if _select_pictures(own_files) else turns
    )
    if called:
        return called
    known = [ref for ref in _select_pictures(files) if not ref.is_gone]
    if _select_pictures(own_files):
        return known[-1:] if _COMBINE_PATTERN.search(text) else []
    count = count_referenced_pictures(text, turns)
    return known[-count:] if count else []


def _find_by_ordinal(text: str, turns: Sequence[Turn]) -> FileRef | None:
    """“The second one” of several pictures that came together: of the newest such message."""
    found = _ORDINAL_PATTERN.search(text)
    if found is None:
        return None
    for turn in reversed(turns):
        pictures = _select_pictures(turn.files)
        if len(pictures) > 1:
            place = _ORDINAL_POSITIONS[found[1].lower()]
            return pictures[place] if -1 <= place < len(pictures) else None
    return None


def _find_named_pictures(
    text: str, pictures: Sequence[FileRef], turns: Sequence[Turn]
) -> list[FileRef]:
    """The pictures that a question names, whether they are still there or not."""
    versions = {int(number) for number in _VERSION_PATTERN.findall(text)}
    called = [ref for ref in pictures if ref.version and ref.version in versions]
    if called:
        return called[-MAX_RESENT_PICTURES:]
    back = _find_previous_version(text, [ref for ref in pictures if ref.version])
    if back is not None:
        return [back]
    one = _find_by_ordinal(text, turns)
    if one is not None:
        return [one]
    low = text.lower()
    return [ref for ref in pictures if ref.name and ref.name.lower() in low][-MAX_RESENT_PICTURES:]


def _find_previous_version(text: str, versions: Sequence[FileRef]) -> FileRef | None:
    """The picture that “go back”, “two versions back” or “the previous version” means."""
    found = _GO_BACK_PATTERN.search(text)
    if found is None or len(versions) < 2:
        return None
    steps = STEP_COUNTS.get((found["first"] or found["then"] or "one").lower(), 1)
    return versions[max(0, len(versions) - 1 - steps)]


def find_version(pictures: Sequence[FileRef], number: int) -> FileRef:
    """The picture of that number among those `made` in a thread. Raises `TellPerson`."""
    for ref in pictures:
        if ref.version == number:
            return ref
    known = ", ".join(f"v{ref.version}" for ref in pictures[-12:])
    raise UserError("no such version", user_message=_UNKNOWN_VERSION_MESSAGE.format(number, known))


def build_provenance(files: Sequence[FileRef], picture_names: Sequence[str]) -> Provenance:
    """Where the next picture stands; `sent` are the names of the pictures it can be made of."""
    newest = max((ref.version for ref in files), default=0)
    known = {ref.name: ref.version for ref in files if ref.version}
    names = [f"v{known[name]}" if name in known else name for name in picture_names]
    return Provenance(newest + 1, ", ".join(names)[:200])


def _select_pictures(files: Sequence[FileRef]) -> list[FileRef]:
    return [ref for ref in files if ref.is_declared_picture]
