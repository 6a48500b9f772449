"""Names in what is done to a picture: shapes, colours, places, flags. Pure data.

See `vocabulary` for the words around them.
"""

from __future__ import annotations

from collections.abc import Mapping

SHAPES: Mapping[str, tuple[int, int]] = {
    "square": (1, 1), "quadrat": (1, 1), "quadratisch": (1, 1), "carre": (1, 1),
    "cuadrado": (1, 1), "cuadrada": (1, 1), "正方形": (1, 1), "landscape": (3, 2),
    "querformat": (3, 2), "paysage": (3, 2), "format paysage": (3, 2), "horizontal": (3, 2),
    "横長": (3, 2), "portrait": (2, 3), "hochformat": (2, 3), "format portrait": (2, 3),
    "vertical": (2, 3), "縦長": (2, 3), "widescreen": (16, 9), "wide screen": (16, 9),
    "breitbild": (16, 9),
}  # fmt: skip
# The words of other languages, and what stands for “no colour”.
COLOURS: Mapping[str, str] = {
    "white": "#ffffff", "black": "#000000", "grey": "#808080", "gray": "#808080",
    "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "yellow": "#ffff00",
    "orange": "#ffa500", "purple": "#800080", "pink": "#ffc0cb", "brown": "#a52a2a",
    "cyan": "#00ffff", "magenta": "#ff00ff", "beige": "#f5f5dc", "navy": "#000080",
    "teal": "#008080", "turquoise": "#40e0d0", "aqua": "#00ffff", "lime": "#00ff00",
    "olive": "#808000", "maroon": "#800000", "gold": "#ffd700", "silver": "#c0c0c0",
    "ivory": "#fffff0", "cream": "#fffdd0", "lavender": "#e6e6fa", "violet": "#ee82ee",
    "indigo": "#4b0082", "crimson": "#dc143c", "coral": "#ff7f50", "salmon": "#fa8072",
    "tan": "#d2b48c", "mint": "#98ff98", "charcoal": "#36454f", "offwhite": "#faf9f6",
    "fuchsia": "#ff00ff", "hotpink": "#ff69b4", "skyblue": "#87ceeb", "deepblue": "#00008b",
    "lightblue": "#add8e6", "lightgreen": "#90ee90", "lightgrey": "#d3d3d3",
    "lightgray": "#d3d3d3", "lightyellow": "#ffffe0", "lightpink": "#ffb6c1",
    "palegreen": "#98fb98", "darkblue": "#00008b", "darkgreen": "#006400",
    "darkred": "#8b0000", "darkgrey": "#404040", "darkgray": "#404040",
    "darkorange": "#ff8c00", "deeppink": "#ff1493",
    "transparent": "transparent", "transparency": "transparent",
    "weiss": "#ffffff", "schwarz": "#000000", "grau": "#808080", "rot": "#ff0000",
    "grun": "#008000", "blau": "#0000ff", "gelb": "#ffff00", "blanc": "#ffffff",
    "noir": "#000000", "gris": "#808080", "rouge": "#ff0000", "vert": "#008000",
    "bleu": "#0000ff", "jaune": "#ffff00", "blanco": "#ffffff", "negro": "#000000",
    "rojo": "#ff0000", "verde": "#008000", "azul": "#0000ff", "amarillo": "#ffff00",
    "transparente": "transparent",
}  # fmt: skip
# Which of several pictures, from 0; -1 is the newest.
ENGLISH_POSITIONS: Mapping[str, int] = {
    "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "latest": -1,
    "newest": -1, "1st": 0, "2nd": 1, "3rd": 2, "4th": 3, "5th": 4,
}  # fmt: skip
# More than that in one message is no request but a test of patience.
MAX_OPERATIONS = 6
DEFAULT_COLOURS, MAX_COLOURS = 6, 12
# What each flag may be, as people read it where a value is none.
FLAG_EXAMPLES: Mapping[str, str] = {
    "crop": "--crop 16:9", "pad": "--pad 1:1 white", "rotate": "--rotate 90", "flip": "--flip v",
    "resize": "--resize 50%", "cut": "--cut top 33%", "trim": "--trim", "grey": "--grey",
    "straighten": "--straighten 2", "under": "--under 1MB", "dpi": "--dpi 300", "strip": "--strip",
    "as": "--as jpg", "palette": "--palette 6",
    "diff": "--diff v1 v2", "overlay": "--overlay v1 v2",
}  # fmt: skip
OPERATION_FLAGS = tuple(FLAG_EXAMPLES)
