"""Files that Slack tells of when the answer has begun go with the next question, and that is said.

Of one post Slack sends two events, and only the second may carry its files.
"""

from __future__ import annotations

import pytest

from tests.support.answers import wait_for_answers
from tests.support.easel import GENERAL, EaselEnvironment, build_png, list_pictures
from tests.support.files import get_last_text, read_request_text
from tests.support.rows import list_buttons

_FILES = [("fox.png", build_png()), ("notes.txt", b"The code is MAPLE-7.")]


async def ask_with_late_files(easel: EaselEnvironment, count: int) -> str:
    """Ask; the event that carries the files comes when all is answered. Return the root."""
    root = await easel.ask("say one", files=_FILES[:count], views=("app_mention without files",))
    assert list_pictures(easel.get_last_request()) == []
    easel.slack.emit(easel.slack.build_event(GENERAL, root, "message"))
    await wait_for_answers(easel.slack, GENERAL, root, count=2)
    return root


@pytest.mark.parametrize(("count", "words"), [(1, "Your file reached"), (2, "Your 2 files")])
async def test_a_file_that_comes_after_the_answer_goes_with_the_next_question(
    easel: EaselEnvironment, count: int, words: str
) -> None:
    root = await ask_with_late_files(easel, count)
    assert words in get_last_text(easel, root)
    assert len(easel.model.requests) == 1
    # Nothing in the question's words asks for a picture or a file.
    await easel.ask("thanks a lot", thread_ts=root)
    assert len(list_pictures(easel.get_last_request())) == 1
    assert "1. fox.png (sent now)" in read_request_text(easel)
    assert ("MAPLE-7" in read_request_text(easel)) is (count == 2)
    # From then on it is an earlier file like any other.
    await easel.ask("thanks again, bye", thread_ts=root)
    assert list_pictures(easel.get_last_request()) == []


async def test_a_late_file_that_was_deleted_since_is_not_taken_along(
    easel: EaselEnvironment,
) -> None:
    root = await ask_with_late_files(easel, 1)
    easel.slack.delete_file(next(iter(easel.slack.workspace.files)))
    await easel.wait_until_idle()
    await easel.ask("thanks a lot", thread_ts=root)
    assert list_pictures(easel.get_last_request()) == []
    assert "could not" not in get_last_text(easel, root)


async def test_a_late_file_waits_for_a_question_that_is_answered(easel: EaselEnvironment) -> None:
    root = await ask_with_late_files(easel, 1)
    for _ in range(4):
        easel.model.fail(503, "<html>Worker exceeded</html>")
    await easel.ask("thanks a lot", thread_ts=root)
    (failed,) = [reply for reply in easel.list_replies(root) if list_buttons(reply)]
    easel.slack.press(GENERAL, failed.ts, "easel_retry")
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    assert len(list_pictures(easel.get_last_request())) == 1
    assert "1. fox.png (sent now)" in read_request_text(easel)
    await easel.ask("thanks again, bye", thread_ts=root)
    assert list_pictures(easel.get_last_request()) == []
