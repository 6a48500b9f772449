"""Makes the small pictures of docs/pictures.md: `python docs/images/make_pictures.py`."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

from bot.domain.pictures.areas import plan_grid
from bot.domain.pictures.operations import Operation, OperationKind
from bot.domain.pictures.sizes import PictureSize
from bot.files.editing.canvas import draw_on_canvas
from bot.files.editing.comparisons import draw_difference, draw_overlay
from bot.files.editing.edits import edit
from bot.files.editing.opening import open_picture
from bot.files.editing.palettes import draw_palette, find_palette
from bot.files.masking.finder import find_by_colour
from bot.files.masking.masks import build_mask
from bot.files.masking.previews import draw_areas, draw_grid
from bot.playground.model.talk import PlayedRequest, answer

FOLDER = Path(__file__).parent / "pictures"
WIDTH = 220
OPERATIONS = {
    "crop-square": Operation(OperationKind.CROP, shape=(1, 1)),
    "crop-story": Operation(OperationKind.CROP, size=PictureSize(1_080, 1_920)),
    "cut": Operation(OperationKind.CUT, edges=(0, 1 / 3, 0, 0)),
    "pad": Operation(OperationKind.PAD, shape=(1, 1), colour="#ffffff"),
    "rotate": Operation(OperationKind.ROTATE, degrees=90),
    "rotate-10": Operation(OperationKind.ROTATE, degrees=10),
    "straighten": Operation(OperationKind.STRAIGHTEN, degrees=10),
    "flip": Operation(OperationKind.FLIP),
    "resize": Operation(OperationKind.RESIZE, percent=50),
    "grey": Operation(OperationKind.GREY),
    "banner": Operation(OperationKind.FIT, size=PictureSize(1_584, 396)),
}


def main() -> None:
    """Draw one scene, do everything to it, and keep small copies."""
    FOLDER.mkdir(exist_ok=True)
    (source,) = answer(PlayedRequest("draw a red fox and a green tree in the snow, 16:9")).pictures
    keep("original", source)
    for name, operation in OPERATIONS.items():
        width = WIDTH // 2 if name == "resize" else WIDTH
        keep(name, edit("a.png", open_picture("a.png", source), [operation]).data, width)
    opened = open_picture("a.png", source).picture
    bordered = encode(draw_on_canvas(opened, (1_900, 1_300), (255, 255, 255)))
    keep("bordered", bordered)
    trim = Operation(OperationKind.TRIM)
    keep("trim", edit("a.png", open_picture("a.png", bordered), [trim]).data)
    changed = opened.copy()
    ImageDraw.Draw(changed).ellipse((1_150, 90, 1_330, 270), fill=(250, 214, 90))
    keep("changed", encode(changed))
    keep("difference", draw_difference("both", opened, changed)[0])
    mirrored = edit("a.png", open_picture("a.png", source), [OPERATIONS["flip"]]).data
    keep("overlay", draw_overlay("both", opened, open_picture("a.png", mirrored).picture))
    keep("palette", draw_palette(find_palette(opened, 6)))
    keep_parts(opened)


def keep_parts(picture: Image.Image) -> None:
    """Keep a marked copy, what is found on it, and the grid."""
    marked = picture.copy()
    pen = ImageDraw.Draw(marked)
    width, height = picture.size
    for left, top in ((0.12, 0.35), (0.58, 0.12)):
        box = (left * width, top * height, (left + 0.32) * width, (top + 0.5) * height)
        pen.ellipse(box, outline=(255, 0, 200), width=width // 90)
    keep("marked", encode(marked))
    found = find_by_colour(marked)
    masks = [build_mask([area.area], [], picture.size) for area in found]
    keep("areas", encode(draw_areas(marked, masks)))
    keep("grid", encode(draw_grid(picture, plan_grid(*picture.size))))


def keep(name: str, data: bytes, width: int = WIDTH) -> None:
    """Write a small copy, in few colours."""
    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("RGB")
    small.thumbnail((width, width), Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (small.width + 2, small.height + 2), (208, 208, 214))
    framed.paste(small, (1, 1))
    framed.quantize(64).save(FOLDER / f"{name}.png", optimize=True)


def encode(picture: Image.Image) -> bytes:
    """Return a picture as PNG."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    main()
