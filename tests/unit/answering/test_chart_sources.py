"""Which chart and which tables of a thread a question is about."""

from __future__ import annotations

from bot.answering.computing.charts.sources import SPEC_NAME, find_spec_file
from bot.domain.conversation import ThreadHistory
from bot.domain.files import FileRef


def test_the_newest_chart_is_known_however_much_was_said_since_and_without_a_memory() -> None:
    made = (FileRef("F1", SPEC_NAME), FileRef("F2", SPEC_NAME), FileRef("F3", "graphs.zip"))
    found = find_spec_file(ThreadHistory(made_files=made))
    assert found is not None and found.id == "F2"
    assert find_spec_file(ThreadHistory(files=made)) is None, "those are people's own"
