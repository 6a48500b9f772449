"""Identifiers that Easel puts into its messages and that Slack sends back.

They are part of messages that already exist: a changed identifier disables the old buttons and
hides the old posts from recovery. Shortcuts have the names of recipes as callback ids, see
`bot.request.recipes`. In messages Easel sets no block ids.
"""

from __future__ import annotations

RETRY_ACTION_ID = "easel_retry"
GO_ON_ACTION_ID = "easel_go_on"
WITHOUT_ACTION_ID = "easel_without"
STOP_ACTION_ID = "easel_stop"
DELETE_ACTION_ID = "easel_delete"
REGENERATE_ACTION_ID = "easel_regenerate"
CONTINUE_ACTION_ID = "easel_continue"
# The menu next to them. The value of an entry is its word, and the answer that it is about.
MENU_ACTION_ID = "easel_menu"
FEEDBACK_ACTION_ID = "easel_feedback"
# What a press of feedback says, before the answer that it is about.
GOOD_VALUE, BAD_VALUE = "good", "bad"
# The shortcut behind which the recipes are that the menu has no room for, and the form it opens.
MORE_CALLBACK_ID = "more_recipes"
# The fields of that form: each is the only element of the block with the same id.
RECIPE_FIELD_ID, WORDS_FIELD_ID, DELETE_FIELD_ID = "recipe", "words", "delete"
# The form that asks what is wrong with an answer, and its field next to the words.
FEEDBACK_CALLBACK_ID = "feedback"
FAULT_FIELD_ID = "fault"
# The shortcut “Ask Easel…” and its form, with the field next to the words.
ASK_CALLBACK_ID = "ask_easel"
PLACE_FIELD_ID = "place"
# The event type of the metadata of a message with which such a question begins.
ASK_EVENT_TYPE = "easel_ask"
# The event type of the metadata of Easel's posts.
REPLY_EVENT_TYPE = "easel_reply"
# Not in any message: a listener of Easel's sets it in Bolt's context when its work is done.
DONE_KEY = "easel_done"
