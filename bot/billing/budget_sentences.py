"""The sentences about budgets, each whole for each kind of budget, so that it can be translated.

`budget_messages.py` chooses one and fills it.
"""

from __future__ import annotations

from bot.domain.budgets import Period, Scope

USED_UP = {
    (Scope.USER, Period.DAY): "Your budget for today (${limit:,}) is used up.",
    (Scope.USER, Period.MONTH): "Your budget for this month (${limit:,}) is used up.",
    (Scope.CHANNEL, Period.DAY): "This channel's budget for today (${limit:,}) is used up.",
    (Scope.CHANNEL, Period.MONTH): (
        "This channel's budget for this month (${limit:,}) is used up."
    ),
    (Scope.WORKSPACE, Period.DAY): "The workspace's budget for today (${limit:,}) is used up.",
    (Scope.WORKSPACE, Period.MONTH): (
        "The workspace's budget for this month (${limit:,}) is used up."
    ),
}
TOO_LITTLE = {
    (Scope.USER, Period.DAY): (
        "Your budget for today (${limit:,}) has too little left for this question, which might"
        " cost ${cost:,} even if I keep it short."
    ),
    (Scope.USER, Period.MONTH): (
        "Your budget for this month (${limit:,}) has too little left for this question, which"
        " might cost ${cost:,} even if I keep it short."
    ),
    (Scope.CHANNEL, Period.DAY): (
        "This channel's budget for today (${limit:,}) has too little left for this question,"
        " which might cost ${cost:,} even if I keep it short."
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "This channel's budget for this month (${limit:,}) has too little left for this"
        " question, which might cost ${cost:,} even if I keep it short."
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "The workspace's budget for today (${limit:,}) has too little left for this question,"
        " which might cost ${cost:,} even if I keep it short."
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "The workspace's budget for this month (${limit:,}) has too little left for this"
        " question, which might cost ${cost:,} even if I keep it short."
    ),
}
TOO_SMALL = {
    (Scope.USER, Period.DAY): (
        "Your budget for today (${limit:,}) is smaller than what this question might cost even"
        " if I keep it short, ${cost:,}. It stays too small for such a question until the person"
        " who runs me raises it."
    ),
    (Scope.USER, Period.MONTH): (
        "Your budget for this month (${limit:,}) is smaller than what this question might cost"
        " even if I keep it short, ${cost:,}. It stays too small for such a question until the"
        " person who runs me raises it."
    ),
    (Scope.CHANNEL, Period.DAY): (
        "This channel's budget for today (${limit:,}) is smaller than what this question might"
        " cost even if I keep it short, ${cost:,}. It stays too small for such a question until"
        " the person who runs me raises it."
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "This channel's budget for this month (${limit:,}) is smaller than what this question"
        " might cost even if I keep it short, ${cost:,}. It stays too small for such a question"
        " until the person who runs me raises it."
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "The workspace's budget for today (${limit:,}) is smaller than what this question might"
        " cost even if I keep it short, ${cost:,}. It stays too small for such a question until"
        " the person who runs me raises it."
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "The workspace's budget for this month (${limit:,}) is smaller than what this question"
        " might cost even if I keep it short, ${cost:,}. It stays too small for such a question"
        " until the person who runs me raises it."
    ),
}
WARNING = {
    (Scope.USER, Period.DAY): (
        "_Your budget for today (${limit:,}) is {share:.0%} used: ${spent:,} is spent; it starts"
        " again on {day} at 00:00 UTC._"
    ),
    (Scope.USER, Period.MONTH): (
        "_Your budget for this month (${limit:,}) is {share:.0%} used: ${spent:,} is spent; it"
        " starts again on {day} at 00:00 UTC._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_This channel's budget for today (${limit:,}) is {share:.0%} used: ${spent:,} is spent;"
        " it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_This channel's budget for this month (${limit:,}) is {share:.0%} used: ${spent:,} is"
        " spent; it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_The workspace's budget for today (${limit:,}) is {share:.0%} used: ${spent:,} is spent;"
        " it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_The workspace's budget for this month (${limit:,}) is {share:.0%} used: ${spent:,} is"
        " spent; it starts again on {day} at 00:00 UTC._"
    ),
}
ALMOST_TOO_LITTLE = {
    (Scope.USER, Period.DAY): (
        "_Your budget for today (${limit:,}) may not pay for another question like this one:"
        " ${spent:,} is spent; it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.USER, Period.MONTH): (
        "_Your budget for this month (${limit:,}) may not pay for another question like this one:"
        " ${spent:,} is spent; it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_This channel's budget for today (${limit:,}) may not pay for another question like this"
        " one: ${spent:,} is spent; it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_This channel's budget for this month (${limit:,}) may not pay for another question like"
        " this one: ${spent:,} is spent; it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_The workspace's budget for today (${limit:,}) may not pay for another question like"
        " this one: ${spent:,} is spent; it starts again on {day} at 00:00 UTC._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_The workspace's budget for this month (${limit:,}) may not pay for another question"
        " like this one: ${spent:,} is spent; it starts again on {day} at 00:00 UTC._"
    ),
}
SHORTENED = {
    (Scope.USER, Period.DAY): (
        "_I stopped here to stay within your budget for today (${limit:,}). Ask me to go on, if"
        " it still has room._"
    ),
    (Scope.USER, Period.MONTH): (
        "_I stopped here to stay within your budget for this month (${limit:,}). Ask me to go"
        " on, if it still has room._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_I stopped here to stay within this channel's budget for today (${limit:,}). Ask me to"
        " go on, if it still has room._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_I stopped here to stay within this channel's budget for this month (${limit:,}). Ask"
        " me to go on, if it still has room._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_I stopped here to stay within the workspace's budget for today (${limit:,}). Ask me"
        " to go on, if it still has room._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_I stopped here to stay within the workspace's budget for this month (${limit:,}). Ask"
        " me to go on, if it still has room._"
    ),
}
SIMPLER_PICTURE_LOW = {
    (Scope.USER, Period.DAY): (
        "_What I drew is of low quality, to stay within your budget for today (${limit:,})._"
    ),
    (Scope.USER, Period.MONTH): (
        "_What I drew is of low quality, to stay within your budget for this month (${limit:,})._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_What I drew is of low quality, to stay within this channel's budget for today"
        " (${limit:,})._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_What I drew is of low quality, to stay within this channel's budget for this month"
        " (${limit:,})._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_What I drew is of low quality, to stay within the workspace's budget for today"
        " (${limit:,})._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_What I drew is of low quality, to stay within the workspace's budget for this month"
        " (${limit:,})._"
    ),
}
SIMPLER_PICTURE_MEDIUM = {
    (Scope.USER, Period.DAY): (
        "_What I drew is of medium quality, to stay within your budget for today (${limit:,})._"
    ),
    (Scope.USER, Period.MONTH): (
        "_What I drew is of medium quality, to stay within your budget for this month"
        " (${limit:,})._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_What I drew is of medium quality, to stay within this channel's budget for today"
        " (${limit:,})._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_What I drew is of medium quality, to stay within this channel's budget for this month"
        " (${limit:,})._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_What I drew is of medium quality, to stay within the workspace's budget for today"
        " (${limit:,})._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_What I drew is of medium quality, to stay within the workspace's budget for this"
        " month (${limit:,})._"
    ),
}
WORDS_ONLY = {
    (Scope.USER, Period.DAY): (
        "_I answered in words only, to stay within your budget for today (${limit:,})._"
    ),
    (Scope.USER, Period.MONTH): (
        "_I answered in words only, to stay within your budget for this month (${limit:,})._"
    ),
    (Scope.CHANNEL, Period.DAY): (
        "_I answered in words only, to stay within this channel's budget for today (${limit:,})._"
    ),
    (Scope.CHANNEL, Period.MONTH): (
        "_I answered in words only, to stay within this channel's budget for this month"
        " (${limit:,})._"
    ),
    (Scope.WORKSPACE, Period.DAY): (
        "_I answered in words only, to stay within the workspace's budget for today (${limit:,})._"
    ),
    (Scope.WORKSPACE, Period.MONTH): (
        "_I answered in words only, to stay within the workspace's budget for this month"
        " (${limit:,})._"
    ),
}
