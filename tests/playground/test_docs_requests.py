"""What the README, the docs, `help` and the page ask to be drawn is drawn, or told.

The requests are collected from the documents, so that one that is added is tried as well.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import yaml
from PIL import Image

from bot.playground.drawing.sketchbook import Sketchbook
from bot.playground.model.acts import Act, choose_act
from bot.playground.model.pictures import Studio
from bot.playground.model.talk import PlayedAnswer, PlayedRequest, PlayedSpeaker
from bot.playground.wishes.reader import read_wish
from tests.support.easel import build_png
from tests.unit.commands.test_help import list_examples

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "docs/asking.md", "docs/for-people.md", "docs/recipes.md")
_QUOTED = re.compile(r"“([^”\n]{3,90})”|(?<!`)`([a-z][^`\n]{3,90})`")


def list_documented() -> list[str]:
    """List what is quoted in the documents and is to be drawn, or changes a picture."""
    texts = [(ROOT / name).read_text() for name in DOCUMENTS]
    quoted = [first or second for text in texts for first, second in _QUOTED.findall(text)]
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    prompts = manifest["features"]["agent_view"]["suggested_prompts"]
    page = (ROOT / "bot" / "playground" / "web" / "views.js").read_text()
    suggestions = re.findall(r'"([^"]+)"', page.partition("SUGGESTIONS = [")[2].partition("]")[0])
    assert suggestions
    all_texts = [*quoted, *(prompt["message"] for prompt in prompts), *suggestions]
    all_texts += [str(example) for example in list_examples()]
    return [text for text in dict.fromkeys(all_texts) if is_about_a_picture(text)]


def is_about_a_picture(text: str) -> bool:
    text = re.sub(r"--\S+( \S+)?", "", text)
    return choose_act(text, read_wish(text), 0, has_picture=True) in (
        Act.DRAW,
        Act.CHANGE,
        Act.COMBINE,
    )


def compress(picture: bytes) -> bytes:
    """Return the picture as it reaches a model: as a JPEG, without metadata."""
    with Image.open(io.BytesIO(picture)) as opened:
        out = io.BytesIO()
        opened.convert("RGB").save(out, "JPEG", quality=88)
        return out.getvalue()


def ask(
    speaker: PlayedSpeaker, text: str, picture: bytes = b"", variation: int = 0
) -> PlayedAnswer:
    pictures = (picture,) if picture else ()
    note = (f"[Make one picture only: it is variation {variation} of 3]",) if variation else ()
    return speaker.answer(PlayedRequest(text, (), pictures, has_new_picture=False, notes=note))


@pytest.fixture(scope="module")
def fox() -> tuple[PlayedSpeaker, bytes]:
    """A played model, and a picture that it drew."""
    speaker = PlayedSpeaker()
    drawn = ask(speaker, "draw a red fox under a blue moon")
    return speaker, compress(drawn.pictures[0])


def test_the_documents_ask_for_pictures() -> None:
    documented = list_documented()
    assert len(documented) > 20
    asked = {one.lower() for one in documented}
    assert {"draw a red fox in the snow", "make the sky purple", "add a hat"} <= asked


@pytest.mark.parametrize("text", list_documented())
def test_what_is_documented_is_done_or_told(text: str, fox: tuple[PlayedSpeaker, bytes]) -> None:
    speaker, picture = fox
    answered = ask(speaker, text, picture)
    told = answered.text.lower()
    assert all(word.lower() in told for word in read_wish(text).unknown), answered.text
    assert bool(answered.pictures) == told.startswith(("here", "hier")), answered.text


@pytest.mark.parametrize(
    "text",
    [
        "draw a red fox", "draw a red fox in the snow", "add a hat", "Make the sky purple",
        "go back to v2 and add a hat", "undo and make it red", "make the background blue",
        "Draw a bicycle", "Zeichne ein Fahrrad", "Zeichne eine Katze mit Hut", "Draw a cat",
        "draw two variations of a lighthouse logo", "Entwirf ein Logo mit dem Namen Nordlicht",
        "Mach den Himmel lila", "the same, but at night", "dasselbe bei Nacht",
        "Füge einen Hut hinzu", "three variations of it with a hat",
        "drei Varianten davon mit Hut", "setz ihm einen Hut auf", "gib dem Fuchs eine Brille",
        "draw five blue birds and two trees in the rain",
        "male zwei rote Autos bei Sonnenuntergang", "a cat on a bicycle",
        "eine Katze auf einem Fahrrad",
    ],
)  # fmt: skip
def test_nothing_of_an_ordinary_request_is_left_out(
    text: str, fox: tuple[PlayedSpeaker, bytes]
) -> None:
    answered = ask(fox[0], text, fox[1])
    assert len(answered.pictures) == 1, answered.text
    assert read_wish(text).unknown == () and "left out" not in answered.text, answered.text
    assert "Weggelassen" not in answered.text


def test_three_variations_with_a_hat_are_three_with_hats(fox: tuple[PlayedSpeaker, bytes]) -> None:
    speaker, picture = fox
    text = "three variations of it with a green hat"
    answers = [ask(speaker, text, picture, number) for number in (1, 2, 3)]
    assert len({one.pictures[0] for one in answers}) == 3
    assert all("green hat" in one.text for one in answers)
    again = [ask(speaker, "remove the hat", compress(one.pictures[0])) for one in answers]
    assert all("without the hat" in one.text for one in again)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("draw a submarine", "submarine"),
        ("Zeichne ein U-Boot", "U-Boot"),
        ("draw a fox juggling chainsaws", "chainsaws"),
        ("add a submarine", "submarine"),
        ("replace the dog with a cat", "dog"),
        ("draw 99 foxes", "99"),
    ],
)
def test_what_it_cannot_do_is_told_with_what_it_can(
    text: str, words: str, fox: tuple[PlayedSpeaker, bytes]
) -> None:
    answered = ask(fox[0], text, fox[1])
    assert words in answered.text
    assert "bicycle" in answered.text or "Fahrrad" in answered.text, answered.text


def test_what_it_can_is_told_once_in_a_thread() -> None:
    speaker = PlayedSpeaker()
    first = ask(speaker, "draw a submarine").text
    request = PlayedRequest("draw a zeppelin", ("draw a submarine",), answers=(first,))
    second = speaker.answer(request).text
    assert "bicycle" in first and "bicycle" not in second and "zeppelin" in second
    drawn = speaker.answer(PlayedRequest("draw a fox", ("draw a submarine",), answers=(first,)))
    assert "not a real one" in first and "not a real one" not in drawn.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("put a yellow hat on the fox", "a yellow hat on the fox"),
        ("draw the same fox at the beach", "by the sea."),
        ("add another fox", "a fox in it"),
        ("make the fox bigger", "a larger fox"),
        ("turn the fox into a cat", "a cat instead of the fox"),
        ("make the sky orange", "with an orange sky"),
        ("und jetzt mit zwei Hunden", "dazu 2 × Hund"),
        ("Zeichne ein Haus mit einem roten Dach", "es: Haus. Weggelassen"),
    ],
)
def test_an_answer_tells_what_was_done_and_no_more(
    text: str, told: str, fox: tuple[PlayedSpeaker, bytes]
) -> None:
    assert told in ask(fox[0], text, fox[1]).text


def test_a_picture_of_somebody_else_is_not_taken_for_a_drawing() -> None:
    book = Sketchbook()
    other = io.BytesIO()
    Image.new("RGB", (64, 64), (40, 90, 30)).save(other, "PNG")
    assert Studio(book) is not None and book.find(other.getvalue()) is None


def test_an_architecture_is_drawn_of_the_names_that_are_there() -> None:
    source = (
        "services:\n  web:\n    depends_on: [api]\n  api:\n    depends_on: [db]\n"
        "  db:\n    image: x\n"
    )
    speaker = PlayedSpeaker()
    drawn = speaker.answer(PlayedRequest("Draw the architecture", source_text=source))
    assert "web, api, db" in drawn.text and "2 arrows" in drawn.text and len(drawn.pictures) == 1
    nothing = speaker.answer(PlayedRequest("Draw the architecture", source_text="hello"))
    assert nothing.pictures == () and "drew nothing" in nothing.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("draw 1000000 foxes", "24 foxes. I left out what I do not know how to do: “1000000”"),
        ("draw 1,000 foxes", "“1000”"),
        ("draw 0 foxes", "“0”"),
        ("draw three red and two blue houses", "three red houses and two blue houses."),
        ("zeichne drei rote und zwei blaue Häuser", "3 Häuser in Rot und 2 Häuser in Blau."),
        ("draw a red and blue fox", "a blue fox. I left out what I do not know how to do: “red”"),
        (
            "draw a fox at night in the rain",
            "in the rain. I left out what I do not know how to do:",
        ),
        ("draw a tree to the left of a house", "a tree and a house."),
        ("draw a fox in 5:7", "“5:7”"),
        ('draw a fox with the words "a\tb"', "“a b”"),
    ],
)
def test_what_is_drawn_is_told_with_all_that_is_not(text: str, words: str) -> None:
    assert words in ask(PlayedSpeaker(), text).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("make it 30 foxes", "with 24 foxes. I left out what I do not know how to do: “30”"),
        ("replace the fox with a unicorn", "I changed nothing: I do not know how to do that"),
        ("replace the moon with a unicorn", "I changed nothing: I do not know how to do that"),
        ("ersetze den Mond durch ein Einhorn", "Ich habe nichts geändert: Das kann ich nicht"),
        ("replace the fox with two dogs", "with two dogs instead of the fox."),
        ("replace the fox with a hat", "I changed nothing: I found nothing in your words"),
        ("make it red and blue", "in blue. I left out what I do not know how to do: “red”"),
        ("remove everything", "I changed nothing: I found nothing in your words"),
        (
            "make the moon purple and the fox wear sunglasses",
            "with the moon in purple and with sunglasses on the fox.",
        ),
    ],
)
def test_what_is_changed_is_told_with_all_that_is_not(
    fox: tuple[PlayedSpeaker, bytes], text: str, words: str
) -> None:
    assert words in ask(fox[0], text, fox[1]).text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("add three cats", "with a cat in it. I left out what I do not know how to do: “3”"),
        ("crop it to 16:9", "Here is your picture, in 16:9."),
        ("make it 5:7 and brighter", "“5:7”"),
    ],
)
def test_a_photo_is_changed_as_it_is_told(text: str, words: str) -> None:
    assert words in ask(PlayedSpeaker(), text, build_png((300, 200))).text
