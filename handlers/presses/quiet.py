"""The entry of the menu under an answer behind which people set when Easel answers.

What is chosen in the form comes back to `handlers/views/more.py`, as from a message's menu.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.posts import MenuEntry
from bot.domain.questions import PressResult
from handlers.identifiers import MENU_ACTION_ID
from handlers.parsing.actions import ButtonPress
from handlers.parsing.shortcuts import MessageChoice
from handlers.parsing.views import sign_choice
from handlers.presses.press import NOT_OPENED_MESSAGE, PressReply, TakePress, build_reply
from handlers.services import Services
from handlers.views.choices import list_quiet_offers
from handlers.views.form import build_settings_form


async def _choose(press: ButtonPress, services: Services) -> PressReply:
    presser, thread = press.presser, press.thread
    if presser is None or thread is None:
        return build_reply(PressResult.NOTHING_TO_ASK)
    is_quiet = services.is_for_mentions_only(thread.team, thread.channel)
    offers = list_quiet_offers(thread, is_for_mentions_only=is_quiet)
    if not offers:
        return build_reply(PressResult.NOTHING_TO_ASK)
    choice = MessageChoice(presser.person, thread, press.message_ts, presser.ts)
    language = services.choose_language(presser.person, "")
    form = build_settings_form(offers, sign_choice(choice, services.views.key), language)
    return PressReply(view=form, not_opened=NOT_OPENED_MESSAGE)


QUIET_PRESSES: Mapping[str, TakePress] = {f"{MENU_ACTION_ID}:{MenuEntry.QUIET.value}": _choose}
