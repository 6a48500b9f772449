"""What errors are called where they are recorded."""

from __future__ import annotations

from bot.domain.errors import SlackError, TransientError
from bot.llm.errors import AnswerInterrupted


def test_the_ledger_and_the_metrics_keep_their_words_whatever_classes_are_called() -> None:
    assert TransientError("away").recorded_code == "TryLater"
    assert AnswerInterrupted("cut").recorded_code == "BrokenOff"
    assert SlackError("channel_not_found").recorded_code == "channel_not_found"
