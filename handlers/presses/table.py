"""The kinds of presses that Easel knows, by the name of what was pressed.

A button is named by its action id; an entry of a menu, or a thumb, by its action id, ":" and its
word. A new kind is one line here; `handlers/actions.py` listens to the action ids of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers.presses.answers import ANSWER_PRESSES
from handlers.presses.feedback import FEEDBACK_PRESSES
from handlers.presses.pictures import PICTURE_PRESSES
from handlers.presses.press import TakePress
from handlers.presses.quiet import QUIET_PRESSES
from handlers.presses.removal import REMOVAL_PRESSES
from handlers.presses.retries import RETRY_PRESSES
from handlers.presses.stop import STOP_PRESSES

PRESSES: Mapping[str, TakePress] = {
    **RETRY_PRESSES,
    **ANSWER_PRESSES,
    **FEEDBACK_PRESSES,
    **PICTURE_PRESSES,
    **QUIET_PRESSES,
    **STOP_PRESSES,
    **REMOVAL_PRESSES,
}
ACTION_IDS = tuple(sorted({name.partition(":")[0] for name in PRESSES}))
