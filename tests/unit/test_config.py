"""Settings: all problems at once, and never a secret in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import list_service_problems, list_setting_names, read_settings
from bot.domain.errors import StartupError

VALID_SETTINGS = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "OPENROUTER_API_KEY": "sk-or-v1-secret",
}


def find_problems(**settings: str) -> tuple[str, ...]:
    with pytest.raises(StartupError) as refused:
        read_settings({**VALID_SETTINGS, **settings}, env_file=None)
    return refused.value.problems


def test_the_defaults_serve_a_workspace_with_three_secrets() -> None:
    settings = read_settings(VALID_SETTINGS, env_file=None)
    assert list_service_problems(settings) == []
    assert settings.is_socket_mode
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_path == Path.cwd() / "data" / "easel.db"


def test_everything_that_is_missing_is_told_at_once() -> None:
    found = list_service_problems(read_settings({}, env_file=None))
    assert [problem.split()[0] for problem in found] == [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "OPENROUTER_API_KEY",
    ]


@pytest.mark.parametrize("port", ["65536", "secret", "-1"])
def test_an_address_has_a_port_that_can_be(port: str) -> None:
    (problem,) = find_problems(SLACK_API_URL=f"https://a.example:{port}/api/")
    assert problem.startswith("SLACK_API_URL: ") and "port" in problem and "secret" not in problem


def test_everything_that_is_wrong_is_told_at_once_and_no_secret_with_it() -> None:
    found = find_problems(
        SLACK_BOT_TOKEN="xapp-mixed-up-secret",
        EASEL_PORT="eighty",
        EASEL_WATCH_CHANNELS="general",
        EASEL_HELP_URL="our wiki",
        DATABASE_URL="mysql://root:secret@db/x",
        SLACK_API_URL="http://evil.example/api/",
    )
    names = {problem.split(":")[0] for problem in found}
    assert names == {
        "SLACK_BOT_TOKEN",
        "EASEL_PORT",
        "EASEL_WATCH_CHANNELS",
        "EASEL_HELP_URL",
        "DATABASE_URL",
        "SLACK_API_URL",
    }
    assert "secret" not in " ".join(found)


def test_a_secret_with_a_line_break_is_refused() -> None:
    assert "OPENROUTER_API_KEY" in find_problems(OPENROUTER_API_KEY="sk-or-v1\nsecret")[0]


def test_secrets_do_not_print() -> None:
    settings = read_settings(VALID_SETTINGS, env_file=None)
    assert "1-secret" not in repr(settings) + str(settings) + settings.model_dump_json()


def test_the_env_file_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("EASEL_PORT=4000\nEASEL_MAX_TOKENS=99\nEASEL_HOST=\n")
    monkeypatch.setenv("EASEL_PORT", "5000")
    settings = read_settings()
    assert (settings.port, settings.max_tokens, settings.host) == (5000, 99, "127.0.0.1")


def test_a_signing_secret_without_an_app_token_means_http() -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "OPENROUTER_API_KEY": "k"}
    settings = read_settings(given, env_file=None)
    assert not settings.is_socket_mode and list_service_problems(settings) == []


def test_watched_channels_are_ids_with_commas() -> None:
    settings = read_settings({"EASEL_WATCH_CHANNELS": "C0ONE, G0TWO,"}, env_file=None)
    assert settings.watch_channels == {"C0ONE", "G0TWO"}


def test_operators_are_ids_of_people_with_commas() -> None:
    settings = read_settings({"EASEL_OPERATORS": " W0TWO, U0ONE,U0ONE,"}, env_file=None)
    assert settings.operators == ("U0ONE", "W0TWO")
    for wrong in ("alex", "@alex", "u0one", "C0ONE", "U0ONE U0TWO", "U0ONE;U0TWO", "<@U0ONE>"):
        assert "EASEL_OPERATORS" in find_problems(EASEL_OPERATORS=wrong)[0]


def test_an_unreadable_env_file_is_one_clear_problem(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"EASEL_HOST=\xff\xfe\n")
    with pytest.raises(StartupError, match=r"\.env"):
        read_settings()


def test_setting_names_are_environment_variables() -> None:
    assert {"SLACK_BOT_TOKEN", "EASEL_CONCURRENCY"} <= set(list_setting_names())


def test_what_draws_is_a_setting_that_is_known_or_refused_with_what_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("gpt-image-2", "gpt-image-2-2026-04-21", "gpt-image-1-mini"):
        assert read_settings({"EASEL_DRAWING_MODEL": name}, env_file=None).drawing_model == name
    for name in ("gpt-image-1", "dall-e-3", "gpt-image-9", "openai/gpt-image-2", "gpt image 2"):
        with pytest.raises(StartupError) as refused:
            read_settings({"EASEL_DRAWING_MODEL": name}, env_file=None)
        assert "EASEL_DRAWING_MODEL" in str(refused.value)
        assert "give gpt-image-2 or " in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a|b", "https://a>b", "https://\u202ea.b", "https://a\x7f"],
)
def test_the_address_of_the_help_page_holds_nothing_that_ends_or_hides_a_link(url: str) -> None:
    assert [problem.split(":")[0] for problem in find_problems(EASEL_HELP_URL=url)] == [
        "EASEL_HELP_URL"
    ]


@pytest.mark.parametrize(
    "name", [name for name in list_setting_names() if name.endswith(("_TOKEN", "_KEY"))]
)
@pytest.mark.parametrize(
    ("typed", "place", "code"),
    [
        ("{}\u200b", "", "U+200B"),
        ("\ufeff{}", "1 ", "U+FEFF"),
        ("“{}”", "1 ", "U+201C"),
        ("{}\nhidden", "", "U+000A"),
        ("{} hidden", "", "U+0020"),
        ("{}\u00fc", "", "U+00FC"),
        ("{}\x7f", "", "U+007F"),
    ],
)
def test_a_key_that_no_header_can_carry_is_refused_with_the_character_and_its_place(
    name: str, typed: str, place: str, code: str
) -> None:
    key = VALID_SETTINGS.get(name, "hidden-key")
    (problem,) = find_problems(**{name: typed.format(key)})
    assert problem.startswith(f"{name}: ") and f"number {place}" in problem and code in problem
    assert "hidden" not in problem and "secret" not in problem and problem.isprintable()


@pytest.mark.parametrize("name", [n for n in list_setting_names() if n.endswith("_URL")])
@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/\x1b[2J",
        "https://x.example/\u202ev1",
        "https://x.example/v 1",
        "https://xn--/v1",
        "https://ｘ.example/v1",
        f"https://x.example/{'a/' * 50_000}",
        "https://x.example/v1?api-version=2024",
        "https://x.example/v1?",
        "https://x.example/v1#part",
        "https:///v1",
        "//x.example/v1",
    ],
)
def test_an_address_to_which_no_path_can_be_sent_is_refused(name: str, url: str) -> None:
    if name in ("DATABASE_URL", "EASEL_HELP_URL"):
        return
    (problem,) = find_problems(**{name: url})
    assert problem.startswith(f"{name}: ") and problem.isprintable() and len(problem) < 200


@pytest.mark.parametrize("host", ["x.example:seven", "x.example:70000", "[::1", "[abc]", "℀.com"])
def test_an_address_with_a_wrong_host_or_port_is_not_blamed_for_the_other(host: str) -> None:
    (problem,) = find_problems(EASEL_COMPATIBLE_URL=f"https://{host}/v1")
    assert problem.endswith("check its host and its port")


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1]:8080/v1",
        "http://LOCALHOST:11434/v1/",
        "https://name:word@x.example/v1",
        "https://bücher.example/v1",
        "https://an_own_server:8443/%7Eme",
    ],
)
def test_any_other_address_is_taken_as_it_is(url: str) -> None:
    assert read_settings({"EASEL_COMPATIBLE_URL": url}, env_file=None).compatible_url == url


def test_words_of_settings_are_read_in_any_case() -> None:
    typed = {
        "EASEL_LOG_LEVEL": "debug",
        "EASEL_LIBRARY_LOG_LEVEL": " Error ",
        "EASEL_DRAWING_MODEL": "GPT-Image-2",
        "EASEL_DATA_POLICY": "Data_Collection=Deny ZDR=True ONLY=Azure",
        "EASEL_OPENAI_API": "Chat",
    }
    settings = read_settings(typed, env_file=None)
    assert (settings.log_level, settings.library_log_level) == ("DEBUG", "ERROR")
    assert (settings.drawing_model, settings.openai_api) == ("gpt-image-2", "chat")
    assert str(settings.data_policy) == "data_collection=deny zdr=true only=azure"


@pytest.mark.parametrize(
    "value",
    ["sk-or-v1-secret", '{"order": ["sk-or-v1-secret"]}', "only=sk-or-v1-secret", "XOXB-1-secret"],
)
@pytest.mark.parametrize(
    "name", ["EASEL_DATA_POLICY", "EASEL_PROVIDER", "EASEL_PORT", "EASEL_OPENAI_API"]
)
def test_a_key_in_the_place_of_another_setting_is_refused_and_not_shown(
    name: str, value: str
) -> None:
    found = find_problems(**{name: value})
    assert found[0].startswith(name) and "secret" not in " ".join(found).lower()
