"""The sentences about a picture as kinds of words, and what each one means. Pure data.

A clause is a sentence of this table if it has all words of `needs`, one at least of `any_of` where
there are some, and no other kinds than these and those of `may`. Words for the picture itself, and
those that only connect others, do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from bot.domain.pictures.operations import ComparePixels, Operation, ShowPalette
from bot.request.pictures.vocabulary import cuts, sizes, values
from bot.request.pictures.vocabulary.clauses import Clause
from bot.request.pictures.vocabulary.words import Word

Meaning = Operation | ComparePixels | ShowPalette | None


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of sentence. `is_of_photo`: said of “it”, it may be about what the picture shows.
    `follows`: it counts only after another one."""

    needs: frozenset[Word]
    any_of: frozenset[Word]
    may: frozenset[Word]
    build: Callable[[Clause], Meaning]
    is_of_photo: bool = False
    follows: bool = False

    @property
    def words(self) -> frozenset[Word]:
        """All kinds that may be in it."""
        return self.needs | self.any_of | self.may

    def has_needed(self, words: Set[Word]) -> bool:
        return self.needs <= words and (not self.any_of or bool(self.any_of & words))

    def fits(self, words: frozenset[Word]) -> bool:
        return self.has_needed(words) and words <= self.words


def _read(names: str) -> frozenset[Word]:
    return frozenset(Word[name] for name in names.split())


def _build_frame(
    needs: str, any_of: str, may: str, build: Callable[[Clause], Meaning], **more: bool
) -> Frame:
    return Frame(_read(needs), _read(any_of), _read(may), build, **more)


_SHARE = "AMOUNT PERCENT PIXELS"
_LAID = "OVER TOGETHER OLD NEW SEE_THROUGH PERCENT TO WITH"
_FORM = "SIZE NAMED_SIZE SHAPE"
_NUMBER = "PIXELS NUMBER"

FRAMES: Sequence[Frame] = (
    # “Cut off the top third”, “crop 20 px from each side”, “crop the right side by 10 %”.
    _build_frame("CUT SIDE", _SHARE, "OFF TO BY CROP MAKE", cuts.build_cut),
    _build_frame("CROP OFF SIDE", _SHARE, "BY", cuts.build_cut),
    _build_frame("CROP BY SIDE", _SHARE, "", cuts.build_cut),
    # “Keep only the left half”, “crop to the top two thirds”; “crop the top third” is asked back.
    _build_frame("KEEP SIDE", _SHARE, "TO CROP OFF MAKE SHOW", cuts.build_kept),
    _build_frame("CROP TO SIDE", _SHARE, "", cuts.build_kept),
    _build_frame("CROP SIDE", _SHARE, "", cuts.build_unclear_cut),
    # “Trim the white border”.
    _build_frame("BORDER", "CUT CROP TRIM", "COLOUR BLANK OFF SIDE", cuts.build_trim),
    _build_frame("TRIM", "", "TO", cuts.build_trim),
    # “Add a white border of 20 px”, “pad to a square with white”.
    _build_frame("ADD BORDER", _SHARE, "COLOUR SIDE TO WITH PAD", cuts.build_frame),
    _build_frame("ADD COLOUR SIDE", _SHARE, "TO WITH", cuts.build_frame),
    _build_frame("BORDER COLOUR PIXELS", "", "SIDE WITH", cuts.build_frame),
    _build_frame("PAD", _FORM, "COLOUR BORDER BACKGROUND TO FOR WITH MAKE", sizes.build_pad),
    _build_frame("BORDER", _FORM, "COLOUR WITH MAKE ADD TO PAD", sizes.build_pad),
    # “Crop to 16:9”, “make the picture square”, “as a favicon”.
    _build_frame("CROP", _FORM, "TO FOR RATIO FIT SIZES", sizes.build_crop),
    # “Crop for Instagram”, “resize it for YouTube”.
    _build_frame("CROP PLACE", "", "TO FOR RATIO FIT SIZES", sizes.build_place),
    _build_frame("FIT PLACE", "", "TO FOR RATIO SIZES", sizes.build_place),
    _build_frame("CUT PLACE", "", "FOR", sizes.build_place),
    _build_frame("SCALE PLACE", "", "TO FOR SIZES", sizes.build_place),
    # “Crop to the face” is told.
    _build_frame("CROP SUBJECT TO", "", "KEEP", cuts.build_subject),
    _build_frame("CROP SUBJECT SIDE", "", "", cuts.build_subject),
    _build_frame("WITHIN SIZE", "", "SCALE MAKE TO", sizes.build_box),
    _build_frame("CUT TO", _FORM, "RATIO", sizes.build_crop),
    _build_frame("FIT", _FORM, "TO FOR RATIO", sizes.build_crop),
    _build_frame("MAKE SHAPE", "", "TO", sizes.build_shape_of_it, is_of_photo=True),
    _build_frame("MAKE SIZE", "", "TO RATIO SIZES FOR", sizes.build_size_of_it),
    _build_frame(
        "MAKE NAMED_SIZE", "", "TO FOR OFF SIZES", sizes.build_named_of_it, is_of_photo=True
    ),
    _build_frame("FOR NAMED_SIZE", "", "SIZE", sizes.build_named, is_of_photo=True),
    _build_frame("NAMED_SIZE", "", "", sizes.build_named_for, is_of_photo=True),
    # “Resize to 800 px”, “1200 x 800”, “width 800 px”, “at most 2000 px”.
    _build_frame("SCALE", _FORM, "TO FOR SIZES MAKE", sizes.build_size),
    _build_frame(
        "SCALE", _NUMBER, "TO WIDTH HEIGHT LONGEST MOST MAKE SIZES HAVE", sizes.build_side
    ),
    _build_frame("MAKE WIDTH", "PIXELS", "TO MOST WITH", sizes.build_side),
    _build_frame("MAKE HEIGHT", "PIXELS", "TO MOST WITH", sizes.build_side),
    _build_frame("MAKE LONGEST", _NUMBER, "TO MOST", sizes.build_side),
    _build_frame("WIDTH PIXELS", "", "TO WITH", sizes.build_side),
    _build_frame("HEIGHT PIXELS", "", "TO WITH", sizes.build_side),
    _build_frame("LONGEST PIXELS", "", "MOST TO SCALE", sizes.build_side),
    _build_frame("MOST PIXELS", "", "TO", sizes.build_side),
    # “Shrink by 20 %”, “scale by 2”, “half the size”, “make the picture a bit smaller”.
    _build_frame("SCALE PERCENT", "", "TO BY SIZES", sizes.build_percent),
    _build_frame("PERCENT MAKE", "SMALLER LARGER", "BY", sizes.build_percent, is_of_photo=True),
    _build_frame("SCALE AMOUNT", "", "TO BY SIZES", sizes.build_share),
    _build_frame("MAKE AMOUNT", "", "TO", sizes.build_share_of_picture),
    _build_frame("SCALE TIMES", "", "BY TO SIZES", sizes.build_times),
    _build_frame("SCALE BY NUMBER", "", "SIZES", sizes.build_times),
    _build_frame("FACTOR", "", "SIZES SCALE TO FOR", sizes.build_factor),
    _build_frame("MULTIPLE", "SIZES SCALE", "TO BY MAKE FOR", sizes.build_factor),
    _build_frame("MULTIPLE", "", "TO MAKE", sizes.build_multiple_of_picture),
    _build_frame("MAKE FACTOR", "", "SIZES TO", sizes.build_factor, is_of_photo=True),
    _build_frame("MAKE", "SMALLER LARGER", "SLIGHTLY", sizes.build_step, is_of_photo=True),
    _build_frame("SLIGHTLY", "SMALLER LARGER", "", sizes.build_step, is_of_photo=True),
    _build_frame("SCALE SLIGHTLY", "", "SIZES", sizes.build_step),
    # “Under 1 MB”, “compress it”, “make the file as small as possible”.
    _build_frame("BYTES", "MOST COMPRESS", "MAKE TO FILE SCALE SMALLER", values.build_limit),
    _build_frame("BYTES SCALE", "", "TO FILE SIZES MOST MAKE", values.build_limit),
    _build_frame("FILE BYTES", "", "MAKE TO MOST SMALLER", values.build_limit),
    _build_frame("COMPRESS", "", "FILE FOR", values.build_file),
    _build_frame("COMPRESS", "", "FOR", values.build_limit, is_of_photo=True),
    _build_frame("FILE", "SMALLER LEAST SCALE", "MAKE FOR", values.build_limit),
    # “Turn it upside down”, “rotate left”, “straighten it by 2 degrees”, “flip it”.
    _build_frame("ROTATE", "DEGREES TURN", "SIDE BY TO SLIGHTLY", values.build_turn),
    _build_frame("ROTATE NUMBER", "", "TURN SIDE BY TO", values.build_turn),
    _build_frame("ROTATE SIDE", "", "TO BY", values.build_turn),
    _build_frame("MAKE TURN", "", "TO", values.build_turn),
    _build_frame("STRAIGHTEN DEGREES", "", "TURN SIDE BY TO", values.build_straightening),
    _build_frame("FLIP", "", "AXIS", values.build_flip),
    _build_frame("INVERT AXIS", "", "", values.build_flip),
    _build_frame("FLIP SIDE", "", "TO", values.build_flip),
    _build_frame("MAKE FLIP", "", "OFF", values.build_flip),
    # “Convert to grayscale”, “make the photo black and white”, “remove all colour”.
    _build_frame("GREY", "", "CONVERT MAKE TO", values.build_grey),
    _build_frame("BLACK_AND_WHITE CONVERT", "", "TO", values.build_grey),
    _build_frame("BLACK_AND_WHITE", "", "MAKE TO", values.build_grey, is_of_photo=True),
    _build_frame("CUT", "COLOURS COLOURING", "OFF", values.build_grey),
    # “Convert all of them to webp”. Of one picture that alone is no version (`conversions.py`).
    _build_frame("CONVERT FORMAT", "", "TO FOR", values.build_conversion),
    # “Page 2 as png”, „das zweite foto.jpg als webp“.
    _build_frame("FORMAT", "FOR TO", "CONVERT MAKE", values.build_conversion_of_one),
    # “Remove the metadata”.
    _build_frame("METADATA", "CUT WITHOUT", "OFF RECORDED", values.build_strip),
    # After something else: “…, 512 px, as webp”.
    _build_frame("PIXELS", "", "WIDTH HEIGHT MAKE TO", sizes.build_side, follows=True),
    _build_frame("SIZE", "", "TO", sizes.build_size, follows=True),
    _build_frame("FORMAT", "", "FOR TO CONVERT MAKE", values.build_conversion, follows=True),
    _build_frame("DPI", "", "TO WITH FOR", values.build_print, follows=True),
    # “Set it to 300 dpi”, “change the resolution to 300 dpi”.
    _build_frame("DPI", "MAKE CONVERT SIZES SCALE", "TO WITH FOR BY", values.build_print),
    _build_frame("DPI", "TO WITH FOR", "", values.build_print, is_of_photo=True),
    # “Photo.jpg 1080x1080”, “photo.jpg to 50 %”.
    _build_frame("SIZE", "", "TO", sizes.build_size_of_named),
    _build_frame("SHAPE", "", "TO", sizes.build_size_of_named),
    _build_frame("PERCENT", "", "TO", sizes.build_percent_of_named),
    # What is only shown.
    _build_frame("COLOURS MAIN", "", "WHAT SHOW TELL HAVE NUMBER OFF TO", values.build_palette),
    _build_frame("COLOURS NUMBER", "", "SHOW TELL OFF TO", values.build_palette),
    _build_frame(
        "COLOURS", "", "WHAT SHOW TELL HAVE NUMBER TO OFF", values.build_palette_of_picture
    ),
    _build_frame(
        "PALETTE",
        "",
        "MAKE SHOW TELL WHAT HAVE NUMBER COLOURS OFF TO FOR WITH",
        values.build_palette,
    ),
    _build_frame("DIFFERENCE", "", "SHOW HAVE OFF TO", values.build_difference),
    _build_frame("SHOW CHANGED", "", "WHAT HAVE OFF TO", values.build_difference),
    _build_frame("OVERLAY", "", _LAID, values.build_overlay),
    _build_frame("PUT OVER", "OLD", "NEW SEE_THROUGH WITH PERCENT TO", values.build_overlay),
    _build_frame("PUT OVER", "", "SEE_THROUGH WITH PERCENT TO", values.build_overlay_of_two),
    _build_frame("PUT TOGETHER", "", "SEE_THROUGH WITH PERCENT", values.build_overlay),
)
