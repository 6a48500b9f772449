"""Tells the pictures of files apart: what people call each, and what is sent of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.files import FileContext, Image, PictureKey
from bot.domain.messages import Message
from bot.domain.pages import find_place, format_ranges, list_pages
from bot.domain.pictures.endings import PICTURE_ENDINGS

_NUMBERED_NAMES = {
    "page": "page {number} of {name}",
    "frame": "frame {number} of {name}",
    "picture": "picture {number} of {name}",
}
_PAGES_NAME = "pages {pages} of {name}"
_INNER_NAME = "{picture} in {name}"


def list_file_names(files: FileContext) -> dict[str, str]:
    """Return the names of the files in which the pictures lie, by their Slack ids."""
    names = {one.file_id: one.name for one in files.pictures}
    return names | {file_id: one.name for file_id, one in files.parsed_files.items()}


def build_inner_name(file_name: str, inner_name: str) -> str:
    """Return the name of a picture that lies in the file `inner_name` within another."""
    return f"{file_name}: {inner_name}"


def build_path(container: str, inner_name: str) -> str:
    """Return the name of a picture that lies in a mail or an archive within a file."""
    return f"{container}/{inner_name}"


def list_levels(picture: Image, file_name: str) -> list[str]:
    """List the names of the files in which a picture lies, from `file_name` to its own."""
    return [file_name, *filter(None, get_inner_name(picture, file_name).split("/"))]


def get_inner_name(picture: Image, file_name: str) -> str:
    """Return the name of the file within a file in which a picture lies, "" for none."""
    inner = picture.name.removeprefix(build_inner_name(file_name, ""))
    return "" if inner == picture.name else inner


def name_picture(picture: Image, file_name: str) -> str:
    """Return what people call a picture of a file: “page 3 of scan.tiff”, “b.png in a.zip”."""
    return _name_place(picture, _name_file(picture, file_name))


def name_inner_picture(picture: Image, file_name: str) -> str:
    """Return what people call a picture where its file is known: “b.png”, “page 3 of c.tiff”."""
    return _name_place(picture, _get_counting_name(picture, file_name) or file_name)


def name_pages(pictures: Sequence[Image], file_name: str) -> str:
    """Return what people call pages of a file: “pages 3-5 of scan.tiff in a.zip”."""
    if len(pictures) == 1:
        return name_picture(pictures[0], file_name)
    pages = format_ranges(list_pages(pictures))
    return Message(_PAGES_NAME, pages=pages, name=_name_file(pictures[0], file_name))


def _name_place(picture: Image, name: str) -> str:
    noun, number = find_place(picture)
    return Message(_NUMBERED_NAMES[noun], number=number, name=name) if noun else name


def _name_file(picture: Image, file_name: str) -> str:
    inner = _get_counting_name(picture, file_name)
    return Message(_INNER_NAME, picture=inner, name=file_name) if inner else file_name


def _get_counting_name(picture: Image, file_name: str) -> str:
    """Return the inner name, "" where the number of the picture is not one in the inner file."""
    inner = get_inner_name(picture, file_name)
    # “Picture 2” of a mail, which has a name there, and of a document within an archive.
    is_picture = find_place(picture)[0] == "picture" and inner.lower().endswith(PICTURE_ENDINGS)
    return inner.rpartition("/")[0] if is_picture else inner


def list_by_picture(pictures: Sequence[Image]) -> list[list[Image]]:
    """Return what is sent of each picture: itself, or its overview and its parts."""
    shown = dict[PictureKey, list[Image]]()
    for picture in pictures:
        shown.setdefault(picture.key, []).append(picture)
    return list(shown.values())


def list_parts(sent: Sequence[Image]) -> list[Image]:
    """Return the parts among what is sent of a picture; none where all of it is seen."""
    return [picture for picture in sent if picture.sight.box is not None]


def find_least_percent(sent: Sequence[Image]) -> int:
    """Return the smallest scale of what is sent of a picture; an overview of parts is none."""
    return min(picture.percent for picture in list_parts(sent) or sent)
