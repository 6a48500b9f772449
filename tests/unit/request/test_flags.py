"""Wishes as flags and in words: read, refused with what is right, left alone where not meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_info import not_taken
from bot.domain.options import Form, Parameters
from bot.llm.catalog_entry import GPT_5_4, GPT_5_4_IMAGE_2
from bot.request.flags import FLAGS, WrongFlag, in_flags, parse_flags, read_flags
from bot.request.phrases import asks_to_draw, read_words


def test_flags_are_taken_out_of_the_message_wherever_they_stand() -> None:
    found = read_flags("--effort high draw a fox --aspect 16:9 in the snow --quality=low")
    assert found.text == "draw a fox in the snow"
    assert found.parameters == Parameters(effort="high", aspect="16:9", quality="low")


@pytest.mark.parametrize("dash", ["--", "—", "–"])
def test_what_a_phone_makes_of_two_hyphens_is_a_flag_too(dash: str) -> None:
    assert read_flags(f"draw a fox {dash}aspect 1:1").parameters.aspect == "1:1"


@pytest.mark.parametrize(
    "text",
    [
        "what does git log --oneline --graph do in a shell?",
        "explain `ls --quality high` please",
        "```\nrun --effort high\n```",
        "a -- b",
        "he said — and I agree — that it is late",
        "the range 3--5 is fine",
        "pip install --upgrade pip fails, why?",
        "--" + "effort" * 5_000,
    ],
)
def test_what_only_looks_like_a_flag_stays_where_it_is(text: str) -> None:
    assert read_flags(text).text == text
    assert read_flags(text).parameters == Parameters()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hi --qualty high", "Did you mean `--quality`?"),
        ("hi --temperature 1", "I do not know `--temperature`"),
        ("hi --effort", "`--effort`: choose one of none"),
        ("hi --effort enormous", "`--effort enormous`: choose one of none"),
        ("hi --frequency-penalty 3", "give a number from -2 to 2"),
        ("hi --frequency-penalty nan", "give a number from -2 to 2"),
        ("hi --seed 99999999999999999999", "give a whole number"),
        ("hi --logit-bias 5:200", "a bias from -100 to 100"),
        ("hi --logprobs 21", "from 0 to 20"),
        ("hi " + "--stop x " * 5, "four times"),
    ],
)
def test_a_wrong_flag_says_what_is_right(text: str, said: str) -> None:
    with pytest.raises(WrongFlag) as raised:
        read_flags(text)
    assert said in raised.value.said and raised.value.said[-1] in ".?"


def test_a_persons_words_in_a_sentence_of_ours_are_harmless() -> None:
    with pytest.raises(WrongFlag) as raised:
        read_flags("hi --effort <!channel>`*")
    assert "<" not in raised.value.said and "!" not in raised.value.said


def test_flags_are_written_as_they_are_read() -> None:
    line = '--effort high --stop "a b" --stop c --logit-bias 1:2,3:-4 --json --text-only --seed -7'
    given_parameters = parse_flags(line)
    assert parse_flags(in_flags(given_parameters)) == given_parameters
    assert in_flags(Parameters()) == ""


@pytest.mark.parametrize("line", ["effort high", "--effort high and more", '--stop "a'])
def test_a_line_of_flags_is_nothing_but_flags(line: str) -> None:
    with pytest.raises(WrongFlag):
        parse_flags(line)


@given(st.text(max_size=200))
def test_no_message_breaks_the_reading(text: str) -> None:
    try:
        found = read_flags(text)
    except WrongFlag as error:
        assert error.said
    else:
        assert isinstance(found.parameters, Parameters)
    read_words(text)
    asks_to_draw(text)


def test_every_flag_sets_a_parameter_and_has_its_word_of_help() -> None:
    assert {flag.field for flag in FLAGS.values()} == set(Parameters.__dataclass_fields__)
    assert all(flag.told for flag in FLAGS.values())


def test_a_messages_own_wish_goes_before_the_channels() -> None:
    channel = Parameters(effort="low", quality="low")
    assert Parameters(effort="high").over(channel) == Parameters(effort="high", quality="low")
    assert Parameters(text_only=False).over(Parameters(text_only=True)).text_only is False


def test_what_a_model_does_not_take_is_named() -> None:
    wanted = Parameters(seed=1, effort="low", aspect="1:1")
    assert not_taken(wanted, GPT_5_4_IMAGE_2) == []
    assert not_taken(wanted, GPT_5_4) == ["seed"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("draw a fox in 16:9", Parameters(aspect="16:9")),
        ("please make a logo, square format", Parameters(aspect="1:1")),
        ("zeichne einen Fuchs im Querformat", Parameters(aspect="3:2")),
        ("a portrait of my mother, draw it", Parameters()),
        ("a high quality picture of a fox", Parameters(quality="high")),
        ("draw an icon on a transparent background", Parameters(background="transparent")),
        ("think hard: what is wrong here?", Parameters(effort="high")),
        ("explain it, text only", Parameters(text_only=True)),
        ("extract this invoice as a table", Parameters(form=Form.TABLE)),
        ("put this into a table\nname, town\nAnna, Bern", Parameters(form=Form.TABLE)),
        ("Give me the totals as CSV.", Parameters(form=Form.CSV)),
        ("return it as JSON", Parameters(form=Form.JSON)),
        ("how do I parse a string as JSON in Python?", Parameters()),
        ("is 16:9 wider than 4:3?", Parameters()),
        ("our quality is high", Parameters()),
        ("we met at 10:16", Parameters()),
    ],
)
def test_wishes_in_plain_words(text: str, wanted: Parameters) -> None:
    assert read_words(text) == wanted


@pytest.mark.parametrize(
    ("text", "draws"),
    [
        ("draw a fox", True),
        ("Can you please create a picture of a fox?", True),
        ("zeichne einen Fuchs", True),
        ("how do artists draw a fox?", False),
        ("make a list", False),
        ("describe the image", False),
    ],
)
def test_who_asks_for_a_picture(text: str, draws: bool) -> None:
    assert asks_to_draw(text) is draws
