"""Slack's side of Easel: events in, Web API calls out.

`register_all` lists every surface that Easel listens to.
"""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from handlers import actions, agent_sessions, deletions, messages, shortcuts, unhandled
from handlers.pictures import submissions
from handlers.services import Services
from handlers.views import ask, feedback, more


def register_all(app: AsyncApp, services: Services) -> None:
    """Register the listeners of every surface.

    The order matters: Bolt asks listeners one after the other, and the first that matches takes
    the payload. Messages are first because nearly every event is one. `unhandled` is last because
    it matches everything.
    """
    messages.register(app, services)
    deletions.register(app, services)
    actions.register(app, services)
    submissions.register(app, services)
    feedback.register(app, services)
    agent_sessions.register(app, services)
    shortcuts.register(app, services)
    more.register(app, services)
    ask.register(app, services)
    unhandled.register(app, services)
