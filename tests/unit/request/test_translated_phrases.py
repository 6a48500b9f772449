"""Options, changes, pages and pictures in words of German, French, Spanish and Japanese."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.options import OutputFormat
from bot.request.parse import parse_request
from tests.support.processor_time import hold_to

OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("Zeichne eine Katze im Querformat", {"aspect": "3:2"}),
    ("Male ein Haus, quadratisch, in hoher Qualität", {"aspect": "1:1", "quality": "high"}),
    ("Mach ein Bild von einem Hund in niedriger Qualität", {"quality": "low"}),
    ("Mach ein Logo, Hintergrund transparent", {"background": "transparent"}),
    ("Male drei verschiedene Varianten", {"variations": 3}),
    ("Denk gut nach: was ist hier falsch?", {"effort": "high"}),
    ("Erklär es mir, nur Text", {"text_only": True}),
    ("Gib mir die Zahlen als Tabelle.", {"output_format": OutputFormat.TABLE}),
    ("Dessine un chat en format portrait, haute qualité", {"aspect": "2:3", "quality": "high"}),
    ("Fais un logo avec un fond transparent", {"background": "transparent"}),
    ("Fais deux variantes du logo", {"variations": 2}),
    ("Réfléchis bien avant de répondre", {"effort": "high"}),
    ("Réponds vite, sans images", {"effort": "low", "text_only": True}),
    ("Donne les chiffres en csv", {"output_format": OutputFormat.CSV}),
    ("Dibuja un gato en formato cuadrado con fondo transparente",
     {"aspect": "1:1", "background": "transparent"}),
    ("Dibújame tres variaciones distintas, calidad baja", {"variations": 3, "quality": "low"}),
    ("Piénsalo bien, solo texto", {"effort": "high", "text_only": True}),
    ("Extrae los datos como tabla.", {"output_format": OutputFormat.TABLE}),
    ("猫の絵を高画質で描いて、背景は透明で", {"quality": "high", "background": "transparent"}),
    ("横長の画像を作って", {"aspect": "3:2"}),
    ("ロゴを3つのパターンで作って", {"variations": 3}),
    ("よく考えて答えて", {"effort": "high"}),
    ("データを表にまとめて", {"output_format": OutputFormat.TABLE}),
    ("Gib mir das als CSV", {"output_format": OutputFormat.CSV}),
    ("Schick es mir als CSV", {"output_format": OutputFormat.CSV}),
    ("Donne-le-moi en CSV", {"output_format": OutputFormat.CSV}),
    ("Dámelo en CSV", {"output_format": OutputFormat.CSV}),
    ("猫のバリエーションを3つ描いて", {"variations": 3}),
    ("猫を3枚描いて", {"variations": 3}),
    ("りんごを3つ描いて", {}),
    # What is quoted or code is what a picture shows or what somebody else wrote.
    ("Draw a sign that says “no pictures”", {}),
    ("Draw the words \"high quality\" in the sand", {}),
    ("Zeichne ein Schild mit „ohne Bilder“", {}),
    ("Dessine un panneau « sans images »", {}),
    ("Dibuja un cartel con «solo texto»", {}),
    ("「画像なしで」と書いた看板を描いて", {}),
    ("Was macht `--no-op` mit `nur text`?", {}),
    # What only resembles an option.
    ("Erkläre den Begriff Querformat", {}),
    ("Compare les deux versions", {}),
    ("Vergleiche die letzten zwei Versionen des Vertrags", {}),
    ("¿Qué significa calidad alta?", {}),
    ("表について教えて", {}),
]  # fmt: skip


@pytest.mark.parametrize(("said", "options"), OPTIONS, ids=lambda value: str(value)[:60])
def test_options_in_words(said: str, options: dict[str, Any]) -> None:
    found = parse_request(said).options
    names = (
        "aspect",
        "quality",
        "background",
        "variations",
        "text_only",
        "output_format",
        "effort",
    )
    assert {
        name: getattr(found, name) for name in names if getattr(found, name) is not None
    } == options


@pytest.mark.parametrize(
    "said",
    ["Zeichne eine Katze", "Kannst du mir bitte ein Bild machen?", "Dessine un chat",
     "Kannst du eine Katze zeichnen?", "Puedes hacer una imagen de un gato",
     "Peux-tu, crée une image de chat", "Dibuja un gato", "Por favor, hazme un cartel",
     "猫の絵を描いて", "ロゴを作ってください", "イラストを2枚作成して"],
)  # fmt: skip
def test_a_wish_for_a_picture(said: str) -> None:
    assert parse_request(said).wants_picture


@pytest.mark.parametrize(
    "said",
    ["Fais un résumé de cette image", "Haz un resumen de la imagen", "Mach eine Liste aus dem Bild",
     "画像から表を作って", "画像を説明して", "Crée une liste du contenu de l'image",
     "Kannst du das Bild erklären?", "Ich möchte malen lernen. Womit fange ich an?"],
)  # fmt: skip
def test_a_question_about_a_picture_is_no_wish_for_one(said: str) -> None:
    assert not parse_request(said).wants_picture


@pytest.mark.parametrize(
    "said",
    ["Mach es heller", "Entferne den Hintergrund", "rends-le plus clair", "ajoute un chapeau",
     "hazlo más oscuro", "quita el fondo", "もっと明るくして", "背景を消して", "帽子を足して"],
)  # fmt: skip
def test_a_change_to_a_picture(said: str) -> None:
    assert parse_request(said).wants_edit


@pytest.mark.parametrize(
    ("said", "pages"),
    [("Was steht auf Seite 3 bis 5?", (3, 4, 5)), ("résume les pages 2 à 4", (2, 3, 4)),
     ("páginas 2 y 4", (2, 4)), ("3ページを要約して", (3,)), ("3〜5ページ目", (3, 4, 5)),
     ("ページ3と5を見て", (3, 5)), ("la dernière page", (-1,)), ("la última página", (-1,)),
     ("最後のページ", (-1,)), ("3ページにまとめて", ()), ("全3ページで書いて", ())],
)  # fmt: skip
def test_page_numbers(said: str, pages: tuple[int, ...]) -> None:
    assert parse_request(said).pages == pages


@pytest.mark.parametrize(
    ("said", "position"),
    [("das zweite Bild heller", 1), ("la deuxième image", 1), ("la última imagen", -1),
     ("2枚目を明るくして", 1), ("最後の画像", -1), ("erstens", None), ("en segundo plano", None)],
)  # fmt: skip
def test_a_picture_called_by_its_position(said: str, position: int | None) -> None:
    assert parse_request(said).pictures.position == position


@pytest.mark.parametrize(
    "piece", ["mach ein ", "3ページ、", "liste ", "“", "dessine ", "背景", "als "]
)
def test_a_long_message_is_read_in_linear_time(piece: str) -> None:
    with hold_to(2):
        parse_request(piece * 10_000)
