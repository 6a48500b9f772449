"""The kinds of words that a sentence about a picture is made of. Pure data.

Each language has a table of its words: the key is a kind, with a value after a space where the
kind has some, and the text lists the words, in any spelling, with “|” between them. `{name}` in it
stands for any of the words of the macro of that name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """What a word or a number does in a sentence."""

    # Which picture is meant.
    # `picture` where it is called so, `the picture` where the words say which: “it” may be what the
    # picture shows.
    IT = "it"
    # `any` where it may belong to another word, as in “all the metadata”; `both` of two, and `some`
    # where these may be any two.
    ALL = "all"
    VERSION = "version"
    NAME = "name"  # the sign that stands for a file's name (`called_files.py`)
    PAGE = "page"  # from 1, or -1
    POSITION = "position"
    # Between the others.
    FILLER = "filler"  # `a` or `the` where it is an article, `me` where it may be a person
    AND = "and"
    TO = "to"  # `at` where something may be rather than go
    BY = "by"
    OFF = "off"  # `away` where something goes
    FOR = "for"
    # Numbers, and what stands for some.
    AMOUNT = "amount"  # a share of a side
    PERCENT = "percent"
    PIXELS = "pixels"
    NUMBER = "number"
    BYTES = "bytes"
    DEGREES = "degrees"
    TIMES = "times"
    SIZE = "size"  # as it is written
    NAMED_SIZE = "named"
    PLACE = "place"  # where it is shown, as its name in the table of sizes
    DPI = "dpi"
    SHAPE = "shape"
    FORMAT = "format"
    COLOUR = "colour"
    # Parts of a picture.
    SUBJECT = "subject"  # something that it shows
    SIDE = "side"  # with `there` where it is no direction
    BORDER = "border"  # `edge` or `stripe` where it may be of what the picture shows
    BACKGROUND = "background"
    BLANK = "blank"
    WIDTH = "width"
    HEIGHT = "height"
    LONGEST = "longest"
    RATIO = "ratio"
    SIZES = "sizes"
    FILE = "file"
    METADATA = "metadata"
    RECORDED = "recorded"  # what may be metadata, or be seen
    COLOURS = "colours"
    COLOURING = "colouring"
    # What is done.
    # `empty` where a part may stay, but empty; `take` where it may be to keep, unless it goes away.
    CUT = "cut"
    CROP = "crop"
    KEEP = "keep"
    TRIM = "trim"
    MAKE = "make"  # `it` where the word says so, `new` where it may ask for another picture
    FIT = "fit"
    WITHIN = "within"
    SCALE = "scale"  # `down` or `up` where the word says so
    FACTOR = "factor"  # in percent
    MULTIPLE = "multiple"  # in percent, of what another word says
    SMALLER = "smaller"
    LARGER = "larger"
    SLIGHTLY = "slightly"
    MOST = "most"
    COMPRESS = "compress"  # `any` where it is done to other things as well
    LEAST = "least"
    ROTATE = "rotate"
    TURN = "turn"
    STRAIGHTEN = "straighten"
    FLIP = "flip"  # `noun` where the word may be one
    INVERT = "invert"
    AXIS = "axis"
    GREY = "grey"
    BLACK_AND_WHITE = "bw"
    PAD = "pad"
    ADD = "add"
    WITH = "with"
    WITHOUT = "without"
    CONVERT = "convert"
    SHOW = "show"  # `mark` where it is done in the picture
    TELL = "tell"  # in words, of what has some
    WHAT = "what"
    HAVE = "have"  # `in` where it is of what has parts
    MAIN = "main"
    PALETTE = "palette"
    DIFFERENCE = "difference"
    CHANGED = "changed"
    OVERLAY = "overlay"
    PUT = "put"
    OVER = "over"
    TOGETHER = "together"
    OLD = "old"
    NEW = "new"
    SEE_THROUGH = "seethrough"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number of a sentence; `value` is what it says, as text."""

    word: Word
    value: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The words of one language."""

    words: Mapping[str, str]
    macros: Mapping[str, str]
    has_spaces: bool = True
    decimal_mark: str = "."
