"""Settings are those of a channel, or of a conversation between two, and are called so."""

from __future__ import annotations

import pytest

from bot.commands.context import CommandContext
from bot.commands.settings import SettingsCommands
from bot.domain.conversation import Person, Thread
from bot.domain.options import RequestOptions
from bot.request.flags import InvalidFlagError
from bot.request.parse import parse_request


class KeptSettings:
    """Keeps settings in memory."""

    def __init__(self) -> None:
        self._flags: dict[tuple[str, str], str] = {}

    def get(self, team: str, channel: str) -> str:
        return self._flags.get((team, channel), "")

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None:
        self._flags[team, channel] = flags


async def run(store: KeptSettings, channel: str, text: str) -> str:
    context = CommandContext(Thread("T1", channel, "1.0"), Person("U1", "T1"), "1.0")
    commands = SettingsCommands(store, RequestOptions())
    return (await commands.run(context, parse_request(text))).text


@pytest.mark.parametrize(("channel", "place"), [("C1", "channel"), ("D1", "conversation")])
async def test_the_place_is_called_what_it_is(channel: str, place: str) -> None:
    store = KeptSettings()
    assert f"Nothing is set for this {place}." in await run(store, channel, "settings")
    said = await run(store, channel, "settings effort high")
    assert f"Set for this {place} from now on: `--effort high`" in said
    assert f"Settings of this {place}: `--effort high`" in await run(store, channel, "settings")
    assert f"Nothing is set for this {place} any" in await run(store, channel, "settings reset")


async def test_a_mistake_without_hyphens_is_named_and_changes_nothing() -> None:
    store = KeptSettings()
    with pytest.raises(InvalidFlagError) as caught:
        await run(store, "C1", "settings effort hihg")
    assert "`--effort hihg`" in caught.value.user_message
    assert "Nothing is set" in await run(store, "C1", "settings")
