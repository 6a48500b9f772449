"""Values of files: as Slack describes them, as they were read, as the model gets them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeAlias

from bot.domain.messages import Message
from bot.domain.pictures.areas import EditMask
from bot.domain.pictures.endings import PICTURE_ENDINGS
from bot.domain.pictures.sight import UNKNOWN_SIGHT, WHOLE_FILE, Annotation, Origin, Sight
from bot.domain.tokens import compute_seen_scale, estimate_picture_tokens

# Canvases and posts: Slack has changed the name of their mode over the years.
_CANVAS_MODES = ("quip", "canvas", "space", "docs", "post")
# A clip of which the transcript that Slack made is read: a mode of ours, not of Slack's.
TRANSCRIPT_MODE = "transcript"
PictureKey: TypeAlias = tuple[str, Origin]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file in Slack as its event describes it, which its bytes may contradict.

    `sha256` is that of the original bytes, `copy_sha256` of the working copy for the model; both
    are empty until Easel has read the bytes. Pictures that Easel made in a thread have a `version`
    from 1; `made_from` names what they are based on, `request_text` is what was asked for,
    `revised_prompt` what the provider says was drawn, `answer_id` the answer's in the store or 0.
    """

    id: str
    name: str
    mimetype: str = ""
    size: int = 0
    url: str = ""
    mode: str = "hosted"
    access: str = "visible"
    sha256: str = ""
    copy_sha256: str = ""
    version: int = 0
    made_from: str = ""
    request_text: str = ""
    revised_prompt: str = ""
    answer_id: int = field(default=0, compare=False)

    @property
    def is_gone(self) -> bool:
        """Whether the file, or the message that it came with, was deleted in Slack."""
        return self.mode in ("tombstone", "forgotten")

    @property
    def is_canvas(self) -> bool:
        """Whether this is a document that people write in Slack; its bytes are an HTML page."""
        return self.mode in _CANVAS_MODES or self.mimetype == "application/vnd.slack-docs"

    @property
    def is_web_page(self) -> bool:
        """Whether its bytes are an HTML page that Slack made: of a canvas, a post or an e-mail."""
        return self.is_canvas or self.mode == "email"

    @property
    def is_transcript(self) -> bool:
        """Whether its bytes are what Slack wrote down of a clip, instead of the clip."""
        return self.mode == TRANSCRIPT_MODE

    @property
    def is_declared_picture(self) -> bool:
        """Whether Slack or the file's name says that it is a picture. Only its bytes prove it."""
        return self.mimetype.startswith("image/") or self.name.lower().endswith(PICTURE_ENDINGS)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The place of an answer's pictures among Easel's in the thread, from `next_version` on."""

    next_version: int = 1
    made_from: str = ""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that belongs to an answer. `sha256` is "" where unknown; `alt_text` is a picture's."""

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str = ""
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with its bytes, ready for the model or for Slack.

    `sha256` is the hex digest of `data`. `part` says which part of the file `file_id` it is (“frame
    3 of 40”), `sight` how it shows the picture at `origin` in that file.
    """

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str
    width: int
    height: int
    part: str = ""
    file_id: str = ""
    sight: Sight = UNKNOWN_SIGHT
    origin: Origin = WHOLE_FILE

    @property
    def key(self) -> PictureKey:
        """Its file and its place there, which all parts of one picture share, and no other has."""
        return self.file_id, self.origin

    @property
    def label(self) -> str:
        """The name that people and the model read."""
        return f"{self.name}, {self.part}" if self.part else self.name

    @property
    def percent(self) -> int:
        """The scale at which the model sees what it shows of the picture in its file."""
        scale = compute_seen_scale(self.width, self.height, self.sight.detail)
        return self.sight.compute_percent(self.width * scale)

    @property
    def tokens(self) -> int:
        """About how many tokens the picture takes."""
        return estimate_picture_tokens(self.width, self.height, self.sight.detail)


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The content of a file: pictures, and pages of text.

    `kind` is what people call such a file: “PNG picture”, “PDF”. `count` is the number of frames,
    pages, slides or files in it. `left_out` says in a few words what is missing here (“34 of 40
    frames”). `is_incomplete`: part of the file itself is cut off or damaged. `is_scanned`: its
    pages have no text in them. `tokens` are estimates, one for each page. `shown_lines` says which
    of its lines are here, where those were chosen by their words. `guessed_encoding` is what its
    letters were taken for where that is uncertain; with `odd_lines`, only those of these lines.
    `guessed_parts` names the files in it of which that is true: “a.txt: Windows-1250”.
    """

    name: str
    kind: str
    pictures: tuple[Image, ...] = ()
    pages: tuple[str, ...] = field(default=(), repr=False)
    count: int = 1
    left_out: str = ""
    is_scanned: bool = False
    tokens: tuple[int, ...] = ()
    is_incomplete: bool = False
    shown_lines: str = ""
    guessed_encoding: str = ""
    odd_lines: int = 0
    guessed_parts: str = ""

    def add_left_out(self, what: Message) -> Self:
        """Return the file with `what` among the things that are missing here."""
        both = Message("{first}; {second}", first=self.left_out, second=what)
        return replace(self, left_out=both if self.left_out else what)


@dataclass(frozen=True, slots=True)
class Document:
    """Pages of a file, in order. `data` are its bytes, where the model reads the file itself.

    `page_numbers` are set where these are only some of the file's `count` pages. `tokens` are
    estimates for each page, where they were made before. `has_page_numbers`: no slide or sheet
    takes several pages, so that people count them as we do. `file_id` is its Slack id.
    """

    name: str
    mimetype: str
    pages: tuple[str, ...] = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    page_numbers: tuple[int, ...] = ()
    count: int = 0
    file_id: str = ""
    tokens: tuple[int, ...] = ()
    has_page_numbers: bool = True

    @property
    def numbered_pages(self) -> tuple[tuple[int, str], ...]:
        """Each page, preceded by its number in the file."""
        numbers = self.page_numbers or tuple(range(1, len(self.pages) + 1))
        return tuple(zip(numbers, self.pages, strict=True))

    @property
    def page_count(self) -> int:
        """The number of pages of the whole file."""
        return self.count or len(self.pages)

    @property
    def nameable_pages(self) -> int:
        """How many of its pages have a number that people know."""
        return len(self.pages) if self.has_page_numbers else 0


@dataclass(frozen=True, slots=True)
class FileContext:
    """The files that belong to a question, as the model gets them.

    `new_images` and `documents` came with the question. `earlier_images` and `earlier_documents`
    are those of the thread that matter to it, oldest first. `excerpts` are pages of documents that
    do not go whole. `parsed_files` are all files that were read, `originals` bytes of large
    pictures, by their Slack ids; `reference_ids` those of pictures to be used as a reference.
    `annotations` name pictures that people drew on. `linked_messages` quote linked ones. `notes`
    are for the person. `mask` is what of a picture is to change; `area_notes` tell the model.
    """

    new_images: tuple[Image, ...] = ()
    earlier_images: tuple[Image, ...] = ()
    documents: tuple[Document, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    earlier_documents: tuple[Document, ...] = ()
    unreadable: tuple[UnreadableFile, ...] = ()
    parsed_files: Mapping[str, ParsedFile] = field(default_factory=dict)
    annotations: tuple[Annotation, ...] = ()
    linked_messages: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    originals: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    mask: EditMask | None = None
    area_notes: tuple[str, ...] = ()
    reference_ids: frozenset[str] = frozenset()

    @property
    def pictures(self) -> tuple[Image, ...]:
        """All pictures, in the order in which they are sent."""
        return (*self.earlier_images, *self.new_images)


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file that could not be read. `file_id` is its Slack id, `user_message` tells the person."""

    file_id: str
    name: str
    user_message: Message


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some pages of a document that has `page_count`, each with its number from 1. `tokens` is an
    estimate for all of these pages."""

    name: str
    page_count: int
    pages: tuple[tuple[int, str], ...] = field(repr=False)
    file_id: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class FileView:
    """What the model got of one file with one question, in words for people.

    `pages` says which pages of how many, `pixels` the size of its pictures, `left_out` what the
    model did not get; each is "" where it does not apply. `tokens` is an estimate.
    """

    file_id: str
    name: str
    kind: str
    pages: str = ""
    pixels: str = ""
    tokens: int = 0
    left_out: str = ""
