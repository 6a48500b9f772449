"""Labels as plain text: in the reader's language, each time anew, harmless, within bounds."""

from __future__ import annotations

from bot.domain.messages import Message
from handlers.web_api.visuals.plain_text import MAX_TEXT_CHARS, build_plain_text, write_plain

CANCEL = Message("Cancel")


def test_a_label_is_in_the_language_of_each_reader() -> None:
    words = [build_plain_text(CANCEL, language)["text"] for language in ("en", "de", "en", "fr")]
    assert words == ["Cancel", "Abbrechen", "Cancel", "Annuler"]


def test_what_is_changed_by_one_caller_is_whole_for_the_next() -> None:
    build_plain_text(CANCEL, "en")["text"] = "gone"
    assert build_plain_text(CANCEL, "en") == {"type": "plain_text", "text": "Cancel"}


def test_values_are_told_harmless_and_bounded() -> None:
    label = "{name} is here"
    assert "<!here>" not in write_plain(Message(label, name="<!here>"), "en")
    first, second = (write_plain(Message(label, name=name), "en") for name in ("Ann", "Bo"))
    assert (first, second) == ("Ann is here", "Bo is here")
    long = Message(label, name="x" * 4_000)
    assert len(build_plain_text(long, "en")["text"]) == MAX_TEXT_CHARS
    assert build_plain_text(long, "en", 5)["text"] == "xxxx…"
