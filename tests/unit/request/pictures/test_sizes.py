"""Sizes are read from flags and words in five languages, and what is no size is not."""

from __future__ import annotations

import pytest

from bot.request.flags import parse_flags
from bot.request.parse import parse_request
from bot.request.pictures.sizes.named import (
    PAPER_SIZES,
    SCREEN_SIZES,
    TRANSLATED_NAMES,
    ImpossibleSizeError,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("draw a fox 2048x1152", "2048x1152"),
        ("draw a fox, 10x15 cm", "1181x1772@300"),
        ("draw a 10x15 cm print of a fox", "1181x1772@300"),
        ("draw a passport photo 35x45 mm", "413x531@300"),
        ("draw a fox as a poster of 20 x 30 cm", "2362x3543@300"),
        ("zeichne einen Fuchs als Plakat, 20 x 30 cm", "2362x3543@300"),
        ("dessine une affiche de 20 x 30 cm avec un renard", "2362x3543@300"),
        ("dibuja un cartel de 20 x 30 cm con un zorro", "2362x3543@300"),
        ("20×30センチのポスターを描いて", "2362x3543@300"),
        ("draw a fox in size 20x30 cm", "2362x3543@300"),
        ("draw a fox of 1,920 × 1,080 px", "1920x1080"),
        ("draw a fox in 4K", "3840x2160"),
        ("draw a fox in full HD", "1920x1080"),
        ("draw a fox for A4 at 300 dpi", "2480x3508@300"),
        ("draw a poster in A3 landscape, 150 dpi", "2480x1754@150"),
        ("draw a photo 20x30 cm at 200 dpi", "1575x2362@200"),
        ("draw a fox for letter paper", "2550x3300@300"),
        ("draw a fox as an Instagram story", "1080x1920"),
        ("draw a LinkedIn banner with mountains", "1584x396"),
        ("draw a fox as a slide 16:9", "1920x1080"),
        ("draw a favicon-sized fox", "32x32"),
        ("draw a fox 20 cm x 30 cm at 200 dpi", "1575x2362@200"),
        ("zeichne einen Fuchs, 10 Zoll mal 8 Zoll bei 300 dpi", "3000x2400@300"),
        ("zeichne einen Fuchs, 2048 auf 1152", "2048x1152"),
        ("dessine un renard en résolution 8K", "7680x4320"),
        ("dibuja un zorro en tamaño carta a 150 ppp", "1275x1650@150"),
        ("キツネを描いて、A4横 300dpi", "3508x2480@300"),
        ("A4で300dpiのキツネを描いて", "2480x3508@300"),
        ("draw a 512 px icon of a rocket", "512x512"),
        ("pour A4 à 300 dpi : dessine un renard", "2480x3508@300"),
        ("In 4K, please draw a fox", "3840x2160"),
        ("als Instagram-Story: zeichne einen Fuchs", "1080x1920"),
        ("para A4 a 300 ppp, dibuja un zorro", "2480x3508@300"),
        ("draw a fox, 8.5x11 in at 300 dpi", "2550x3300@300"),
        ("draw a fox, A4 portrait", "2480x3508@300"),
        ("zeichne einen Fuchs, A5 quer", "2480x1748@300"),
        ("dessine une bannière Facebook avec un renard", "1640x624"),
        ("dibuja un banner para Twitter con un zorro", "1500x500"),
        ("zeichne einen Fuchs in der Größe 1080x1920", "1080x1920"),
        ("make the sky blue in 4k", "3840x2160"),
        ("zeichne einen Fuchs für A4 mit 300 dpi", "2480x3508@300"),
        ("zeichne einen Fuchs als Instagram-Story", "1080x1920"),
        ("dessine un renard pour A4 à 300 dpi", "2480x3508@300"),
        ("dessine un renard pour une bannière LinkedIn", "1584x396"),
        ("dibuja un zorro en 4K", "3840x2160"),
        ("dibuja un zorro para una historia de Instagram", "1080x1920"),
        ("インスタのストーリーに狐の絵を描いて", "1080x1920"),
        ("A4サイズで狐を描いて", "2480x3508@300"),
        ("draw a fox, 1920 pixels wide and 1080 high", "1920x1080"),
        ("draw a fox, width 1600, height: 900", "1600x900"),
        ("zeichne einen Fuchs, 1920 breit und 1080 hoch", "1920x1080"),
        ("zeichne einen Fuchs, Breite 1600 px, Höhe 900 px", "1600x900"),
        ("dessine un renard de 1920 px de large et 1080 px de haut", "1920x1080"),
        ("dibuja un zorro de 1920 de ancho y 1080 de alto", "1920x1080"),
        ("幅1920、高さ1080で狐の絵を描いて", "1920x1080"),
        ("1024ピクセル四方で狐の絵を描いて", "1024x1024"),
        ("zeichne ein Plakat im DIN-A3-Format mit 150 dpi", "1754x2480@150"),
        ("zeichne einen Fuchs auf DIN A5 quer", "2480x1748@300"),
        ("draw a fox --size a5-landscape@150", "1240x874@150"),
        ("draw a fox --size 2048 X 1152", "2048x1152"),
        ("draw a fox --size 1,920 × 1,080 px with a hat", "1920x1080"),
        ("draw a fox --size A5 landscape", "2480x1748@300"),
        ("draw a fox --size A4 at 150 dpi in the snow", "1240x1754@150"),
        ("draw a fox --size 10 x 15 cm at 150 dpi", "591x886@150"),
        ("draw a fox --size wallpaper for my iPhone, with stars", "1320x2868"),
        ("draw a fox --size Instagram story --quality high", "1080x1920"),
        ("draw --size a4 landscape painting of mountains", "2480x3508@300"),
        ("draw a fox, 4k", "3840x2160"),
        ("draw a fox (1080p).", "1920x1080"),
        ("draw a fox 8k please", "7680x4320"),
        ("draw a fox, A4", "2480x3508@300"),
        ("draw a 4K wallpaper of a fox", "3840x2160"),
        ("draw an A3 poster of a fox", "3508x4961@300"),
        ("dessine une affiche A2 avec un renard", "4961x7016@300"),
        ("draw a 48x48 icon of a fox", "48x48"),
        ("draw a fox for an IG reel", "1080x1920"),
        ("draw a thumbnail for our YouTube video", "1280x720"),
        ("draw a fox as a Facebook header", "1640x624"),
        ("zeichne ein Hintergrundbild fürs Handy mit Fuchs", "1440x3120"),
        ("zeichne ein iPhone-Hintergrundbild mit Fuchs", "1320x2868"),
        ("dessine un fond d’écran pour mon iPhone", "1320x2868"),
        ("dibuja un reel de Instagram con un zorro", "1080x1920"),
        ("狐を2048×1152で描いて", "2048x1152"),
        ("狐を10×15cmで描いて", "1181x1772@300"),
        ("狐をA5横で描いて", "2480x1748@300"),
        ("インスタのリール用に狐を描いて", "1080x1920"),
        ("iPhoneの壁紙に狐を描いて", "1320x2868"),
        ("4k: a fox", "3840x2160"),
        ("A4 at 300 dpi, a poster for our fair", "2480x3508@300"),
        ("As an Instagram story: our new logo", "1080x1920"),
        ("En 4K, un renard dans la neige", "3840x2160"),
        ("draw a fox --size 4k in 2048x1152", "3840x2160"),
        ("draw a banner 1200 px wide with sunflowers", "1200x400"),
        ("draw a banner, 1,500 pixels wide, of a fox", "1500x500"),
        ("draw a fox 900 px wide", "900x600"),
        ("draw a fox, height 900px", "600x900"),
        ("draw a fox in 16:9, 1600 pixels wide", "1600x900"),
        ("draw a square picture of a fox, 700px wide", "700x700"),
        ("draw a 600-px-high poster of a fox", "400x600"),
        ("draw a LinkedIn banner 1200 px wide with a fox", "1200x300"),
        ("draw a fox 10 inches wide at 300 dpi", "3000x2000@300"),
        ("zeichne ein Banner, 1200 Pixel breit, mit Sonnenblumen", "1200x400"),
        ("dessine une bannière de 1200 px de large avec des tournesols", "1200x400"),
        ("dibuja un banner de 1200 px de ancho con girasoles", "1200x400"),
        ("横幅1200pxのバナーにひまわりを描いて", "1200x400"),
        ("a 1200 px wide banner with sunflowers", "1200x400"),
        ("poster 50x70 cm with a whale", "5906x8268@300"),
        ("Plakat 50x70 cm mit einem Wal", "5906x8268@300"),
        ("une affiche A3 avec une baleine", "3508x4961@300"),
        ("design a YouTube thumbnail about baking bread", "1280x720"),
        ("mach mir ein Banner, 1200 Pixel breit, mit Sonnenblumen", "1200x400"),
        ("fais une image 4K d'une baleine", "3840x2160"),
        ("draw a fox for Instagram", "1080x1350"),
        ("please draw a banner 1200 px wide with a fox", "1200x400"),
        ("draw a fox with a hat, 1200 px wide", "1200x800"),
        ("draw a picture of the Alps in the ratio 3:1", "1536x512"),
        ("draw a fox with a hat, aspect ratio 3:1", "1536x512"),
        ("draw a logo of a fox, 512 px", "512x512"),
        ("zeichne ein Icon mit einer Rakete, 256 Pixel", "256x256"),
        ("ロケットのアイコンを描いて、512px", "512x512"),
        ("draw the Alps in the aspect ratio 3:1", "1536x512"),
        ("draw the Alps in 3:1 format", "1536x512"),
        ("a 4:1 banner with mountains", "1536x384"),
        ("ein Banner in 4:1 mit Bergen", "1536x384"),
        ("zeichne die Alpen im Format 1:3", "512x1536"),
        ("zeichne einen Fuchs für LinkedIn", "1200x627"),
        ("dessine un renard pour YouTube", "1280x720"),
        ("インスタ用に狐の絵を描いて", "1080x1350"),
        ("A4・300dpiで狐を描いて", "2480x3508@300"),
        ("dessine une vignette YouTube avec un renard", "1280x720"),
        ("draw a fox with a hat, 900 px wide", "900x600"),
        ("zeichne die Alpen 1200 px breit", "1200x800"),
        ("dessine un renard dans la neige, 900 px de large", "900x600"),
        ("draw an icon of a rocket in the rain, 512 px", "512x512"),
        ("draw a landing page, 1440 px wide, with a logo 120 px wide", "1440x960"),
        ("draw a 300 px wide banner with a 64 px high menu", "300x100"),
        ("draw a fox in the snow for Instagram", "1080x1350"),
    ],
)
def test_a_size_is_read_from_words_and_flags(text: str, size: str) -> None:
    request = parse_request(text)
    assert request.flag_error is None and str(request.options.size) == size


def test_a_shape_may_be_written_with_a_slash() -> None:
    assert parse_request("dessine un renard en 16/9").options.aspect == "16:9"
    assert parse_request("draw notes in 3/4 time").options.aspect is None


@pytest.mark.parametrize(
    "text",
    [
        "draw a cat in 100000x1 pixels",
        "draw a cat 0x0 px",
        "draw a cat -5x10 px",
        "draw a cat at 4Kx2",
        "draw a cat 1e9x1e9",
        "draw a cat 10.5x20 px",
        "draw a cat in A4 at 40000 dpi",
        "draw a cat 1x100000",
        "draw a cat --size 0x0",
        "draw a cat --size 100000x1",
        "draw a cat --size -5",
        "draw a cat --size 4Kx2",
        "draw a cat --size 1e9",
        "draw a cat --size nonsense",
        "draw a cat --size 99999999999999999999x2",
        "draw a cat --size",
        "draw a cat --size 4k4k",
        "draw a cat --size NaN",
        "draw a cat --size 1 x 1",
        "draw a cat, 0x0",
    ],
)
def test_an_impossible_size_is_one_sentence_and_nothing_is_drawn(text: str) -> None:
    error = parse_request(text).flag_error
    assert error is not None
    assert str(error.user_message).count("give a width and a height") == 1


def test_every_name_is_a_size_and_reads_back_as_it_is_written() -> None:
    for name in (*SCREEN_SIZES, *PAPER_SIZES, *TRANSLATED_NAMES):
        size = parse_size(name)
        assert parse_size(str(size)) == size
        assert parse_flags(f"--size {size}").size == size
    assert set(TRANSLATED_NAMES.values()) <= {*SCREEN_SIZES, *PAPER_SIZES}


@pytest.mark.parametrize(
    "text",
    ["draw a banner 100000 px wide", "draw a poster 900 cm wide at 300 dpi", "draw a fox 100000x1"],
)
def test_what_no_picture_can_be_is_told_before_anything_is_drawn(text: str) -> None:
    request = parse_request(text)
    assert request.command is None and request.flag_error is not None
    assert "give a width and a height from 16 to 20,000" in str(request.flag_error.user_message)


@pytest.mark.parametrize("text", ["", "x", "1x", "10x10", "20001x20001", "16x193", "a4@9", "@300"])
def test_what_cannot_be_is_no_size(text: str) -> None:
    with pytest.raises(ImpossibleSizeError):
        parse_size(text)


def test_a_shape_after_size_is_told_where_it_belongs() -> None:
    error = parse_request("draw a cat --size 16:9").flag_error
    assert error is not None and "write `--aspect 16:9`" in str(error.user_message)


@pytest.mark.parametrize(
    "text",
    [
        "16:9, a fox in the snow",
        "16:9, ein Fuchs im Schnee",
        "En 16:9, un zorro en la nieve",
        "16:9、雪の中の狐",
        "In 16:9: make me a picture of a fox",
        "make it bluer in 16:9",
    ],
)
def test_a_shape_is_read_before_and_after_the_wish(text: str) -> None:
    assert parse_request(text).options.aspect == "16:9"


@pytest.mark.parametrize(
    "text", ["draw a fox at 16:9 o'clock", "draw a team that won 3:2", "zeichne 16:9 Uhr"]
)
def test_a_time_or_a_score_is_no_shape(text: str) -> None:
    assert parse_request(text).options.aspect is None


def test_long_messages_are_read_quickly_for_what_they_are() -> None:
    for text in ("draw a fox 4k" + " " * 7_000 + "x", "draw a fox --size " + "9" * 1_000_000):
        assert parse_request(text).options.size is None
