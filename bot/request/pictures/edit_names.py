"""Names in what is done to a picture: shapes, turns, colours, flags. Pure data.

See `edit_patterns.py` for the sentences around them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SHAPES: Mapping[str, tuple[int, int]] = {
    "square": (1, 1), "quadrat": (1, 1), "quadratisch": (1, 1), "carre": (1, 1),
    "cuadrado": (1, 1), "cuadrada": (1, 1), "正方形": (1, 1), "landscape": (3, 2),
    "querformat": (3, 2), "paysage": (3, 2), "format paysage": (3, 2), "horizontal": (3, 2),
    "横長": (3, 2), "portrait": (2, 3), "hochformat": (2, 3), "format portrait": (2, 3),
    "vertical": (2, 3), "縦長": (2, 3), "widescreen": (16, 9), "wide screen": (16, 9),
    "breitbild": (16, 9),
}  # fmt: skip
# In degrees, clockwise.
TURNS: Mapping[str, int] = {
    "right": 90, "clockwise": 90, "left": -90, "counterclockwise": -90, "counter-clockwise": -90,
    "anticlockwise": -90, "anti-clockwise": -90, "upside down": 180, "rechts": 90,
    "im uhrzeigersinn": 90, "links": -90, "gegen den uhrzeigersinn": -90, "auf den kopf": 180,
    "droite": 90, "gauche": -90, "derecha": 90, "izquierda": -90, "右": 90, "左": -90,
}  # fmt: skip
VERTICAL_WORDS = frozenset(
    ("vertically", "upside down", "vertikal", "senkrecht", "verticalement", "verticalmente",
     "上下", "垂直")
)  # fmt: skip
# The words of other languages, and what stands for “no colour”.
COLOURS: Mapping[str, str] = {
    "white": "#ffffff", "black": "#000000", "grey": "#808080", "gray": "#808080",
    "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "yellow": "#ffff00",
    "orange": "#ffa500", "purple": "#800080", "pink": "#ffc0cb", "brown": "#a52a2a",
    "cyan": "#00ffff", "magenta": "#ff00ff", "beige": "#f5f5dc", "navy": "#000080",
    "transparent": "transparent", "transparency": "transparent",
    "weiss": "#ffffff", "schwarz": "#000000", "grau": "#808080", "rot": "#ff0000",
    "grun": "#008000", "blau": "#0000ff", "gelb": "#ffff00", "blanc": "#ffffff",
    "noir": "#000000", "gris": "#808080", "rouge": "#ff0000", "vert": "#008000",
    "bleu": "#0000ff", "jaune": "#ffff00", "blanco": "#ffffff", "negro": "#000000",
    "rojo": "#ff0000", "verde": "#008000", "azul": "#0000ff", "amarillo": "#ffff00",
    "transparente": "transparent",
}  # fmt: skip
FACTORS: Mapping[str, int] = {"半分": 50, "2倍": 200,
    "half": 50, "double": 200, "twice": 200, "halve": 50, "upscale": 200, "verdopple": 200,
    "halbiere": 50, "duplica": 200,
}  # fmt: skip
# More than that in one message is no request but a test of patience.
MAX_OPERATIONS = 6
# What each flag may be, as people read it where a value is none.
FLAG_EXAMPLES: Mapping[str, str] = {
    "crop": "--crop 16:9", "pad": "--pad 1:1 white", "rotate": "--rotate 90", "flip": "--flip v",
    "resize": "--resize 50%", "strip": "--strip", "as": "--as jpg", "palette": "--palette 6",
    "diff": "--diff v1 v2", "overlay": "--overlay v1 v2",
}  # fmt: skip
OPERATION_FLAGS = tuple(FLAG_EXAMPLES)
# Between clauses that are all of this kind: “crop to 16:9 and rotate left”.
CLAUSE_PATTERN = re.compile(
    r",? (?:and then|and|then|und dann|und|dann|et puis|et|puis|y luego|y|luego) "
    r"|, (?:then )?|して、"
)
