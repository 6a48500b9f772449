"""A fault of Easel's own while it shows a settled answer costs no answer, and none ends unsaid."""

from __future__ import annotations

from typing import Any

import pytest

from bot.delivery.file_delivery import FileDelivery
from bot.domain.errors import EaselError
from bot.queue import attempts
from tests.support.easel import GENERAL, EaselEnvironment
from tests.support.model_events import build_answer

APOLOGY = EaselError.user_message


class Fault:
    """Breaks the sharing of files as often as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
        self.times = 0
        whole = FileDelivery.share

        async def share(delivery: FileDelivery, *args: Any) -> Any:
            if self.times:
                self.times -= 1
                raise error("a secret of the traceback")
            return await whole(delivery, *args)

        monkeypatch.setattr(FileDelivery, "share", share)
        monkeypatch.setattr(attempts, "RETRY_DELAYS_SECONDS", (0.01,) * 8)


@pytest.fixture(params=[KeyError, EaselError])
def fault(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Fault:
    return Fault(monkeypatch, request.param)


async def test_once_the_answer_is_shown_all_the_same(easel: EaselEnvironment, fault: Fault) -> None:
    fault.times = 1
    root = await easel.ask("draw a red fox")
    assert [bool(reply.files) for reply in easel.list_replies(root)].count(True) == 1
    assert not any(APOLOGY in reply.text for reply in easel.list_replies(root))
    assert len(easel.model.requests) == 1  # it is paid for once


async def test_for_good_the_person_is_told_and_can_ask_again(
    easel: EaselEnvironment, fault: Fault
) -> None:
    fault.times = 20
    root = await easel.ask("draw a red fox")
    shown = easel.list_replies(root)
    assert [APOLOGY in reply.text for reply in shown].count(True) == 1
    assert "secret" not in str([reply.text for reply in shown])
    rows = easel.read_rows("SELECT outcome, note FROM questions")
    assert rows == [{"outcome": "failed", "note": APOLOGY}]
    fault.times = 0
    easel.model.script(*build_answer("Here it is."))
    easel.slack.press(GENERAL, shown[-1].ts, "easel_retry")
    await easel.slack.wait_until_quiet()
    await easel.wait_until_idle()
    assert "Here it is." in easel.list_replies(root)[-1].text
