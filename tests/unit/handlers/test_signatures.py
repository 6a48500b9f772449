"""Only what Slack signed a moment ago comes from Slack."""

from __future__ import annotations

import pytest

from bot.playground.slack.delivery import sign_request
from handlers.signatures import is_signed

RAW, SECRET, NOW = b'{"type":"event_callback"}', "a secret", 1_700_000_000.0
HEADERS = sign_request(RAW, SECRET, NOW)


def test_slacks_own_signature_is_taken_for_five_minutes() -> None:
    for now in (NOW, NOW + 300, NOW - 300):
        assert is_signed(RAW, HEADERS, secret=SECRET, now=now)
    for now in (NOW + 301, NOW - 301):
        assert not is_signed(RAW, HEADERS, secret=SECRET, now=now)


def test_the_example_of_slacks_documentation_is_signed() -> None:
    raw = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id="
        b"G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-"
        b"collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F39770"
        b"0885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d1"
        b"0d2c447fce8b6703c"
    )
    headers = {
        "X-Slack-Request-Timestamp": "1531420618",
        "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    assert is_signed(raw, headers, secret=secret, now=1531420618.0)


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": "v0=\u00fc\udcff"},
        {"X-Slack-Signature": HEADERS["X-Slack-Signature"][3:]},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "yesterday"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
        {"X-Slack-Request-Timestamp": "\u0661" * 10},
        {"X-Slack-Request-Timestamp": f"-{int(NOW)}"},
        {"X-Slack-Request-Timestamp": f"{int(NOW) + 1}"},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_anything_else_is_not_signed(changed: dict[str, str]) -> None:
    assert not is_signed(RAW, HEADERS | changed, secret=SECRET, now=NOW)
    assert not is_signed(RAW, {}, secret=SECRET, now=NOW)


def test_other_bytes_and_an_empty_secret_are_not_signed() -> None:
    assert not is_signed(RAW + b" ", HEADERS, secret=SECRET, now=NOW)
    assert not is_signed(RAW, sign_request(RAW, "", NOW), secret="", now=NOW)
