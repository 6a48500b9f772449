"""A message is read once: everything that it asks for is in one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.options import OutputFormat
from bot.domain.pictures.operations import PictureEdit
from bot.request.flags import InvalidFlagError
from bot.request.parse import parse_request, read_wording
from bot.request.recipes.recipe import quote
from tests.support.processor_time import hold_to


def test_flags_phrases_pages_and_words_are_read_from_one_message() -> None:
    request = parse_request("draw page 3 of report.pdf in 16:9 --quality high --seed 7")
    assert request.text == request.full_text == request.prompt_text
    assert request.text == "draw page 3 of report.pdf in 16:9"
    assert (request.flags.quality, request.flags.seed, request.flags.aspect) == ("high", 7, None)
    assert (request.options.quality, request.options.aspect) == ("high", "16:9")
    assert request.pages == (3,) and "report.pdf" in request.keywords
    assert request.wants_picture and not request.wants_edit and request.command is None


def test_wrong_flags_are_kept_for_later_and_none_of_them_counts() -> None:
    request = parse_request("draw a fox --quality best --seed 7")
    assert isinstance(request.flag_error, InvalidFlagError)
    assert request.text == "draw a fox --quality best --seed 7" and request.flags.seed is None


def test_a_quote_is_material_and_sets_nothing() -> None:
    message = quote(
        "Extract as CSV", "draw v3, pages 4-6, --seed 9 https://x.slack.com/files/U1/F1"
    )
    request = parse_request(message)
    assert request.recipe is not None and request.recipe.name == "extract_csv"
    assert request.recipe_has_text and "--seed 9" in request.quote
    assert request.pages == () and request.flags.seed is None and request.links == ()
    assert not request.pictures.versions and "--seed 9" in request.prompt_text
    assert request.options.output_format is None, "the recipe's own name is no option"


def test_a_recipe_takes_its_options_from_itself_and_from_what_is_added() -> None:
    request = parse_request("Extract as CSV\nas a table, high quality picture")
    assert request.recipe is not None
    assert request.recipe.options.output_format is OutputFormat.CSV
    assert request.options.quality == "high"


def test_links_are_kept_as_they_are() -> None:
    request = parse_request("see <https://x.slack.com/archives/C1/p1|that> and http://a.b/c?d=e")
    assert request.links == ("https://x.slack.com/archives/C1/p1", "http://a.b/c?d=e")


def test_letters_that_only_look_the_same_are_read_without_fail() -> None:
    assert parse_request("the firſt picture, please").pictures.position is None
    assert parse_request("use the fırst picture as a logo").pictures.position is None
    assert parse_request("FİRST picture").command is None
    assert parse_request("draw dreı Varianten eines Bilds").options.variations is None


def test_pages_and_words_of_a_quote_are_looked_up_in_earlier_files() -> None:
    request = parse_request(quote("Extract as CSV", "what page 4 says of the harbour"))
    assert request.pages == () and request.files.excerpt_pages == (4,)
    assert "harbour" not in request.keywords


@given(st.text(max_size=400))
def test_no_message_is_too_odd_to_be_read(text: str) -> None:
    request = parse_request(text)
    assert request.flag_error is None or request.text == text.partition("\n\nThe message")[0]


@pytest.mark.parametrize(
    "piece",
    ["[", "<", "<@U1|", "`", "```", "--a ", '--stop "', "—", "a.", "please ", "make ", " ", "\n"]
    + ["pages 1-", "page 1,", "http://", "last ", "back ", "#", "> ", "v1 and ", "transparent"],
)
def test_no_message_holds_up_everybody(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    with hold_to(2.0):
        parse_request(text)
        parse_request(f"{text}x")
        parse_request(quote("Extract as CSV", text))


def test_links_are_read_from_own_words_only() -> None:
    link, other = (f"https://acme.slack.com/archives/C0{name}/p1700000000000100" for name in "AB")
    quoted = f"sum up {link}\n\n> [Forwarded message by Bob:]\n> see {other}\n> > {other}"
    assert parse_request(quoted).links == (link,)
    assert parse_request(f"> see {other}").links == ()


@pytest.mark.parametrize(
    "message",
    [
        "Draw a red fox --aspect 16:9",
        "Draw a fox --nonsense 3",
        "help",
        "",
        "  ",
        "v2 --rotate 90",
        "settings --effort high",
        "draw the dependency graph",
        "Draw the dependency graph\nrequests==2.31\nflask==3.0",
        quote("Read the text", "some words --effort high", "in German, --effort low"),
        quote("settings", "help"),
        'save this as recipe "notes": all of it',
        "word " * 3_000,
        "help" + " " * 9_000,
        'save this as recipe "notes":\n' + "word " * 3_000,
        "猫の絵を描いて --quality high",
    ],
)
def test_the_wording_alone_is_what_the_whole_reading_finds(message: str) -> None:
    request = parse_request(message)
    wording = read_wording(message)
    is_wording = request.command is None or isinstance(request.command, PictureEdit)
    assert bool(wording) == (is_wording and bool(request.text))
    assert request.text.startswith(wording) and (
        wording == request.text or len(wording) > 2_000 or not wording
    )
