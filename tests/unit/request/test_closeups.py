"""Which part of a picture a message asks to see, in five languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.domain.conversation import Speaker, ThreadHistory, Turn
from bot.domain.files import FileRef, Image
from bot.domain.messages import render
from bot.domain.model_info import ModelInfo
from bot.domain.pictures.in_files import name_pages, name_picture
from bot.domain.pictures.sight import Origin, PictureContent, Shares, Sight
from bot.files.detail.labels import list_scaled_messages
from bot.files.detail.named import list_named
from bot.i18n.catalog import list_languages
from bot.llm.catalog_entry import COMPATIBLE_MODEL, GPT_5_4_IMAGE_2
from bot.request.closeups.parse import is_inquiry, is_zoom, parse_closeup
from bot.request.closeups.selection import (
    build_picture_choice,
    build_view_options,
    find_pages,
    select_picture_to_look_into,
    select_pictures_to_show_closely,
    select_scan,
)
from bot.request.parse import parse_request

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


@pytest.mark.parametrize(
    ("text", "draws"),
    [
        ("make the background blue", True),
        ("draw a fox", True),
        ("what is written on the blue background?", False),
        ("zoom into the top right", False),
        ("enlarge the lower right", False),
        ("zeig mir die linke untere Ecke größer", False),
        ("agrandis en haut à droite", False),
        ("muéstrame más grande la esquina inferior izquierda", False),
        ("右上の部分を大きく見せて", False),
        ("read the caption", False),
        ("was steht auf dem Hintergrund?", False),
        ("entferne den Hintergrund", True),
        ("here is the new background, any thoughts?", False),
        ("Can you make the background blue?", True),
        ("kannst du den Hintergrund entfernen?", True),
        ("背景を青くしてくれますか？", True),
        ("背景の色は何ですか？", False),
        ("write alt text", False),
    ],
)
def test_a_picture_that_is_to_be_changed_is_not_shown_in_parts(text: str, draws: bool) -> None:
    assert build_view_options(parse_request(text), GPT_5_4_IMAGE_2).draws is draws


@pytest.mark.parametrize(("info", "takes"), [(GPT_5_4_IMAGE_2, True), (COMPATIBLE_MODEL, False)])
def test_what_the_model_takes_is_known(info: ModelInfo, takes: bool) -> None:
    assert build_view_options(parse_request("hi"), info).takes_original is takes


PICTURE, OTHER = FileRef("F1", "a.png", "image/png"), FileRef("F2", "b.png", "image/png")
SHEET = FileRef("F3", "sales.xlsx", "application/vnd.ms-excel")


def build_history(*files: FileRef, later_turns: int = 0) -> ThreadHistory:
    turns = (Turn(Speaker.PERSON, "1", "", files=files),)
    return ThreadHistory(
        turns=(*turns, *[Turn(Speaker.PERSON, str(n + 2), "x") for n in range(later_turns)]),
        files=files,
    )


@pytest.mark.parametrize(
    ("text", "history", "found"),
    [
        ("what does row 40 say?", build_history(PICTURE), [PICTURE]),
        ("what does row 40 say?", build_history(PICTURE, SHEET), []),
        ("what does row 40 say?", build_history(PICTURE, later_turns=30), []),
        ("zoom into the top right", build_history(PICTURE, SHEET, later_turns=30), [PICTURE]),
        ("at the bottom left?", build_history(OTHER, PICTURE), [PICTURE]),
        ("zoom in", build_history(), []),
    ],
)
def test_a_question_may_look_into_a_picture_that_it_does_not_mention(
    text: str, history: ThreadHistory, found: list[FileRef]
) -> None:
    assert select_picture_to_look_into(parse_request(text), history) == found


def test_a_picture_is_still_meant_as_long_as_somebody_asks_about_it() -> None:
    turns = [Turn(Speaker.PERSON, "1", "", files=(PICTURE,))]
    for number in range(20):
        turns.append(Turn(Speaker.PERSON, str(2 * number + 2), f"and row {number + 1}?"))
        turns.append(Turn(Speaker.EASEL, str(2 * number + 3), "41"))
    asked = ThreadHistory(turns=tuple(turns), files=(PICTURE,))
    request = parse_request("what does row 40 say?")
    assert select_picture_to_look_into(request, asked) == [PICTURE]
    later = [Turn(Speaker.PERSON, str(number + 50), "thanks") for number in range(13)]
    assert select_picture_to_look_into(request, replace(asked, turns=(*turns, *later))) == []


def test_the_newest_picture_or_the_one_that_is_called_is_shown_closely() -> None:
    both = [PICTURE, OTHER]
    select = select_pictures_to_show_closely
    assert select(parse_request("read the small text"), (), both) == [OTHER]
    assert select(parse_request("read the small text in a.png"), (), [PICTURE]) == [PICTURE]
    assert select(parse_request("thanks"), (), both) == []
    assert select(parse_request("read it"), (PICTURE,), [OTHER]) == []
    assert select(parse_request("compare the small text of v1 and v2"), (), both) == both


def build_thread(*turns: str, files: tuple[FileRef, ...]) -> ThreadHistory:
    said = [Turn(Speaker.PERSON, "2", text) for text in turns]
    return ThreadHistory((Turn(Speaker.PERSON, "1", "look", files=files), *said), files=files)


SCAN = FileRef("F1", "scan.tiff", "image/tiff", copy_sha256="1")
PLAN = FileRef("F2", "plan.pdf", "application/pdf", copy_sha256="2")


@pytest.mark.parametrize(
    ("turns", "text", "pages"),
    [
        ([], "and page 20?", (20,)),
        (["and page 20?"], "what does it say at the bottom?", (20,)),
        (["page 4", "and page 20?", "is it signed?"], "zoom into the top right", (20,)),
        (["and page 20?"], "thanks", ()),
        ([], "zoom into the top right", ()),
    ],
)
def test_a_question_goes_on_with_the_page_that_was_named_last(
    turns: list[str], text: str, pages: tuple[int, ...]
) -> None:
    assert find_pages(parse_request(text), build_thread(*turns, files=(SCAN,))) == pages


@pytest.mark.parametrize(
    ("files", "text", "is_meant"),
    [
        ((SCAN,), "and page 2?", True),
        ((PLAN, SCAN), "and page 2?", True),
        ((SCAN, PLAN), "and page 2?", False),
        ((PLAN,), "and page 2?", False),
        ((SCAN,), "what is the scan about?", True),
        ((SCAN,), "summarise it", True),
        ((SCAN, FileRef("F3", "notes.txt")), "summarise it", False),
        ((SCAN,), "thanks", False),
        ((), "and page 2?", False),
    ],
)
def test_a_tiff_is_read_where_its_pages_are_meant(
    files: tuple[FileRef, ...], text: str, *, is_meant: bool
) -> None:
    request, history = parse_request(text), build_thread(files=files)
    found = select_scan(request, find_pages(request, history), history)
    assert [ref.id for ref in found] == ["F1"] * is_meant


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("zoom into the top right of picture 2 of deck.pptx", 2),
        ("zoom oben rechts in Bild 3 in deck.pptx", 3),
        ("l’image 4 dans deck.pptx", 4),
        ("la imagen 5 de deck.pptx", 5),
        ("deck.pptxの画像6", 6),
        ("cast.gifの7フレーム目", 7),
        ("frame 8 of cast.gif", 8),
        ("what is in the second picture?", 2),
        ("the last picture", -1),
        ("a picture in 4k", 0),
        ("which page?", 0),
    ],
)
def test_a_picture_within_a_file_is_called_by_its_number(text: str, number: int) -> None:
    choice = build_picture_choice(parse_request(text), (), build_thread(files=(SCAN, PLAN)))
    assert (choice.number, choice.newest_id) == (number, "F2")


def build_picture(name: str, part: str, origin: Origin) -> Image:
    sight = Sight(3000, 3000, PictureContent.TEXT)
    return Image(name, "image/png", b"", "", 900, 900, part, "F1", sight, origin)


PAGED = [build_picture("my_scan.tiff", f"page {n} of 12", Origin("", n)) for n in range(1, 13)]
FRAMES = [build_picture("cast.gif", f"frame {n} of 40", Origin("", n)) for n in (1, 9, 17)]
IN_DECK = [build_picture("deck.pptx", f"picture {n}", Origin(f"{n:064}")) for n in (1, 2, 3)]
IN_MAIL = [
    build_picture("re.eml: image001.png", f"picture {n}", Origin(f"{n:064}")) for n in (1, 2)
] + [build_picture("re.eml: d.odt", f"picture {n}", Origin(f"{n:064}")) for n in (7, 8)]
IN_ALBUM = [
    build_picture("a_1.zip: b 2.png", "", Origin("0" * 64)),
    build_picture("a_1.zip: c.tif", "page 1 of 2", Origin("1" * 64, 1)),
    build_picture("a_1.zip: c.tif", "page 2 of 2", Origin("1" * 64, 2)),
]


@pytest.mark.parametrize("language", list_languages())
@pytest.mark.parametrize(
    ("file_name", "pictures"),
    [
        ("my_scan.tiff", PAGED),
        ("cast.gif", FRAMES),
        ("deck.pptx", IN_DECK),
        ("re.eml", IN_MAIL),
        ("a_1.zip", IN_ALBUM),
    ],
    ids=["pages", "frames", "deck", "mail", "album"],
)
def test_what_people_are_told_to_say_means_that_picture_in_each_language(
    file_name: str, pictures: list[Image], language: str
) -> None:
    for picture in pictures:
        told = (name_picture(picture, file_name), [picture])
        (sentence,) = list_scaled_messages([told, told])
        said = re.split("[“„«「”“»」]", render(sentence, language))[1]
        request = parse_request(said)
        choice = build_picture_choice(request, request.pages, build_thread(files=(SCAN,)))
        assert request.is_zoom and request.closeup.shares == TOP_RIGHT, said
        assert list_named(pictures, {"F1": file_name}, choice) == [picture], said


@pytest.mark.parametrize("language", list_languages())
def test_pages_that_are_left_out_can_be_asked_for_as_they_are_named(language: str) -> None:
    for file_name, pages in (("my_scan.tiff", PAGED[3:7]), ("a_1.zip", IN_ALBUM[1:])):
        request = parse_request(render(name_pages(pages, file_name), language))
        choice = build_picture_choice(request, request.pages, build_thread(files=(SCAN,)))
        pictures = PAGED if pages[0] in PAGED else IN_ALBUM
        assert list_named(pictures, {"F1": file_name}, choice) == pages
