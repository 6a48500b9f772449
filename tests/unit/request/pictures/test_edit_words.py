"""What is done to a picture without a model is a whole message, in five languages or as flags."""

from __future__ import annotations

import pytest

from bot.domain.pictures.operations import ComparePixels, EditPicture, ShowPalette
from bot.request.commands import parse_command
from bot.request.parse import parse_request
from bot.request.pictures.conversions import UnsupportedCommand
from bot.request.pictures.edit_names import OPERATION_FLAGS


def describe(text: str) -> str:
    command = parse_command(text)
    match command:
        case EditPicture(operations, version, position):
            parts = [f"v{version}"] if version else []
            parts += [] if position is None else [f"at {position}"]
            for one in operations:
                values = [
                    f"{one.shape[0]}:{one.shape[1]}" if one.shape else "",
                    str(one.size or ""),
                    f"{one.percent}%" if one.percent else "",
                    str(one.degrees or ""),
                    "vertical" if one.is_vertical else "",
                    one.colour,
                    one.extension,
                ]
                parts.append(" ".join([one.kind.value, *(value for value in values if value)]))
            return ", ".join(parts)
        case ShowPalette(version, count, position):
            return f"palette {version} {count}{'' if position is None else f' at {position}'}"
        case ComparePixels(versions, is_overlay, positions):
            return f"{'overlay' if is_overlay else 'difference'} {versions or positions}"
        case _:
            return type(command).__name__


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("crop v2 to 16:9", "v2, crop 16:9"),
        ("Crop it to a square, please.", "crop 1:1"),
        ("Schneide es quadratisch zu", "crop 1:1"),
        ("quadratisch zuschneiden", "crop 1:1"),
        ("zuschneiden auf 16:9", "crop 16:9"),
        ("verkleinere auf 50 %", "resize 50%"),
        ("voltea", "flip"),
        ("voltear la imagen", "flip"),
        ("reflejar verticalmente", "flip vertical"),
        ("画像を半分にして", "resize 50%"),
        ("半分のサイズにして", "resize 50%"),
        ("2倍に拡大して", "resize 200%"),
        ("crop to A4 at 300 dpi", "crop 2480x3508@300"),
        ("schneide es auf A5 mit 150 dpi zu", "crop 874x1240@150"),
        ("recadre au format A4 300 dpi", "crop 2480x3508@300"),
        ("nach links drehen", "rotate -90"),
        ("crop to an Instagram story", "crop 1080x1920"),
        ("crop to 16:9 and rotate left", "crop 16:9, rotate -90"),
        ("v2: rotate left, then crop to square as jpg", "v2, rotate -90, crop 1:1, convert jpg"),
        ("rotate it by 45 degrees counterclockwise", "rotate -45"),
        ("turn it upside down", "rotate 180"),
        ("flip it vertically", "flip vertical"),
        ("mirror v3", "v3, flip"),
        ("resize to 1024x768", "resize 1024x768"),
        ("scale v2 to 50%", "v2, resize 50%"),
        ("upscale 2x", "resize 200%"),
        ("make it 512 pixels wide", "resize 512:0"),
        ("resize it to 512 wide", "resize 512:0"),
        ("resize to 300 high", "resize 0:300"),
        ("make it 4k", "resize 3840x2160"),
        ("resize to 1000 px", "resize 1000:0"),
        ("double the size of v2", "v2, resize 200%"),
        ("make the picture half the size", "resize 50%"),
        ("upscale v3", "v3, resize 200%"),
        ("crop to 1080 by 1920", "crop 1080x1920"),
        ("verkleinere es auf 800 Pixel", "resize 800:0"),
        ("verdopple die Größe", "resize 200%"),
        ("réduis l'image à 800 px", "resize 800:0"),
        ("duplica el tamaño", "resize 200%"),
        ("800ピクセルに縮小して", "resize 800:0"),
        ("pad to 1:1 with white", "pad 1:1 #ffffff"),
        ("remove the EXIF data from v2", "v2, strip"),
        ("palette", "palette None 6"),
        ("v2 palette", "palette 2 6"),
        ("what are the colours of v2?", "palette 2 6"),
        ("difference between v1 and v2", "difference (1, 2)"),
        ("diff v1 v2", "difference (1, 2)"),
        ("overlay v1 on v3", "overlay (1, 3)"),
        ("v2 --crop 16:9 --rotate 90", "v2, crop 16:9, rotate 90"),
        ("--pad 1:1 #ff0000", "pad 1:1 #ff0000"),
        ("—resize 50% —as webp", "resize 50%, convert webp"),
        ("--palette 3", "palette None 3"),
        ("v1 --diff v2", "difference (1, 2)"),
        ("--overlay", "overlay None"),
        ("schneide v2 auf 16:9 zu", "v2, crop 16:9"),
        ("drehe das Bild um 90 Grad nach links", "rotate -90"),
        ("spiegle es vertikal", "flip vertical"),
        ("auf 50 % verkleinern", "resize 50%"),
        ("Metadaten entfernen", "strip"),
        ("zeig mir die Farbpalette", "palette None 6"),
        ("Unterschied zwischen v1 und v2", "difference (1, 2)"),
        ("recadre-la en carré", "crop 1:1"),
        ("tourne l’image de 90° vers la droite", "rotate 90"),
        ("redimensionne à 50 %", "resize 50%"),
        ("supprime les métadonnées", "strip"),
        ("palette de couleurs", "palette None 6"),
        ("recórtala a 16:9", "crop 16:9"),
        ("gira la imagen 90 grados a la izquierda", "rotate -90"),
        ("voltea verticalmente", "flip vertical"),
        ("elimina los metadatos de v2", "v2, strip"),
        ("v2を16:9にトリミングして", "v2, crop 16:9"),
        ("画像を右に90度回転して", "rotate 90"),
        ("左右反転して", "flip"),
        ("50%に縮小して", "resize 50%"),
        ("メタデータを削除して", "strip"),
        ("v1とv2の差分", "difference (1, 2)"),
        ("crop the second picture to 16:9", "at 1, crop 16:9"),
        ("rotate the last one left", "at -1, rotate -90"),
        ("flip the 3rd image and resize to 50%", "at 2, flip, resize 50%"),
        ("palette of the second picture", "palette None 6 at 1"),
        ("schneide das zweite Bild auf 16:9 zu", "at 1, crop 16:9"),
        ("recadre la deuxième image en carré", "at 1, crop 1:1"),
        ("voltea la segunda imagen", "at 1, flip"),
        ("2枚目の画像を16:9にトリミングして", "at 1, crop 16:9"),
        ("crop it square", "crop 1:1"),
        ("could you crop it to a square?", "crop 1:1"),
        ("trim it to 4:5", "crop 4:5"),
        ("pad to square white", "pad 1:1 #ffffff"),
        ("pad to 16:9 with light blue", "pad 16:9 #add8e6"),
        ("rotate it by 12.5 degrees", "rotate 12.5"),
        ("rotate -7,5°", "rotate -7.5"),
        ("turn it to the right by 10 degrees", "rotate 10"),
        ("rotate 90 ccw", "rotate -90"),
        ("--rotate -7.5", "rotate -7.5"),
        ("flip vertical", "flip vertical"),
        ("reduce by 20%", "resize 80%"),
        ("shrink it by 30 %", "resize 70%"),
        ("enlarge by 20%", "resize 120%"),
        ("scale up by 50%", "resize 150%"),
        ("scale by 50%", "resize 50%"),
        ("verkleinere es um 20 %", "resize 80%"),
        ("réduis l'image de 20 %", "resize 80%"),
        ("amplía la imagen un 20 %", "resize 120%"),
        ("20%縮小して", "resize 80%"),
        ("scale it down by half", "resize 50%"),
        ("half the size", "resize 50%"),
        ("resize 1024 x 768", "resize 1024x768"),
        ("resize to 1024", "resize 1024:0"),
        ("--resize 800", "resize 800:0"),
        ("strip exif and gps", "strip"),
        ("remove the camera info", "strip"),
        ("delete exif and location", "strip"),
        ("remove location, camera and gps tags", "strip"),
        ("resize it to 900", "resize 900:0"),
        ("verkleinere es auf 900", "resize 900:0"),
        ("auf 900 verkleinern", "resize 900:0"),
        ("redimensionne à 900", "resize 900:0"),
        ("redimensiona a 900", "resize 900:0"),
        ("900に縮小して", "resize 900:0"),
        ("crop to 5 by 4", "crop 5:4"),
        ("crop to 16x9", "crop 16:9"),
        ("auf 4 zu 5 zuschneiden", "crop 4:5"),
        ("recadre à 3 sur 2", "crop 3:2"),
        ("recorta a 3 por 2", "crop 3:2"),
        ("pad to 1:1 with #0Af", "pad 1:1 #00aaff"),
        ("crop v2 to 1:1 and rotate it left", "v2, crop 1:1, rotate -90"),
        ("remove all metadata from the photo", "strip"),
        (
            "crop to a square, rotate left, and convert to webp",
            "crop 1:1, rotate -90, convert webp",
        ),
        ("rotate left; flip", "rotate -90, flip"),
        ("Rotate left.\nThen flip.", "rotate -90, flip"),
        ("palette 8", "palette None 8"),
        ("what are the 5 main colours?", "palette None 5"),
        ("get the dominant colours", "palette None 6"),
        ("which colours are in this picture?", "palette None 6"),
        ("difference", "difference None"),
        ("show what changed", "difference None"),
        ("difference between the last two versions", "difference None"),
        ("difference between the first and the second picture", "difference (0, 1)"),
        ("Unterschied zwischen den beiden Bildern", "difference None"),
        ("différence entre les deux images", "difference None"),
        ("2つの画像の差分", "difference None"),
        ("overlay them", "overlay None"),
        ("overlay the two pictures", "overlay None"),
        ("superpón las dos imágenes", "overlay None"),
    ],
)
def test_a_message_is_what_it_does(text: str, meaning: str) -> None:
    assert describe(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "crop it and put a hat on it",
        "crop v2 to 1:1 and rotate v3 left",
        "v2: flip v4",
        "crop the first picture to 1:1 and flip the second picture",
        "remove the camera",
        "erase the location",
        "delete the camera and location",
        "crop to 16:9 with a hat",
        "crop to the left half",
        "crop out the man",
        "rotate the car left",
        "rotate it",
        "flip the pancake",
        "mirror mirror on the wall",
        "make it square",
        "make it twice as big",
        "upscale the tower",
        "double the number of trees",
        "make it 2 meters wide",
        "make it 512 wide",
        "scale the mountain",
        "resize",
        "colours",
        "colors of the rainbow",
        "palette knife",
        "turn left at the bakery",
        "what is the difference between v1 and v2?",
        "pad to 1:1 with chartreuse flowers",
        "--crop 16:9 and make it blue",
        "recorta la imagen y ponle un sombrero",
        "schneide den Hund aus",
        "remove the background",
        "pad to 16:9 with a blurred background",
        "rotate the cat's head",
        "make it brighter",
        "crop both to a square",
        "flip the second cat",
        "the first picture is nicer",
        "what is different in the second picture?",
        "reduce the number of trees by 20%",
        "enlarge the moon by 20%",
        "--flip --strip make it nice",
    ],
)
def test_what_is_more_than_that_is_a_request_to_the_model(text: str) -> None:
    assert describe(text) == "NoneType"


@pytest.mark.parametrize(
    "text",
    [
        "crop to 0x0",
        "crop to 100000x1",
        "crop to 1:0",
        "crop to 1:9999",
        "resize to 900000%",
        "resize to 0%",
        "resize to -50%",
        "reduce by 100%",
        "--resize -5%",
        "make it 999999999 px wide",
        "rotate 99999 degrees",
        "--resize 1e9",
        "--rotate 4000",
        "--pad 1:1 mauvish",
        "--crop nonsense",
        "--crop",
        "--as gif",
        "--strip 5",
        "--diff v1",
        "--diff v1 v2 --crop 1:1",
        "--palette lots",
    ],
)
def test_what_cannot_be_done_is_said(text: str) -> None:
    assert isinstance(parse_command(text), UnsupportedCommand)


@pytest.mark.parametrize("name", OPERATION_FLAGS)
def test_such_a_flag_at_the_end_of_a_wish_is_explained(name: str) -> None:
    error = parse_request(f"draw a fox --{name} 1:1").flag_error
    assert error is not None and f"`v2 --{name}`" in str(error.user_message)
