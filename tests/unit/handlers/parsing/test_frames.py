"""Frames of Socket Mode: an envelope id makes an envelope, whatever else it says."""

from __future__ import annotations

import json

import pytest

from handlers.parsing.frames import Envelope, Frame, Goodbye, Hello, Noise, parse_frame


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"type":"hello","num_connections":1}', Hello()),
        ('{"type":"disconnect","reason":"warning"}', Goodbye("warning")),
        ('{"type":"disconnect","reason":"link_disabled"}', Goodbye("link_disabled")),
        ('{"type":"disconnect","reason":"something_new"}', Goodbye("other")),
        ('{"type":"disconnect","reason":["warning"]}', Goodbye("other")),
        ('{"type":"disconnect"}', Goodbye("other")),
        ('{"type":"disconnect","envelope_id":"e"}', Envelope("e", "disconnect", None)),
        ('{"type":"new","envelope_id":"e","payload":{}}', Envelope("e", "new", {})),
        ('{"envelope_id":7,"payload":5}', Envelope(7, "", 5)),
        ('{"type":{},"envelope_id":"e","payload":[]}', Envelope("e", "", [])),
        ('{"type":"events_api","envelope_id":""}', Noise("events_api")),
        ('{"type":"events_api","envelope_id":null}', Noise("events_api")),
        ('{"type":"pong"}', Noise("pong")),
        *((text, Noise()) for text in ("", "{", "[]", "null", "5", '"x"', "{}", "[" * 100_000)),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_every_text_is_some_frame(text: str, frame: Frame) -> None:
    assert parse_frame(text) == frame


@pytest.mark.parametrize("value", ["9" * 5_000, "[" * 100_000, "{", '"\\x"', "NaNa"], ids=len)
def test_an_envelope_that_cannot_be_parsed_is_acknowledged_all_the_same(value: str) -> None:
    envelope = Envelope("7f3a-e1", "unreadable", None)
    assert parse_frame(f'{{"envelope_id": "7f3a-e1","payload":{{"n":{value}}}}}') == envelope
    assert parse_frame(f'{{"payload":{{"n":{value}}},"envelope_id":"7f3a-e1"}}') == envelope
    assert parse_frame(f'{{"payload":{{"n":{value}}},"envelope_id":""}}') == Noise()


def test_an_envelope_says_whether_it_comes_again() -> None:
    sent = {
        "type": "slash_commands",
        "envelope_id": "e",
        "payload": {"command": "/x"},
        "accepts_response_payload": True,
        "retry_attempt": 2,
        "retry_reason": "timeout",
    }
    envelope = Envelope("e", "slash_commands", {"command": "/x"}, True, 2, "timeout")
    assert parse_frame(json.dumps(sent)) == envelope
    odd = sent | {"retry_attempt": "2", "retry_reason": 5, "accepts_response_payload": "yes"}
    assert parse_frame(json.dumps(odd)) == Envelope("e", "slash_commands", {"command": "/x"})
