"""Brings a payload to the surface that can read it, without Bolt.

See `dispatch.py` for when: Bolt takes the shape of fields for granted that Easel does not need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.actions import store_press
from handlers.agent_sessions import note_title, stop_answer
from handlers.deletions import erase_deleted, take_edit
from handlers.messages import store_question
from handlers.pictures.submissions import store_picture_form
from handlers.services import Services
from handlers.shortcuts import store_choice
from handlers.views.ask import store_ask
from handlers.views.feedback import store_feedback
from handlers.views.more import store_submission


async def take_payload(body: Mapping[str, Any], services: Services, *, bot_user_id: str) -> bool:
    """Do what `body` asks for; committed when this returns. Return False if it asks for nothing.

    Raises `TransientError` if it was not stored, or another `EaselError` of Slack's. People who
    chose a shortcut or sent a form are not told anything: that goes through Bolt.
    """
    # One changed message may both lose a file and name Easel.
    is_erased = await erase_deleted(body, services, bot_user_id=bot_user_id)
    is_taken = await take_edit(body, services, bot_user_id=bot_user_id)
    return (
        await store_question(body, services, bot_user_id=bot_user_id)
        or is_erased
        or is_taken
        or await store_press(body, services)
        or await store_feedback(body, services)
        or await store_picture_form(body, services, bot_user_id=bot_user_id)
        or await store_choice(body, services, bot_user_id=bot_user_id)
        or await store_submission(body, services, bot_user_id=bot_user_id)
        or await store_ask(body, services, bot_user_id=bot_user_id)
        or await stop_answer(body, services)
        or await note_title(body, services, bot_user_id=bot_user_id)
    )
