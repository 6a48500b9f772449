"""A cache and a sandbox that have pictures cut and shrunk, with pictures for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from bot.domain.errors import FileGone
from bot.domain.files import FileContext, FileRef, Image, ParsedFile
from bot.domain.pictures.closeup import ViewOptions
from bot.domain.pictures.sight import Box, PictureContent, Sight
from bot.files.detail.plan import ViewPlan
from bot.files.detail.preparer import DetailPreparer
from bot.files.sandbox.pool import NOBODY
from bot.files.unreadable import build_unreadable_error

T = TypeVar("T")
REF = FileRef("F1", "page.png", "image/png")
BOXES = [(0, 0, 1200, 4100), (0, 4000, 1200, 8000)]
SIGHT = Sight(1200, 8000, PictureContent.TEXT)
COPY = Image("page.png", "image/png", b"copy", "", 307, 2048, file_id="F1", sight=SIGHT)


def build_part(box: Box | None, width: int = 1200) -> Image:
    return Image("?", "image/png", b"part", "", width, 1, sight=replace(SIGHT, box=box))


class FakeFiles:
    """A cache and a sandbox: the originals that Slack still has, and what is cut of them."""

    def __init__(self, *parts: Image, is_gone: bool = False, is_damaged: bool = False) -> None:
        self.parts, self.is_gone, self.is_damaged = parts, is_gone, is_damaged
        self.fetched: list[str] = []
        self.shrunk: list[tuple[bytes, int]] = []
        self.cut: list[tuple[str, bytes, ViewPlan, int]] = []
        self.searches: list[Sequence[str]] = []
        self.tried: list[str] = []

    async def fetch_original(self, ref: FileRef) -> bytes:
        if self.is_gone:
            raise FileGone(ref.id)
        self.fetched.append(ref.id)
        return b"from Slack"

    async def try_once(self, read: Callable[[], Awaitable[T]], _name: str, key: str) -> T:
        self.tried.append(key)
        return await read()

    async def cut_picture(
        self, name: str, data: bytes, plan: ViewPlan, number: int, **_owner: Any
    ) -> tuple[Image, ...]:
        if self.is_damaged:
            raise build_unreadable_error(name, "damaged")
        self.cut.append((name, data, plan, number))
        return self.parts

    async def find_pictures(
        self, name: str, _data: bytes, digests: Sequence[str], **_owner: Any
    ) -> dict[str, bytes]:
        self.searches.append(digests)
        if self.is_damaged:
            raise build_unreadable_error(name, "took too long")
        return {digest: b"in it: " + digest.encode() for digest in digests}

    async def shrink(self, name: str, data: bytes, max_side: int, **_owner: Any) -> Image:
        if self.is_damaged:
            raise build_unreadable_error(name, "damaged")
        self.shrunk.append((data, max_side))
        return Image(name, "image/jpeg", b"small", "", max_side, round(0.75 * max_side))


def build_context(picture: Image = COPY, **more: Any) -> FileContext:
    parsed = ParsedFile("page.png", "PNG picture", (picture,))
    return FileContext(new_images=(picture,), parsed_files={"F1": parsed}, **more)


def build_photo(number: int) -> Image:
    sight = Sight(4032, 3024, PictureContent.PHOTO)
    return Image(
        f"{number}.jpg", "image/jpeg", b"%d" % number, "", 2048, 1536, "", f"P{number}", sight
    )


async def prepare(
    files: FakeFiles,
    context: FileContext,
    options: ViewOptions = ViewOptions(),  # noqa: B008 - a value
    refs: Sequence[FileRef] = (REF,),
) -> FileContext:
    preparer = DetailPreparer(files, files)  # type: ignore[arg-type] # a fake
    return await preparer.prepare(context, refs, options, lambda _: NOBODY)
