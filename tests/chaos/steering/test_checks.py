"""The checks of what people did in a storm can fail."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.playground.model import PlayedModel
from bot.playground.model.talk import PlayedAnswer
from bot.playground.slack.delivery import Delivery
from tests.chaos.people import SentQuestion
from tests.chaos.steering.acts import FOLLOW_UPS, PICTURE_ACTS, STOPS, Act, ActKind
from tests.chaos.steering.checks import (
    MAX_STOP_SECONDS,
    Request,
    Stored,
    find_broken_acts,
    find_left_files,
)
from tests.chaos.steering.hearing import Hearing, plan_ending
from tests.chaos.steering.stored import StoredQuestion
from tests.chaos.steering.threads import SteeredThreads

QUESTION = SentQuestion(7, "say", "say q7 one", "", "", "U0P01")
NOBODY, PRESSER = "U0P02", "U0P03"


def build_row(number: int = 1, event_id: str = "Ev1", **more: Any) -> StoredQuestion:
    now = time.time()
    row = StoredQuestion(
        number,
        QUESTION.ts,
        QUESTION.root,
        event_id,
        "settled",
        "answered",
        True,
        1,
        False,
        now,
        now,
    )
    return replace(row, **more)


def build_stored(
    *rows: StoredQuestion, payers: tuple[str, ...] = (PRESSER,), pictures: int = 1
) -> Stored:
    requests = {
        one.id: [Request(user, time.time(), f"gen-{one.id}") for user in payers] for one in rows
    }
    return Stored(
        {one.id: one for one in rows},
        {one.ts: one for one in rows},
        {one.event_id: one for one in rows},
        {},
        {},
        requests,
        {one.id: pictures for one in rows},
        {},
    )


def build_act(kind: ActKind, *, acked: bool = True, **more: Any) -> Act:
    act = Act(kind, QUESTION, PRESSER, 1, 1, **more)
    act.deliveries.append(Delivery({}, 1, acked_at=time.perf_counter() if acked else None))
    act.is_sent = True
    return act


@pytest.fixture(autouse=True)
def ask_just_now() -> None:
    """The times of acts are those of their test, which may run minutes after its module loads."""
    QUESTION.ts = QUESTION.root = f"{time.time() - 5:.6f}"


@pytest.fixture
async def hearing() -> Hearing:
    return Hearing(PlayedModel())


def test_a_press_that_was_acknowledged_happens_once_and_is_booked_on_who_pressed(
    hearing: Hearing,
) -> None:
    act, row = build_act(ActKind.REGENERATE), build_row()

    def find(count: int, *payers: str, acked: bool = True) -> list[str]:
        stored = replace(build_stored(row, payers=payers), asked_again={1: count})
        one = act if acked else build_act(ActKind.REGENERATE, acked=False)
        return find_broken_acts([one], stored, hearing, [])

    assert find(1, NOBODY, PRESSER) == []
    assert find(0) == ["regenerate of q7 was acknowledged, and did not happen"]
    assert find(0, acked=False) == []
    assert find(2, PRESSER) == ["regenerate of q7 happened 2 times"]
    assert find(1, NOBODY) == [f"regenerate of q7: nothing is booked on {PRESSER}"]


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_what_a_press_asks_for_is_asked_and_paid_by_who_pressed(
    hearing: Hearing, kind: ActKind
) -> None:
    act, is_free = build_act(kind), kind is ActKind.COPY
    row = build_row(2, f"{kind.value}:1.1")
    right: tuple[str, ...] = () if is_free else (PRESSER,)
    assert find_broken_acts([act], build_stored(row, payers=right), hearing, []) == []
    assert len(find_broken_acts([act], build_stored(row, payers=(NOBODY,)), hearing, [])) == 1
    (told,) = find_broken_acts([act], build_stored(), hearing, [])
    assert told == f"{act} was acknowledged, and did not happen"


@pytest.mark.parametrize("kind", PICTURE_ACTS)
def test_a_press_under_a_picture_makes_its_pictures_once(hearing: Hearing, kind: ActKind) -> None:
    act, count = build_act(kind), 3 if kind is ActKind.VARY else 1
    payers: tuple[str, ...] = () if kind is ActKind.CONVERT else (PRESSER,)

    def find(*ids: int, pictures: int = count, payers: tuple[str, ...] = payers) -> list[str]:
        rows = [build_row(number) for number in (2, 3)]
        stored = build_stored(*rows, payers=payers, pictures=pictures)
        return find_broken_acts(
            [act], replace(stored, pressed={(1, 1, kind.value): list(ids)}), hearing, []
        )

    assert find(2) == []
    assert find(2, 3) == [f"{act} happened 2 times"]
    assert find() == [f"{act} was acknowledged, and did not happen"]
    assert find(2, pictures=count + 1) == [f"{act} made {count + 1} pictures"]
    assert find(2, pictures=0) == [f"{act} made 0 pictures"]
    assert len(find(2, payers=(NOBODY,))) == 1
    act.is_sent = None  # nobody knows whether the form was taken
    assert bool(find()) is (kind is not ActKind.CONVERT)


def test_the_last_thumb_counts(hearing: Hearing) -> None:
    act = build_act(ActKind.FEEDBACK, verdict="good")
    stored = build_stored(build_row())
    right = replace(stored, verdicts={(1, 1, PRESSER): "good"})
    assert find_broken_acts([act], right, hearing, []) == []
    wrong = replace(stored, verdicts={(1, 1, PRESSER): "bad"})
    assert find_broken_acts([act], wrong, hearing, []) == [
        "feedback of q7 says bad, and good was pressed last"
    ]


@pytest.mark.parametrize("kind", STOPS)
def test_a_stop_ends_the_call_soon_and_it_is_booked(hearing: Hearing, kind: ActKind) -> None:
    act, now = build_act(kind), time.time()
    row = build_row(outcome="stopped", is_stop_asked=True, settled_at=now + 1)
    assert find_broken_acts([act], build_stored(row), hearing, []) == []
    ignored = build_stored(replace(row, is_stop_asked=False))
    assert find_broken_acts([act], ignored, hearing, []) == [
        f"{act} was acknowledged, and did not happen"
    ]
    late = build_stored(replace(row, settled_at=now + MAX_STOP_SECONDS + 5))
    assert find_broken_acts([act], late, hearing, []) == [f"{act} took 45 s"]
    free = build_stored(row, payers=())
    assert find_broken_acts([act], free, hearing, []) == []  # it was stopped before it was asked
    hearing.heard.append((time.perf_counter(), frozenset({"q7"})))
    assert find_broken_acts([act], free, hearing, []) == [f"{act}: the call is not booked"]
    told = find_broken_acts([act], build_stored(row), hearing, ["gen-1"])
    assert told == [f"{act}: its call went on to the end"]


def test_words_that_were_deleted_are_sent_no_more(hearing: Hearing) -> None:
    act = build_act(ActKind.DELETE_QUESTION, lost_mark="q7")
    stored, now = build_stored(), time.perf_counter()
    hearing.heard += [(now - 5, frozenset({"q7"})), (now + 5, frozenset({"q77", "q7e"}))]
    assert find_broken_acts([act], stored, hearing, []) == []
    hearing.heard.append((now + 5, frozenset({"q7", "q8"})))
    assert find_broken_acts([act], stored, hearing, []) == [
        "delete question of q7: its words were sent 1 times after that"
    ]


def test_a_request_is_searched_for_words_and_not_for_pictures() -> None:
    model = PlayedModel()
    hearing = Hearing(model)
    model.requests.append(
        {"messages": [{"content": [{"text": "say q7"}, {"url": "data:image/png;base64,q9+q9"}]}]}
    )
    model.on_request()
    assert [marks for _, marks in hearing.heard] == [frozenset({"q7"})]
    assert plan_ending("say q7 slow one").delay > plan_ending("say q7 one").delay


def test_each_file_is_in_its_thread_once() -> None:
    assert find_left_files(["F1", "F2"], ["F2", "F1"], "1.0") == []
    assert find_left_files(["F1", "F1", "F3"], ["F1", "F2"], "1.0") == [
        "the file F1 is shared 2 times in 1.0",
        "the file F2 is missing in 1.0",
        "nobody knows the file F3 in 1.0",
    ]


def test_an_edited_question_has_one_reply_to_what_it_says_now(tmp_path: Path) -> None:
    act = build_act(ActKind.EDIT, new_text="say q7e two")
    model, threads = PlayedModel(), SteeredThreads([], tmp_path)
    threads._acts[QUESTION.ts] = act
    model.answers += [("say q7 one", PlayedAnswer("one")), ("say q7e two", PlayedAnswer("two"))]
    later = [replace(QUESTION, ts="1700000000.000009")]  # asked before the edit was taken

    def find(*replies: str, after: Sequence[SentQuestion] = ()) -> list[str] | None:
        return threads.check_replies(QUESTION, replies, model, after)

    assert find("two") == [] and find("one", after=later) == []
    assert find("one") == ["edit of q7: the replies are ['one']"]
    assert find("two", "two") and find()


def test_a_deleted_answer_does_not_come_back(tmp_path: Path) -> None:
    threads = SteeredThreads([], tmp_path)
    threads._acts[QUESTION.ts] = build_act(ActKind.DELETE_ANSWER)
    assert threads.check_replies(QUESTION, [], PlayedModel(), []) == []
    assert threads.check_replies(QUESTION, ["one"], PlayedModel(), []) == [
        "delete answer of q7 left 1 replies: ['one']"
    ]
