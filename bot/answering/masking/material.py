"""Puts the picture that is changed first among the files of a question. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.answering.masking.sentences import TINTED_PART
from bot.domain.files import FileContext, Image
from bot.domain.pictures.areas import EditMask


def build_files(
    files: FileContext,
    picture: Image,
    marked: Image | None,
    mask: EditMask,
    tinted: tuple[bytes, int, int] | None,
) -> FileContext:
    """Return the files with `picture` as the first of its pictures, which is the one with a mask.

    Of other pictures only its marked copy stays: the person's, or one that was made here.
    """
    is_new = any(one.file_id == picture.file_id for one in files.new_images)
    copies = tuple(one for one in (marked, tinted and _build_copy(picture, tinted)) if one)
    return replace(
        files,
        earlier_images=() if is_new else (picture,),
        new_images=(picture, *copies) if is_new else copies,
        mask=mask,
    )


def _build_copy(picture: Image, tinted: tuple[bytes, int, int]) -> Image:
    data, width, height = tinted
    digest = hashlib.sha256(data).hexdigest()
    # Under the name of the picture: what is made of it is made from that.
    return Image(
        picture.name,
        "image/jpeg",
        data,
        digest,
        width,
        height,
        part=TINTED_PART,
        file_id=picture.file_id,
    )
