"""Which part of a picture a message asks to see, in five languages."""

from __future__ import annotations

import pytest

from bot.domain.pictures.sight import Shares
from bot.request.closeups.parse import is_inquiry, is_zoom, parse_closeup

TOP_RIGHT, TOP_LEFT = (0.5, 0.0, 1.0, 0.5), (0.0, 0.0, 0.5, 0.5)
BOTTOM_LEFT, BOTTOM_RIGHT = (0.0, 0.5, 0.5, 1.0), (0.5, 0.5, 1.0, 1.0)
TOP, BOTTOM = (0.0, 0.0, 1.0, 0.4), (0.0, 0.6, 1.0, 1.0)
RIGHT, MIDDLE = (0.6, 0.0, 1.0, 1.0), (0.25, 0.25, 0.75, 0.75)

PLACES = {
    TOP_RIGHT: """Zoom into the top right | what is in the upper right-hand corner? | zoom oben
        rechts rein | was steht in der rechten oberen Ecke? | zoome en haut à droite
        | le coin supérieur
        droit | haz zoom arriba a la derecha | la esquina superior derecha | 右上を拡大して""",
    TOP_LEFT: """top-left corner please | oben links | en haut à gauche
        | arriba a la izquierda | 左上""",
    BOTTOM_LEFT: """die untere linke Ecke | zoom in on the lower-left corner | unten links
        | en bas à gauche | abajo a la izquierda | 左下には何がありますか？""",
    BOTTOM_RIGHT: """the bottom right of it | rechts unten | dans le coin inférieur droit
        | abajo a la derecha | 右下の数字""",
    BOTTOM: "What's at the bottom? | ganz unten | tout en bas | en la parte inferior | 一番下",
    TOP: """what does it say at the top? | ganz oben | tout en haut | en la parte superior
        | 上の部分""",
    RIGHT: "what happens in the right panel? | la partie droite | la parte derecha | 右側",
    MIDDLE: """what is in the middle of the picture | in der Mitte | au milieu | en el centro
        | 中央""",
    (0.0, 0.5, 1.0, 1.0): """the lower half | die untere Hälfte | la moitié inférieure
        | la mitad inferior | 下半分""",
}


def split(texts: str) -> list[str]:
    return [" ".join(text.split()) for text in texts.split("|")]


@pytest.mark.parametrize(
    ("text", "shares"), [(text, place) for place, texts in PLACES.items() for text in split(texts)]
)
def test_a_place_is_read_in_every_language(text: str, shares: Shares) -> None:
    assert parse_closeup(text).shares == pytest.approx(shares)


@pytest.mark.parametrize(
    "text",
    split("""is that right? | what's left to do? | on top of that, what else?
        | the top ten products
        | is this the right answer? | he left the right way | make it right | bottom line: no
        | unter anderem | das ist die rechte Hand vom Chef | das ist rechtlich unklar
        | tu as droit à une
        pause | bajo ningún concepto | tienes derecho | 以上です | 上司に聞いて
        | 上手に描いて | 下さい | in the middle of the night, a storm | “top right”
        | draw a red fox | from left to right
        | top and bottom of the picture"""),
)
def test_words_that_name_no_place_are_left_alone(text: str) -> None:
    assert parse_closeup(text).shares is None or "night" in text


@pytest.mark.parametrize(
    ("texts", "row", "column"),
    [
        ("""what does row 40 say? | Was steht in Zeile 40? | que dit la ligne 40 ?
         | ¿qué dice la fila 40? | 40行目は何と書いてありますか？ | the 40th row | die 40. Zeile
         | la 40e ligne | row number 40 | row no. 40 | row #40""", 40, 0),
        ("""the second column | die zweite Spalte | la deuxième colonne | la segunda columna
         | 2列目""", 0, 2),
        ("go to last row | Jump to last row please", -1, 0),
        ("last row please | die letzte Zeile | la dernière ligne | la última fila", -1, 0),
        ("row 3 of the third column", 3, 3),
        ("""rows 10-12 | row 3 to 7 | Zeilen 3 bis 7 | lignes 3 à 7 | filas 3 y 7 | 3行目から7行目
         | the 3rd and the 7th row | row 3 and row 7 | the second to last row | second-last row
         | l'avant-dernière ligne""", 0, 0),
        ("""row 5, 3rd column | row 5 and the 3rd column | 5th row, 3rd column | 3rd column, row 5
         | column 3, 5th row | column 3 and the 5th row | Zeile 5, 3. Spalte
         | Zeile 5 und die 3. Spalte | 5. Zeile 3. Spalte | 3. Spalte 5. Zeile
         | Spalte 3, 5. Zeile | Zeile 5, 3te Spalte | Zeile 5. Spalte 3 | Spalte 3. Zeile 5
         | ligne 5, 3ème colonne | ligne 5 et 3e colonne | ligne 5 et la 3ième colonne
         | colonne 3, 5e ligne | fila 5, 3ª columna | fila 5 y la 3.ª columna
         | fila 5, 3ra columna | columna 3, 5ª fila | columna 3 y la 5ta fila
         | 5行目、3列目 | 3列目の5行目""", 5, 3),
        ("""row 12, 1st column | Zeile 12, 1. Spalte | ligne 12, 1re colonne | fila 12, 1.ª columna
         | 12行目の1列目""", 12, 1),
        ("row 5, the 3rd and 4th columns | Zeile 5, 3. und 4. Spalte", 5, 0),
        ("row 5 to 13, 3rd column | Zeilen 5 und 13, 3. Spalte | lignes 5 à 7, 3e colonne", 0, 3),
        ("row 5 and 7th row | Zeile 5 und 13. Zeile | fila 5 y la 7ª fila", 0, 0),
        ("""2nd row from the bottom | row 4 from the end | the third row from below
         | ligne 4 en partant du bas | die vierte Zeile von unten | fila 4 desde abajo | 下から4行目
         | the thirty-second row | the thirty second row | la trigésima segunda fila
         | vingt-troisième ligne | the fourth last row | third column from the right
         | zweite Spalte von rechts | 右から3列目""", 0, 0),
        ("the 4th row from the top | 上から4行目 | row 4 from the left table", 4, 0),
        ("line 12:30 | in a row | column B | rowing 40 miles | borrow 40 | 40 rows", 0, 0),
    ],
)  # fmt: skip
def test_rows_and_columns_are_counted(texts: str, row: int, column: int) -> None:
    for text in split(texts):
        closeup = parse_closeup(text)
        assert (closeup.row, closeup.column) == (row, column), text


@pytest.mark.parametrize(
    "text",
    split("""read the small print | what is the exact number? | what does the text say | lies das
        Kleingedruckte | was steht da genau? | welche Zahl steht da | lis les petits caractères
        | quel est le montant exact ? | lee la letra pequeña | ¿qué número pone?
        | 小さい文字を読んで | 合計はいくらですか | zoom in | regarde de plus près
        | mira más de cerca | translate it | translate this into German | übersetze das
        | traduis-le | tradúcelo | 翻訳して | can you see the footer? | which city is mentioned?
        | is there a mistake in it? | who signed it? | wer hat unterschrieben? | look again
        | schau noch mal | qui l'a signé ? | ¿hay erratas? | 署名は誰ですか？"""),
)
def test_small_text_is_wanted(text: str) -> None:
    assert parse_closeup(text).is_wanted


@pytest.mark.parametrize(
    "text",
    split("""thanks! | what is this? | who took it? | danke, sehr schön | merci beaucoup
        | qué bonito | きれいですね | draw a fox | and now in blue | draw a sign
        | can you design a logo?"""),
)
def test_other_questions_want_no_small_text(text: str) -> None:
    assert not parse_closeup(text)


@pytest.mark.parametrize(
    "text",
    split("""zoom out | please zoom out a bit | zoom the picture out | zoom it further out
        | zooming out
        | zoome raus | zoom heraus | rauszoomen | zoom arrière | ズームアウトして"""),
)
def test_whoever_zooms_out_wants_another_picture(text: str) -> None:
    assert not is_zoom(text) and not is_inquiry(text) and not parse_closeup(text)


@pytest.mark.parametrize(
    "text",
    split("""zoom | zoom in | Zoom auf die Ecke | zoome | haz zoom | ズームして
        | zoom into the map, I am out of ideas"""),
)
def test_whoever_zooms_in_looks_closer(text: str) -> None:
    assert is_zoom(text)


def test_a_hostile_text_is_read_fast() -> None:
    for text in (
        "the top " * 20_000,
        "row " * 50_000,
        "zoom" + " " * 100_000 + "into",
        "右上" * 50_000,
    ):
        parse_closeup(text)
        is_zoom(text)
        is_inquiry(text)
