"""A message asks for a picture, or for words about one, also where a size comes first."""

from __future__ import annotations

import pytest

from bot.request.parse import parse_request
from bot.request.pictures.drawing_wishes import is_drawing_request, read_lead_size


@pytest.mark.parametrize(
    "text",
    [
        "draw a fox",
        "draw a comparison chart of cats and dogs",
        "sketch the floor plan of a house",
        "16:9, a fox in the snow",
        "4k: our new logo",
        "in 4:3, a fox in the snow",
        "4:3, draw a fox",
        "A4 at 300 dpi, a fox in the snow",
        "wallpaper for my iPhone: a fox in the snow",
        "for A4 at 300 dpi: draw a fox",
        "als Instagram-Story: ein Fuchs",
        "En 16:9, un zorro en la nieve",
        "A4サイズ、雪の中の狐",
        "a fox, 1080p",
        "a 4K picture of a fox",
        "a wallpaper for my iPhone",
        "two foxes in the snow, for A4 at 300 dpi",
        "our logo as a favicon",
        "ein Fuchs in 4K",
        "un renard 2048x1152",
        "a fox for Instagram",
        "a teapot, 1080p",
        "our poster of a whale, A3",
        "un renard roux pour Instagram",
        "un gato negro, A4",
        "インスタ用の狐のイラスト",
        "create a 4k wallpaper",
        "make us a poster, 50x70 cm",
        "erstelle ein Banner 1200x400 mit Sonnenblumen",
        "make an email header 600x200 with leaves",
    ],
)
def test_a_picture_is_asked_for(text: str) -> None:
    assert is_drawing_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "1080p, what resolution is this?",
        "2048x1152, does that fit on a slide?",
        "For an Instagram story: what should I write?",
        "16:9, a poem about foxes",
        "A4: a letter to our customers",
        "A4, a bit larger than letter",
        "16:9, write me a poem",
        "1080p, a resolution I never understood",
        "4k, 8k, 1080p: which is best?",
        "16:9 o'clock, draw a fox",
        "Our banner slot is 1920x1080, create an image carousel in CSS",
        "The viewport is 390x844, design a logo placeholder in HTML",
        "With 2048x1152, generate an image tag with srcset",
        "At 4K: render an image with three.js, show me the code",
        "For 1080p: create a table of image formats and bitrates",
        "Para 1080p, crea una imagen de Docker",
        "For 4K: sketch the pros and cons",
        "For A4: draw up a contract",
        "draw conclusions from the data",
        "3:1, unser Team hat gewonnen",
        "4:3: a great match yesterday",
        "A3, my daughter got it in the exam",
        "4k, mein neues Gehalt",
        "a friend sent me a 4K wallpaper",
        "our banner is 1584x396",
        "a phone with an Instagram story",
        "an Audi A4",
        "a 100x100 grid",
        "a LinkedIn post about our release, 4k",
        "a caption for an Instagram story",
        "a CSS rule for 1920x1080",
        "a regex that matches 1080p",
        "a 1080p monitor for under 300 dollars",
        "a fox. It is 1080p",
        "8K, a waste of money if you ask me",
        "some hashtags for Instagram",
        "a bio for LinkedIn",
        "our Q3 results for LinkedIn",
        "an ad for Facebook",
        "a fox joke for Instagram",
        "a checklist for A4",
        "ein Lebenslauf in A4",
        "un texte pour LinkedIn",
        "una biografía para Instagram",
        "create a 4k wallpaper script",
        "design an API header 100x100",
        "make a banner 1200x300 component",
        "make a postal code regex A4",
        "create a script that makes a banner 1200x300",
        "make a bash function that resizes an image to 1200x300",
        "make a presentation about icons at 1920x1080",
        "make an endpoint for images limited to 1920x1080",
        "erstelle einen Plan für ein Plakat A3",
    ],
)
def test_words_are_asked_for(text: str) -> None:
    assert not is_drawing_request(text)


def test_a_size_before_the_wish_counts_where_it_stands_alone() -> None:
    assert str(read_lead_size("A4 at 150 dpi, a poster")) == "1240x1754@150"
    assert read_lead_size("our banner is 4k: make it blue") is None
    assert read_lead_size("16:9, a fox") is None


@pytest.mark.parametrize(
    "message",
    [
        "two variations of a lighthouse logo",
        "Three variations of a movie poster with a fox",
        "3 variations: a fox logo",
        "zwei Varianten von einem Plakat für das Sommerfest",
        "trois variantes d'une affiche de cinéma",
        "dos variaciones de un cartel de circo",
        "three variations of a red car in the city",
        "3 variants of a fox --quality low",
        "drei Varianten von einem Fuchs im Schnee",
        "trois variantes d'un renard",
        "two variations of a small white cottage by the sea",
        "tres variaciones de un zorro rojo en la nieve",
    ],
)
def test_variations_of_a_picture_that_is_described_are_drawn_without_a_verb(message: str) -> None:
    request = parse_request(message)
    assert request.wants_picture and request.options.variations in (2, 3)
    assert not request.pictures.wants_variations  # of nothing that was shown


@pytest.mark.parametrize(
    "message",
    [
        "three variations of the logo",
        "two variants of a logo name",
        "two variations of an email with our logo text",
        "three variations of a pancake recipe",
        "two variations of a Bach theme",
        "three variations of a greeting for my boss",
        "three variations of a function that sorts",
        "zwei Varianten von einem Gedicht über Füchse",
        "drei Varianten eines Slogans für unser Logo",
        "three variations of a subject line",
        "three variations of a SQL join",
        "three variations of a push-up",
        "three variations of a fox joke",
        "two variations of a joke about a fox",
        "three variations of a car insurance claim",
        "four variations of a thank-you note",
        "drei Varianten eines Absatzes",
        "trois variantes d'un paragraphe",
        "tres variaciones de un correo",
    ],
)
def test_variations_of_words_or_of_what_is_there_are_no_order_to_draw(message: str) -> None:
    assert not parse_request(message).wants_picture


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("as a LinkedIn banner", "1584x396"),
        ("make it 4k", "3840x2160"),
        ("make it square", "None"),
        ("make it black and white", "None"),
        ("a bit smaller", "None"),
    ],
)
def test_what_a_drawn_picture_is_to_become_is_a_wish_for_a_change_of_it(
    text: str, size: str
) -> None:
    request = parse_request(text)
    assert request.command is not None and request.wants_edit
    assert str(request.options.size) == size
