"""A model's name that its provider does not know is refused at the start with what to write."""

from __future__ import annotations

import pytest

from bot.config import list_service_problems, read_settings
from tests.support.start_problems import list_problems


@pytest.mark.parametrize(
    ("model", "to_write"),
    [
        ("gpt-5.4-image-2", "EASEL_MODEL=gpt-5.4, which draws"),
        ("openai/gpt-5.4-image-2", "EASEL_PROVIDER=openrouter and EASEL_MODEL=openai/gpt-5.4-im"),
        ("gpt-5-4-image-2", "EASEL_MODEL=openai/gpt-5.4-image-2"),
        ("gpt-5.4-image-2-20260421", "EASEL_MODEL=openai/gpt-5.4-image-2"),
        ("openai/gpt-5.4-image-2:nitro", "EASEL_MODEL=gpt-5.4"),
        ("GPT-5.4-Image-2", "EASEL_MODEL=gpt-5.4"),
        ("gpt-5-image-mini", "EASEL_MODEL=openai/gpt-5-image-mini"),
        ("gpt-image-2", "only draws"),
        ("dall-e-3", "only draws"),
        ("openai/gpt-5.4", "write EASEL_MODEL=gpt-5.4"),
        ("google/gemini-3-pro-image", "EASEL_PROVIDER=openrouter and EASEL_MODEL=google/gemini-3"),
        # However it is typed, it is the same name.
        ("gpt-5.4-image2", "EASEL_PROVIDER=openrouter and EASEL_MODEL=openai/gpt-5.4-image-2"),
        ("gpt 5.4 image 2", "EASEL_PROVIDER=openrouter and EASEL_MODEL=openai/gpt-5.4-image-2"),
        ("GPT_5.4_Image_2", "EASEL_PROVIDER=openrouter and EASEL_MODEL=openai/gpt-5.4-image-2"),
        ("openai:gpt-5.4-image-2", "EASEL_MODEL=gpt-5.4, which draws"),
        ("GPT Image 2", "only draws"),
    ],
)  # fmt: skip
def test_a_name_that_openai_does_not_know_is_refused_at_the_start_with_what_to_write(
    model: str, to_write: str
) -> None:
    (problem,) = list_problems(EASEL_PROVIDER="openai", EASEL_MODEL=model)
    assert problem.startswith(f"EASEL_MODEL: {model}") or "“openai/”" in problem
    assert to_write in problem
    (problem,) = list_problems(EASEL_FALLBACKS=f"openai:{model}")
    assert problem.startswith("EASEL_FALLBACKS: ") and "openai:gpt-5.4" in problem
    if "/" in model:
        assert not list_problems(EASEL_MODEL=model, EASEL_PROVIDER="openrouter")


@pytest.mark.parametrize(
    ("model", "right"),
    [
        ("gpt-5.4-image-2", "openai/gpt-5.4-image-2"),
        ("gpt 5.4 image 2", "openai/gpt-5.4-image-2"),
        ("GPT-5.4", "openai/gpt-5.4"),
        ("gemini-3-pro-image", "MAKER/MODEL"),
    ],
)
def test_a_name_without_its_maker_is_refused_at_openrouter_and_at_no_gateway(
    model: str, right: str
) -> None:
    (problem,) = list_problems(EASEL_MODEL=model)
    assert problem.endswith(f"write EASEL_PROVIDER=openrouter and EASEL_MODEL={right}")
    (problem,) = list_problems(EASEL_FALLBACKS=f"openrouter:{model}")
    assert problem.startswith("EASEL_FALLBACKS: ") and problem.endswith(f"openrouter:{right}")
    gateway = {"OPENROUTER_BASE_URL": "https://gateway.example/v1", "EASEL_MODEL": model}
    assert not list_problems(**gateway) and not list_problems(EASEL_MODEL="@preset/drawing")


@pytest.mark.parametrize(
    ("model", "right"),
    [
        ('"openai/gpt-5.4-image-2"', "openai/gpt-5.4-image-2"),
        ("openai/gpt-5.4-image-2\u200b", "openai/gpt-5.4-image-2"),
        ("openai/gpt 5.4", "openai/gpt-5.4"),
        ("https://openrouter.ai/openai/gpt-5.4-image-2", "openai/gpt-5.4-image-2"),
        ("openai/", "MAKER/MODEL"),
        ("/", "MAKER/MODEL"),
        ("/gemini-3-pro", "MAKER/MODEL"),
        ("google/gemini/3", "MAKER/MODEL"),
        ("google/gemini-3:", "MAKER/MODEL"),
        ("@presets/drawing", "MAKER/MODEL"),
        ("google/gemini\x1b[31m", "MAKER/MODEL"),
        ("gооgle/gemini-3", "MAKER/MODEL"),
    ],
)
def test_what_cannot_be_a_name_at_openrouter_is_refused_at_the_start(
    model: str, right: str
) -> None:
    (problem,) = list_problems(EASEL_MODEL=model)
    assert problem.endswith(f"EASEL_MODEL={right}") and problem.isprintable()


@pytest.mark.parametrize(
    "model",
    [
        "google/gemini-3-pro:nitro",
        "openai/gpt-5.4-image-2:free:online",
        "meta-llama/Llama-4_x",
        "~anthropic/claude-sonnet-latest",
        "openrouter/auto",
        "@preset/drawing",
        "openai/gpt-5.4@preset/my-own",
    ],
)
def test_any_name_of_openrouters_passes(model: str) -> None:
    assert not list_problems(EASEL_MODEL=model)


def test_by_chat_completions_what_to_write_names_the_api_that_draws() -> None:
    chat = {"EASEL_PROVIDER": "openai", "EASEL_OPENAI_API": "chat"}
    (problem,) = list_problems(**chat, EASEL_MODEL="gpt-5.4-image-2")
    assert "EASEL_MODEL=gpt-5.4 and EASEL_OPENAI_API=responses" in problem
    (problem,) = list_problems(**chat, EASEL_MODEL="gpt-5.4-pro-2026-03-05")
    assert problem.endswith("by its Responses API only: write EASEL_OPENAI_API=responses")
    assert not list_problems(**chat) and not list_problems(**chat, EASEL_MODEL="gpt-5.4-mini")
    assert not list_problems(EASEL_PROVIDER="openai", EASEL_MODEL="gpt-5.4-pro")


@pytest.mark.parametrize(
    ("model", "right"),
    [
        ("GPT-5.4", "gpt-5.4"),
        ("GPT-5.4-2026-03-05", "gpt-5.4-2026-03-05"),
        ("gpt5.4", "gpt-5.4"),
        ("gpt-5-4", "gpt-5.4"),
        ("gpt_5.4_mini", "gpt-5.4-mini"),
        ("openai:gpt-5.4", "gpt-5.4"),
        ("gpt-5.4:nitro", "gpt-5.4"),
        ('"gpt-5.4"', "gpt-5.4"),
        ("gpt-5.4\u200b", "gpt-5.4"),
        ("openai/GPT 5.4", "gpt-5.4"),
        ("a model of mine", "gpt-5.4"),
    ],
)
def test_a_name_that_is_misspelt_is_refused_with_the_right_one(model: str, right: str) -> None:
    (problem,) = list_problems(EASEL_PROVIDER="openai", EASEL_MODEL=model)
    assert problem.endswith(f"write EASEL_MODEL={right}") and problem.isprintable()
    (problem,) = list_problems(EASEL_FALLBACKS=f"openai:{model}")
    assert problem.endswith(f"write openai:{right}")


@pytest.mark.parametrize("word", ["OpenAI", " openai ", "OPENAI"])
def test_how_a_word_of_a_setting_is_typed_does_not_matter(word: str) -> None:
    settings = {"EASEL_PROVIDER": word, "EASEL_OPENAI_API": " Chat"}
    read = read_settings({**settings, "EASEL_FALLBACKS": f"{word} : gpt-5.4-mini"}, env_file=None)
    assert read.models == (("openai", "gpt-5.4"), ("openai", "gpt-5.4-mini"))
    assert read.openai_api == "chat"


@pytest.mark.parametrize(
    "own",
    [
        {"EASEL_PROVIDER": "compatible", "EASEL_MODEL": "openai/gpt-5.4",
         "EASEL_COMPATIBLE_URL": "https://openrouter.ai/api/v1"},
        {"EASEL_PROVIDER": "openai", "OPENAI_BASE_URL": "https://eu.OpenRouter.ai/api/v1"},
        {"EASEL_FALLBACKS": "openai:gpt-5.4", "OPENAI_BASE_URL": "https://openrouter.ai/api/v1"},
        {"EASEL_PROVIDER": "openai", "OPENAI_BASE_URL": "https://openrouter.ai./api/v1"},
        {"EASEL_PROVIDER": "openai", "OPENAI_BASE_URL": "https://openrouter\u3002ai/api/v1"},
        {"EASEL_PROVIDER": "openai", "OPENAI_BASE_URL": "HTTPS://OPENROUTER\uff0eAI:443/api/v1"},
        {"EASEL_PROVIDER": "openai", "OPENAI_BASE_URL": "https://x@eu.openrouter.ai../api/v1"},
    ],
)  # fmt: skip
def test_openrouter_is_not_asked_past_the_data_policy(own: dict[str, str]) -> None:
    problems = list_service_problems(
        read_settings({**own, "EASEL_DATA_POLICY": "zdr"}, env_file=None)
    )
    (problem,) = [one for one in problems if "EASEL_DATA_POLICY" in one]
    assert problem.split()[0] in own and "write openrouter for" in problem
    assert not any(
        "EASEL_DATA_POLICY" in one
        for one in list_service_problems(read_settings(own, env_file=None))
    )
    elsewhere = {
        **own,
        "EASEL_DATA_POLICY": "zdr",
        "OPENAI_BASE_URL": "https://api.openai.com/v1",
        "EASEL_COMPATIBLE_URL": "https://notopenrouter.ai/v1",
    }
    assert not any(
        "EASEL_DATA_POLICY" in one
        for one in list_service_problems(read_settings(elsewhere, env_file=None))
    )


@pytest.mark.parametrize("model", ["gpt54", "GPT-5.4", "openai/gpt-5.4", "Mine 1", "chat-image-1"])
def test_azure_and_gateways_name_models_as_they_like(model: str) -> None:
    own = {"EASEL_PROVIDER": "openai", "EASEL_MODEL": model}
    for url in (
        "https://x.openai.azure.com/openai/v1",
        "http://127.0.0.1:4000",
        "http://[::1]:4/v1",
    ):
        assert not list_problems(**own, OPENAI_BASE_URL=url)
    if model != "chat-image-1":
        assert list_problems(**own, OPENAI_BASE_URL="https://eu.api.openai.com./v1")


@pytest.mark.parametrize(
    "model", ["gpt-5.4-image-2", "openai/gpt-5.4-image-2", "GPT-5.4-Image-2-20260421"]
)
def test_openrouters_own_slug_is_refused_whoever_answers_for_openai(model: str) -> None:
    (problem,) = list_problems(
        EASEL_PROVIDER="openai", EASEL_MODEL=model, OPENAI_BASE_URL="http://127.0.0.1:4000/v1"
    )
    assert "write EASEL_MODEL=gpt-5.4, which draws" in problem
    assert problem.endswith("EASEL_PROVIDER=openrouter and EASEL_MODEL=openai/gpt-5.4-image-2") or (
        "20260421" in model
    )


def test_a_name_with_a_date_is_advised_as_one_that_exists() -> None:
    for model in ("gpt-5.4-image-2026-01-01", "gpt-5.4-image", "gpt 5.4 image"):
        (problem,) = list_problems(EASEL_PROVIDER="openai", EASEL_MODEL=model)
        assert problem.endswith("EASEL_MODEL=openai/gpt-5.4-image-2")


def test_everything_is_told_at_once() -> None:
    found = list_problems(
        EASEL_PROVIDER="openai",
        EASEL_MODEL="gpt-5.4-image-2",
        EASEL_FALLBACKS="compatible:qwen3",
        EASEL_BUDGETS="user/day=2",
    )
    assert [problem.split()[0] for problem in found] == ["EASEL_MODEL:", "EASEL_COMPATIBLE_PRICE"]
