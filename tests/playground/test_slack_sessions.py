"""The played Slack's agent sessions: what they refuse, and the event of a changed title."""

from __future__ import annotations

import pytest

from bot.playground.slack.agent.sessions import AgentSessions
from bot.playground.slack.faults import ApiError
from bot.playground.slack.workspace import BOT_USER, PlayedMessage, Workspace

GENERAL, ROOT = "C0GENERAL", "1700000000.000100"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"channel_id": "C0NOWHERE"}, "channel_not_found"),
        ({"title": ""}, "invalid_arguments"),
        ({"title": "x" * 201}, "invalid_arguments"),
        ({"title": None}, "invalid_arguments"),
        ({"thread_ts": "1700000000.000200"}, "not_authorized"),
        ({"thread_ts": ""}, "not_authorized"),
    ],
)
def test_what_it_refuses(changed: dict[str, object], code: str) -> None:
    workspace = Workspace()
    sessions = AgentSessions(workspace, lambda _: None)
    workspace.set_status(GENERAL, ROOT, "is thinking…")
    args = {"channel_id": GENERAL, "thread_ts": ROOT, "title": "A fox"} | changed
    with pytest.raises(ApiError) as refusal:
        sessions.rename(args)
    assert refusal.value.code == code


def test_a_changed_title_is_told_with_the_one_before() -> None:
    workspace, told = Workspace(), list[dict[str, object]]()
    workspace.add(PlayedMessage(ROOT, GENERAL, "U0ALEX", "hello"))
    workspace.set_status(GENERAL, ROOT, "is thinking…")
    sessions = AgentSessions(workspace, told.append)
    sessions.rename({"channel_id": GENERAL, "thread_ts": ROOT, "title": "A fox"})
    sessions.rename_as_person(GENERAL, ROOT, "Foxes")
    first, second = told
    assert (first["user"], first["title"]) == (BOT_USER, "A fox")
    assert (second["user"], second["previous_title"]) == ("U0ALEX", "A fox")
    with pytest.raises(LookupError):
        sessions.rename_as_person(GENERAL, "1.2", "No")


def test_an_app_that_hears_nothing_of_itself_hears_of_peoples_titles_alone() -> None:
    workspace, told = Workspace(), list[dict[str, object]]()
    workspace.set_status(GENERAL, ROOT, "is thinking…")
    sessions = AgentSessions(workspace, told.append, echoes=False)
    sessions.rename({"channel_id": GENERAL, "thread_ts": ROOT, "title": "A fox"})
    sessions.rename_as_person(GENERAL, ROOT, "Foxes")
    assert [(event["user"], event["title"]) for event in told] == [("U0ALEX", "Foxes")]
