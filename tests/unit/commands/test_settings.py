"""Settings of a place, typed without hyphens too; a mistake changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from bot.commands.context import CommandContext
from bot.commands.settings import SettingsCommands
from bot.domain.conversation import Person, Thread
from bot.domain.messages import render
from bot.domain.options import RequestOptions
from bot.request.flags import InvalidFlagError
from bot.request.parse import parse_request


class KeptSettings:
    """Keeps settings in memory."""

    def __init__(self) -> None:
        self._flags: dict[tuple[str, str], str] = {}
        self._setters: dict[tuple[str, str], str] = {}
        self._quiet: set[tuple[str, str]] = set()

    def get(self, team: str, channel: str) -> str:
        return self._flags.get((team, channel), "")

    async def set(self, team: str, channel: str, flags: str, *, set_by: str) -> None:
        self._flags[team, channel] = flags
        self._setters[team, channel] = set_by

    def is_for_mentions_only(self, team: str, channel: str) -> bool:
        return (team, channel) in self._quiet

    async def set_mentions_only(self, team: str, channel: str, *, value: bool, set_by: str) -> None:
        (self._quiet.add if value else self._quiet.discard)((team, channel))
        self._setters[team, channel] = set_by

    def find_setter(self, team: str, channel: str) -> str:
        return self._setters.get((team, channel), "")


class NamelessDirectory:
    """Knows nobody."""

    async def fetch_names(
        self, team: str, ids: Collection[str], *, channel: str = "", waited_seconds: float = 0.0
    ) -> Mapping[str, str]:
        return {}

    def find_locale(self, person: Person) -> str:
        return ""


async def run(
    store: KeptSettings, text: str, *, channel: str = "C1", defaults: RequestOptions | None = None
) -> str:
    context = CommandContext(Thread("T1", channel, "1.0"), Person("U1", "T1"), "1.0")
    commands = SettingsCommands(
        store, defaults or RequestOptions(), frozenset({"T1"}), NamelessDirectory()
    )
    return render((await commands.run(context, parse_request(text))).text, "en")


async def test_settings_are_set_without_hyphens_too() -> None:
    store = KeptSettings()
    assert "Nothing is set for this channel" in await run(store, "settings")
    assert "from now on: `--effort high`" in await run(store, "settings effort high")
    assert "Settings of this channel: `--effort high`" in await run(store, "settings")


async def test_a_mistake_without_hyphens_is_named_and_changes_nothing() -> None:
    store = KeptSettings()
    with pytest.raises(InvalidFlagError) as caught:
        await run(store, "settings effort hihg")
    assert "`--effort hihg`" in caught.value.user_message
    assert "Nothing is set" in await run(store, "settings")


async def test_in_direct_messages_no_sentence_is_about_a_channel() -> None:
    store = KeptSettings()
    texts = ["settings", "settings --effort high", "settings", "settings reset"]
    for defaults in (RequestOptions(), RequestOptions(effort="low")):
        shown = [await run(store, text, channel="D1", defaults=defaults) for text in texts]
        assert all("our direct messages" in text for text in shown)
        assert not any("channel" in text for text in shown)
    await store.set("T1", "D1", "--max-tokens 500", set_by="U1")
    assert "No longer for all direct messages" in await run(store, "settings", channel="D1")
    with pytest.raises(InvalidFlagError) as caught:
        await run(store, "settings --max-tokens 500", channel="D1")
    assert "our direct messages" in caught.value.user_message
