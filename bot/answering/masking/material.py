"""Puts the picture that is changed first among the files of a question. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.answering.masking.asked import Part
from bot.domain.files import FileContext, Image
from bot.domain.pictures.areas import TINTED_PART, EditMask
from bot.domain.pictures.sight import Annotation


def build_files(
    files: FileContext,
    picture: Image,
    marked: Image | None,
    mask: EditMask,
    tinted: tuple[bytes, int, int] | None,
) -> FileContext:
    """Return the files with `picture` as the first of its pictures, which is the one with a mask.

    Its marked copy follows it, the person's or one that was made here. Its parts at full size go:
    they are not what is changed.
    """
    known_ids = {picture.file_id, marked.file_id if marked else picture.file_id}
    earlier, new = (
        tuple(one for one in images if one.file_id not in known_ids)
        for images in (files.earlier_images, files.new_images)
    )
    copies = tuple(one for one in (marked, tinted and _build_copy(picture, tinted)) if one)
    is_new = any(one.file_id == picture.file_id for one in files.new_images) and not earlier
    return replace(
        files,
        earlier_images=() if is_new else (picture, *earlier),
        new_images=(picture, *copies, *new) if is_new else (*copies, *new),
        annotations=files.annotations or _list_annotations(picture, marked, mask),
        mask=mask,
    )


def _list_annotations(
    picture: Image, marked: Image | None, mask: EditMask
) -> tuple[Annotation, ...]:
    """Return what tells the model of a copy with marks, or a screenshot of one."""
    if marked is None or not mask.boxes:
        return ()
    left, top, right, bottom = zip(*mask.boxes, strict=True)
    box = (min(left), min(top), max(right), max(bottom))
    return (Annotation(marked.label, picture.label, box),)


def build_mask(part: Part, *, is_inverted: bool) -> EditMask:
    """Return the mask of a part, or with `is_inverted` the one of all but it."""
    picture, found = part.picture, part.found
    return EditMask(
        found.mask,
        found.width,
        found.height,
        picture.file_id,
        picture.name,
        picture.data,
        tuple(one.box for one in found.areas),
        (picture.sight.full_width, picture.sight.full_height),
        is_inverted=is_inverted,
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
