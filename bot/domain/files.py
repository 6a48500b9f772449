"""Values of files: as Slack names them, as they were read, as the model is sent them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.messages import Message

PICTURE_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp",
    ".svg", ".svgz",
)  # fmt: skip

# Canvases and posts, by the names that Slack has given their modes over the years.
_CANVAS_MODES = ("quip", "canvas", "space", "docs", "post")


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file in Slack as its event describes it: claims, not facts, and never its bytes.

    `sha256` is of the original bytes and `copy_sha256` of the working copy the model is sent;
    both are empty until Easel has held the bytes. Pictures that Easel made in a thread have a
    `version` from 1, and `made_from` says in words what they were made of.
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

    @property
    def is_gone(self) -> bool:
        """Whether it, or the message that it came with, was deleted in Slack."""
        return self.mode in ("tombstone", "forgotten")

    @property
    def is_canvas(self) -> bool:
        """Whether it is a document that people write in Slack: its bytes are a page of HTML."""
        return self.mode in _CANVAS_MODES or self.mimetype == "application/vnd.slack-docs"

    @property
    def is_declared_picture(self) -> bool:
        """Whether Slack or the file's name call it a picture. Only its bytes can prove it."""
        return self.mimetype.startswith("image/") or self.name.lower().endswith(PICTURE_ENDINGS)


@dataclass(frozen=True, slots=True)
class Upload:
    """What Easel made, as it is shared in Slack: original bytes, a file name, an alt text."""

    name: str
    alt_text: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the pictures of an answer stand among those made in their thread."""

    next_version: int = 1
    made_from: str = ""


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that an answer made. `sha256` may be empty where nobody has computed it yet."""

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture we hold, ready for the model or for Slack. `sha256` is the hex digest of `data`.

    `part` says which part of its file it is (“frame 3 of 40”), `file` is that file's Slack id.
    """

    name: str
    mimetype: str
    data: bytes = field(repr=False)
    sha256: str
    width: int
    height: int
    part: str = ""
    file: str = ""

    @property
    def label(self) -> str:
        """What people and the model call it."""
        return f"{self.name}, {self.part}" if self.part else self.name


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What the bytes of a file came to: pictures to look at, pages of text, what was left out.

    `kind` is what people call such a file: “PNG picture”, “PDF”, “Word document”. `count` is how
    many frames, pages, slides or files there are in it. `left_out` tells what of it is not here,
    in a few words (“34 of 40 frames”); "" for nothing. `scanned`: pages without text in them.
    `tokens` are about what each page takes.
    """

    name: str
    kind: str
    pictures: tuple[Image, ...] = ()
    pages: tuple[str, ...] = field(default=(), repr=False)
    count: int = 1
    left_out: str = ""
    scanned: bool = False
    tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Pages of a file, in order. `data` is set where the model reads it itself.

    `numbers` are the pages' numbers of `count`, where these are not all of them; `tokens` are about
    what each of them takes, where that was counted before. `countable`: people count its pages as
    we do; not so where a slide or a sheet takes several.
    """

    name: str
    mimetype: str
    pages: tuple[str, ...] = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    page_numbers: tuple[int, ...] = ()
    count: int = 0
    file: str = ""
    tokens: tuple[int, ...] = ()
    has_page_numbers: bool = True

    @property
    def numbered_pages(self) -> tuple[tuple[int, str], ...]:
        """Every page with its number in the file."""
        numbers = self.page_numbers or tuple(range(1, len(self.pages) + 1))
        return tuple(zip(numbers, self.pages, strict=True))

    @property
    def page_count(self) -> int:
        """How many pages the file has."""
        return self.count or len(self.pages)

    @property
    def nameable_pages(self) -> int:
        """How many of its pages have a number that people know."""
        return len(self.pages) if self.has_page_numbers else 0


@dataclass(frozen=True, slots=True)
class FileContext:
    """What belongs to a question besides its words.

    `sent` and `documents` are its own files, `remembered` and `passages` earlier ones of the
    thread, oldest first; of `passages` only the pages that matter, of the files `earlier`.
    `readings` are all files that
    were read, by their Slack ids; `pointed` tells of pictures that were drawn on; `told` are
    sentences for the person.
    """

    new_images: tuple[Image, ...] = ()
    earlier_images: tuple[Image, ...] = ()
    documents: tuple[Document, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    earlier_documents: tuple[Document, ...] = ()
    unreadable: tuple[UnreadableFile, ...] = ()
    parsed_files: Mapping[str, ParsedFile] = field(default_factory=dict)
    annotations: tuple[Annotation, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """A file that could not be read, and the sentence for the person."""

    file: str
    name: str
    user_message: Message


@dataclass(frozen=True, slots=True)
class Annotation:
    """A picture that is `base` with marks on it, in the box left, top, right, bottom (shares)."""

    annotated_name: str
    original_name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some pages of a document of `count`, by their numbers from 1; `file` is its Slack id.

    `tokens` are about what they take.
    """

    name: str
    page_count: int
    pages: tuple[tuple[int, str], ...] = field(repr=False)
    file: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class FileView:
    """What the model was shown of one file with one question, as people are told.

    `file` is its Slack id. `pages` says which pages of how many, `pixels` how large its pictures
    were, `left_out` what was not shown; each "" where it does not apply. `tokens` are about what
    it took.
    """

    file: str
    name: str
    kind: str
    pages: str = ""
    pixels: str = ""
    tokens: int = 0
    left_out: str = ""
