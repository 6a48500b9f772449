"""Wishes as flags and in words: read, refused with what is right, left alone where not meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_info import list_unsupported
from bot.domain.options import OutputFormat, RequestOptions
from bot.llm.catalog_entry import GPT_5_4_IMAGE_2
from bot.llm.offers.openai_models import GPT_5_4
from bot.request.flags import FLAGS, InvalidFlagError, format_flags, parse_flags, read_flags
from bot.request.phrases import read_phrases
from bot.request.pictures.drawing_wishes import is_drawing_request


def test_flags_are_taken_out_of_the_message_wherever_they_stand() -> None:
    found = read_flags("--effort high draw a fox --aspect 16:9 in the snow --quality=low")
    assert found.text == "draw a fox in the snow"
    assert found.options == RequestOptions(effort="high", aspect="16:9", quality="low")


@pytest.mark.parametrize("dash", ["--", "—", "–"])
def test_what_a_phone_makes_of_two_hyphens_is_a_flag_too(dash: str) -> None:
    assert read_flags(f"draw a fox {dash}aspect 1:1").options.aspect == "1:1"


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
    assert read_flags(text).options == RequestOptions()


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
    with pytest.raises(InvalidFlagError) as raised:
        read_flags(text)
    assert said in raised.value.user_message and raised.value.user_message[-1] in ".?"


def test_a_persons_words_in_a_sentence_of_ours_are_harmless() -> None:
    with pytest.raises(InvalidFlagError) as raised:
        read_flags("hi --effort <!channel>`*")
    assert "<" not in raised.value.user_message and "!" not in raised.value.user_message


def test_flags_are_written_as_they_are_read() -> None:
    line = '--effort high --stop "a b" --stop c --logit-bias 1:2,3:-4 --json --text-only --seed -7'
    given_parameters = parse_flags(line)
    assert parse_flags(format_flags(given_parameters)) == given_parameters
    assert format_flags(RequestOptions()) == ""


@pytest.mark.parametrize("line", ["effort high", "--effort high and more", '--stop "a'])
def test_a_line_of_flags_is_nothing_but_flags(line: str) -> None:
    with pytest.raises(InvalidFlagError):
        parse_flags(line)


@given(st.text(max_size=200))
def test_no_message_breaks_the_reading(text: str) -> None:
    try:
        found = read_flags(text)
    except InvalidFlagError as error:
        assert error.user_message
    else:
        assert isinstance(found.options, RequestOptions)
    read_phrases(text)
    is_drawing_request(text)


def test_every_flag_sets_a_parameter_and_has_its_word_of_help() -> None:
    assert {flag.option for flag in FLAGS.values()} == set(RequestOptions.__dataclass_fields__)
    assert all(flag.description for flag in FLAGS.values())


def test_a_messages_own_wish_goes_before_the_channels() -> None:
    channel = RequestOptions(effort="low", quality="low")
    assert RequestOptions(effort="high").override(channel) == RequestOptions(
        effort="high", quality="low"
    )
    assert (
        RequestOptions(text_only=False).override(RequestOptions(text_only=True)).text_only is False
    )


def test_what_a_model_does_not_take_is_named() -> None:
    wanted = RequestOptions(seed=1, effort="low", aspect="1:1")
    assert list_unsupported(wanted, GPT_5_4_IMAGE_2) == []
    assert list_unsupported(wanted, GPT_5_4) == ["seed"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("draw a fox in 16:9", RequestOptions(aspect="16:9")),
        ("please make a logo, square format", RequestOptions(aspect="1:1")),
        ("zeichne einen Fuchs im Querformat", RequestOptions(aspect="3:2")),
        ("a portrait of my mother, draw it", RequestOptions()),
        ("a high quality picture of a fox", RequestOptions(quality="high")),
        ("draw an icon on a transparent background", RequestOptions(background="transparent")),
        ("think hard: what is wrong here?", RequestOptions(effort="high")),
        ("explain it, text only", RequestOptions(text_only=True)),
        ("extract this invoice as a table", RequestOptions(output_format=OutputFormat.TABLE)),
        (
            "put this into a table\nname, town\nAnna, Bern",
            RequestOptions(output_format=OutputFormat.TABLE),
        ),
        ("Give me the totals as CSV.", RequestOptions(output_format=OutputFormat.CSV)),
        ("return it as JSON", RequestOptions(output_format=OutputFormat.JSON)),
        ("how do I parse a string as JSON in Python?", RequestOptions()),
        ("is 16:9 wider than 4:3?", RequestOptions()),
        ("our quality is high", RequestOptions()),
        ("we met at 10:16", RequestOptions()),
    ],
)
def test_wishes_in_plain_words(text: str, wanted: RequestOptions) -> None:
    assert read_phrases(text) == wanted


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
    assert is_drawing_request(text) is draws


@pytest.mark.parametrize("name", ["qualität", "qualité", "größe", "品質", "max_tokenz"])
def test_a_name_is_read_to_its_end_in_any_script(name: str) -> None:
    with pytest.raises(InvalidFlagError) as caught:
        parse_flags(f"--{name} high")
    assert f"I do not know `--{name}`" in caught.value.user_message


def test_a_japanese_word_may_follow_a_flag_at_once() -> None:
    found = read_flags("--jsonで請求書を読んで")
    assert found.options.output_format is OutputFormat.JSON
    assert found.text == "で請求書を読んで"


def test_every_wrong_flag_is_named_and_the_known_ones_once() -> None:
    with pytest.raises(InvalidFlagError) as caught:
        parse_flags("--effort hihg --quality lwo --foo --bar --foo")
    said = caught.value.user_message
    assert all(word in said for word in ("--effort hihg", "--quality lwo", "`--foo`", "`--bar`"))
    assert said.count("I know ") == 1 and said.count("`--foo`") == 1


def test_a_flag_without_its_value_hides_no_wrong_one_after_it() -> None:
    with pytest.raises(InvalidFlagError) as caught:
        parse_flags("--effort --quality lwo")
    assert "--quality lwo" in caught.value.user_message
