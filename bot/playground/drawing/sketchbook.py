"""Remembers which scene a drawn picture shows, and knows it again after it was compressed.

A picture reaches the model as a JPEG without metadata, so it is compared by a small copy.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from typing import NamedTuple

from PIL import Image

from bot.playground.drawing.scene import Scene

_SIDE, _MAX_SCENES = 24, 400
# How far the same picture's cells are apart after it was sent as a JPEG: on average, and any.
_MAX_MEAN, _MAX_CELL = 2.0, 26
_MAX_ASPECT_DIFFERENCE = 0.02


class Fingerprint(NamedTuple):
    """A small copy of a picture, as bytes, and its width through its height."""

    cells: bytes
    aspect: float


class Sketchbook:
    """The scenes of the pictures drawn last. Safe to use from several threads."""

    def __init__(self) -> None:
        self._scenes: OrderedDict[Fingerprint, Scene] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, picture: Image.Image, scene: Scene) -> None:
        """Keep the scene that `picture` shows."""
        with self._lock:
            self._scenes[take_fingerprint(picture)] = scene
            while len(self._scenes) > _MAX_SCENES:
                self._scenes.popitem(last=False)

    def find(self, data: bytes) -> Scene | None:
        """Return the scene of a picture that was drawn here; None for any other one."""
        with Image.open(io.BytesIO(data)) as opened:
            wanted = take_fingerprint(opened)
        with self._lock:
            known = [*self._scenes.items()]
        near = [
            (distance, scene)
            for fingerprint, scene in known
            if abs(fingerprint.aspect - wanted.aspect) < _MAX_ASPECT_DIFFERENCE
            and (distance := compute_distance(fingerprint.cells, wanted.cells)) is not None
        ]
        return min(near, key=lambda one: one[0])[1] if near else None


def take_fingerprint(picture: Image.Image) -> Fingerprint:
    """Return the fingerprint of a picture; what is transparent counts as grey."""
    whole = picture.convert("RGBA")
    small = whole.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    flat = Image.new("RGBA", small.size, (128, 128, 128, 255))
    flat.alpha_composite(small)
    return Fingerprint(flat.convert("RGB").tobytes(), picture.width / picture.height)


def compute_distance(one: bytes, other: bytes) -> float | None:
    """Return the mean difference of two fingerprints; None where they are of two pictures."""
    differences = [abs(a - b) for a, b in zip(one, other, strict=True)]
    mean = sum(differences) / len(differences)
    return mean if mean <= _MAX_MEAN and max(differences) <= _MAX_CELL else None
