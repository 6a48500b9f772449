"""Answers of the played model with a picture, or with what it cannot do instead. Pure.

It draws what it knows, changes what it drew as a scene, changes sent pictures by their pixels, and
claims nothing else. See `bot/playground/wishes/` for what it reads, `drawing/` for how it draws.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageOps

from bot.playground.drawing.diagram import draw_diagram, find_diagram
from bot.playground.drawing.painter import draw_scene
from bot.playground.drawing.photos import put_side_by_side, take_colours
from bot.playground.drawing.scene import Scene
from bot.playground.drawing.sketchbook import Sketchbook
from bot.playground.model.sentences import Speech
from bot.playground.wishes.changes import change_scene
from bot.playground.wishes.photo_changes import change_photo
from bot.playground.wishes.scenes import Deed, build_scene
from bot.playground.wishes.wish import Wish

_VARIATION_FILTERS = ("", "mirror", "vivid", "sepia")


@dataclass(frozen=True, slots=True)
class Pictured:
    """An answer's text and its picture as PNG, None where nothing was drawn."""

    text: str
    picture: bytes | None = None


class Studio:
    """Draws and changes pictures; knows the ones again that it drew."""

    def __init__(self, sketchbook: Sketchbook) -> None:
        self._sketchbook = sketchbook

    def draw(self, wish: Wish, speech: Speech, *, variation: int, seed: str) -> Pictured:
        """Draw a new picture of what is wished, if anything in it is known."""
        changed = build_scene(wish)
        left_out = [*wish.unknown, *wish.lost, *changed.failed]
        scene = replace(changed.scene, variation=variation, seed=seed)
        if not _has_content(scene, wish):
            name = "nothing_drawn" if left_out else "no_subject"
            text = [speech.say(name, words=speech.quote(left_out)), *speech.list_abilities()]
            return Pictured("\n\n".join(text))
        said = speech.say("drawn", what=speech.describe_scene(scene))
        return self._show(scene, said, left_out, speech)

    def change(
        self, data: bytes, wish: Wish, speech: Speech, *, variation: int, seed: str
    ) -> Pictured:
        """Change one picture: as a scene if it was drawn here, else by its pixels."""
        scene = self._sketchbook.find(data)
        if scene is None:
            return self._change_photo(data, wish, speech, variation)
        if variation > 1:
            scene = replace(scene, variation=scene.variation + variation - 1, seed=seed)
        changed = change_scene(scene, wish)
        left_out = [*wish.unknown, *wish.lost, *changed.failed]
        if not changed.deeds and (left_out or not wish.refers):
            return _refuse(wish, left_out, speech)
        what = speech.describe_scene(changed.scene)
        said = speech.say("again" if not changed.deeds else "drawn", what=what)
        if changed.deeds and variation == 1:
            said = speech.say("changed", what=speech.join_deeds(changed.deeds))
        return self._show(changed.scene, said, left_out, speech)

    def vary(self, data: bytes, speech: Speech, *, variation: int, seed: str) -> Pictured:
        """Draw another one like a picture: its scene once more, or its pixels, changed."""
        scene = self._sketchbook.find(data)
        if scene is not None:
            scene = replace(scene, variation=scene.variation + variation, seed=seed)
            said = speech.say("again", what=speech.describe_scene(scene))
            return self._show(scene, said, (), speech)
        extra = _VARIATION_FILTERS[1:][(variation - 1) % (len(_VARIATION_FILTERS) - 1)]
        return self._change_photo(data, Wish(filters=[extra]), speech, 1)

    def _show(self, scene: Scene, said: str, left_out: Sequence[str], speech: Speech) -> Pictured:
        picture = draw_scene(scene)
        self._sketchbook.remember(picture, scene)
        text = [said]
        if left_out:
            text += [speech.say("left_out", words=speech.quote(left_out))]
        abilities = speech.list_abilities() if left_out else speech.introduce()
        return Pictured("\n\n".join([" ".join(text), *abilities]), encode_png(picture))

    def _change_photo(self, data: bytes, wish: Wish, speech: Speech, variation: int) -> Pictured:
        changed = change_photo(open_picture(data), wish, variation)
        left_out = [*wish.unknown, *wish.lost, *changed.failed]
        extra = _VARIATION_FILTERS[(variation - 1) % len(_VARIATION_FILTERS)]
        if extra and not wish.filters and (changed.deeds or not left_out):
            again = change_photo(changed.picture, Wish(filters=[extra]), 1)
            changed.picture, changed.deeds = again.picture, [*changed.deeds, *again.deeds]
        if not changed.deeds:
            return _refuse(wish, left_out, speech)
        text = [speech.say("changed", what=speech.join_deeds(changed.deeds))]
        text += _explain(changed.deeds, speech)
        if left_out:
            text.append(speech.say("left_out", words=speech.quote(left_out)))
        abilities = speech.list_abilities() if left_out else speech.introduce()
        return Pictured("\n\n".join([" ".join(text), *abilities]), encode_png(changed.picture))

    def combine(self, pictures: Sequence[bytes], wish: Wish, speech: Speech) -> Pictured:
        """Put pictures side by side, or the first one into the colours of the last."""
        opened = [open_picture(data) for data in pictures]
        if wish.wants_both:
            picture, deed = put_side_by_side(opened), Deed("side_by_side")
        else:
            picture, deed = take_colours(opened[0], opened[-1]), Deed("style")
        said = speech.say("changed", what=speech.join_deeds([deed]))
        return Pictured("\n\n".join([said, *speech.introduce()]), encode_png(picture))


def fit_to_size(data: bytes, size: tuple[int, int] | None) -> bytes:
    """Return a picture in `size`; None for the one that it has."""
    picture = open_picture(data)
    if size is None or size == picture.size:
        return data
    return encode_png(ImageOps.fit(picture, size))


def draw_architecture(text: str, speech: Speech) -> Pictured:
    """Draw boxes and arrows for the names in `text`, if there are any."""
    diagram = find_diagram(text)
    if not diagram.names:
        return Pictured(speech.say("no_diagram"))
    count = len(diagram.arrows)
    said = speech.say(
        "diagram",
        count=len(diagram.names),
        names=", ".join(diagram.names),
        arrows=speech.count_arrows(count),
    )
    return Pictured("\n\n".join([said, *speech.introduce()]), encode_png(draw_diagram(diagram)))


def _has_content(scene: Scene, wish: Wish) -> bool:
    return bool(
        scene.things or scene.is_logo or scene.caption or wish.place or wish.light or wish.colours
    )


def _refuse(wish: Wish, left_out: Sequence[str], speech: Speech) -> Pictured:
    if wish.wants_words and not wish.words:
        return Pictured(speech.say("which_words"))
    said = "nothing_changed" if left_out else "nothing_found"
    text = [speech.say(said, words=speech.quote(left_out)), *speech.list_abilities()]
    return Pictured("\n\n".join(text))


def _explain(deeds: Sequence[Deed], speech: Speech) -> list[str]:
    """Say what was taken for what in a picture of which only the pixels are known."""
    text = [
        speech.say("sky" if deed.names[0] == "sky" else "plain", share=deed.count)
        for deed in deeds
        if deed.kind == "painted_photo"
    ]
    return [
        *text,
        *([speech.say("worn")] if any(one.kind == "worn_photo" for one in deeds) else []),
    ]


def open_picture(data: bytes) -> Image.Image:
    """Open a picture upright, as RGBA if it has transparency, else as RGB."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened)
        has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        return picture.convert("RGBA" if has_alpha else "RGB")


def encode_png(picture: Image.Image) -> bytes:
    """Return a picture as PNG."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
