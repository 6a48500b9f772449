"""The manifest asks for the scopes of the Web API methods, events and features that Easel uses."""

from __future__ import annotations

import time
from typing import Any, TypeVar, cast

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.escaper import escape_plain
from bot.domain.conversation import Person, Thread
from bot.domain.files import FileRef
from bot.domain.posts import Button, Controls, PostMetadata, Upload
from bot.domain.safe_text import SafeText
from bot.playground.slack import PlayedSlack
from bot.playground.slack.web_api import Rules
from handlers.manifest import (
    list_bot_events,
    list_bot_scopes,
    list_optional_scopes,
    load_manifest,
)
from handlers.operators import SlackOperators
from handlers.views.ask_calls import AskCalls
from handlers.web_api.chat import SlackChat
from handlers.web_api.client import SlackCalls, fetch_identity
from handlers.web_api.directory import SlackDirectory
from handlers.web_api.downloads import SlackFiles
from handlers.web_api.name_cache import NameCache
from handlers.web_api.rate_limits import RateLimiter
from handlers.web_api.sessions.titles import SlackTitles
from handlers.web_api.threads import SlackThreads
from handlers.web_api.uploads import SlackUploads
from tests.support.easel import build_png

# The scope that each Web API method, event and feature needs (docs.slack.dev, their pages).
METHOD_SCOPES = {
    "agents.sessions.rename": "chat:write",
    "assistant.threads.setStatus": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.startStream": "chat:write",
    "chat.stopStream": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",  # in a public channel
    "conversations.info": "channels:read",  # groups:read for a private channel
    "conversations.open": "im:write",
    "conversations.replies": "channels:history",  # in a public channel
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "usergroups.list": "usergroups:read",
    "users.conversations": "channels:read",  # groups:read for private channels
    "users.info": "users:read",
    "users.list": "users:read",
}
# The other scope that a method needs elsewhere.
FURTHER_SCOPES = {"conversations.info": "groups:read"}
METHODS_WITHOUT_SCOPE = {"auth.test"}
EVENT_SCOPES = {
    "agent_session_stopped": "assistant:write",
    "agent_session_title_changed": "assistant:write",
    "app_mention": "app_mentions:read",
    "file_deleted": "files:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
FEATURE_SCOPES = {"agent_view": "assistant:write", "shortcuts": "commands"}

ADAPTERS = (
    AskCalls,
    SlackChat,
    SlackDirectory,
    SlackFiles,
    SlackOperators,
    SlackThreads,
    SlackTitles,
    SlackUploads,
)
_Adapter = TypeVar("_Adapter")


class RecordingClient(AsyncWebClient):
    """Records which methods are called, then calls them."""

    def __init__(self, methods: set[str], **options: Any) -> None:
        super().__init__(**options)
        self.methods = methods

    async def api_call(self, api_method: str, *rest: Any, **options: Any) -> AsyncSlackResponse:
        self.methods.add(api_method)
        return await super().api_call(api_method, *rest, **options)


class UseRecorder:
    """Passes everything to `adapter` and adds the names of what is used to `used`."""

    def __init__(self, adapter: object, used: set[str]) -> None:
        self._adapter = adapter
        self._used = used

    def __getattr__(self, name: str) -> Any:
        self._used.add(f"{type(self._adapter).__name__}.{name}")
        return getattr(self._adapter, name)


def record_uses(adapter: _Adapter, used: set[str]) -> _Adapter:
    return cast(_Adapter, UseRecorder(adapter, used))


async def call_every_adapter(slack: PlayedSlack, methods: set[str], used: set[str]) -> None:
    """Call every public method of the adapters; `used` gets the names of those called."""
    async with aiohttp.ClientSession() as session:
        client = RecordingClient(
            methods, token=slack.bot_token, base_url=slack.api_url, session=session
        )
        calls, limiter = SlackCalls(), RateLimiter(time.monotonic)
        identity = await fetch_identity(client)
        bot_user_id = identity.bot_user_id or ""
        chat = record_uses(SlackChat(client, client, limiter, calls, bot_user_id=bot_user_id), used)
        uploads = record_uses(SlackUploads(client, client, session, limiter, calls), used)
        files = record_uses(
            SlackFiles(session, client=client, api_url=slack.api_url, max_bytes=10_000), used
        )
        threads = record_uses(SlackThreads(client, calls, bot_user_id=bot_user_id), used)
        thread = Thread("T0EASEL", "C0GENERAL", await slack.post_as_person("C0GENERAL", "hello"))
        await call_chat(chat, thread, await call_uploads(uploads, files, thread))
        titles = record_uses(SlackTitles(client, limiter, calls), used)
        await titles.set_title(thread, escape_plain("A fox"))
        operators = record_uses(SlackOperators(client, limiter, calls), used)
        await operators.tell("U0ALEX", escape_plain("a trouble"))
        assert await operators.fetch_missing_scopes() == []
        await threads.fetch_earlier(thread, "9999999999.000000")
        link = f"https://x.slack.com/archives/C0GENERAL/p{thread.root.replace('.', '')}"
        assert (await threads.resolve_links(thread, [link])).quotes
        names = SlackDirectory(
            client, limiter, calls, NameCache(time.monotonic), bot_user_id=bot_user_id
        )
        await call_asks(record_uses(AskCalls(client, limiter, calls, names), used))
        await call_directory(record_uses(names, used))


async def call_asks(asks: AskCalls) -> None:
    alex = Person("U0ALEX", "T0EASEL")
    assert await asks.is_member(alex, "C0GENERAL") is True
    channel = await asks.find_direct(alex)
    await asks.fetch_name(alex, channel)
    thread = await asks.post_once("T0EASEL", channel, SafeText("Hello"), "1", since="1.0")
    assert await asks.post_once("T0EASEL", channel, SafeText("Hello"), "1", since="1.0") == thread
    assert await asks.find_thread("T0EASEL", channel, "1", since="1.0") == thread


async def call_directory(directory: SlackDirectory) -> None:
    ids = ["U0ALEX", "C0GENERAL", "S0DESIGNERS"]
    names = dict[str, str]()
    while len(names) < len(ids):  # it does not wait for long
        names = dict(await directory.fetch_names("T0EASEL", ids))
    await directory.load_people()
    assert directory.find_locale(Person("U0ALEX", "T0EASEL")) == "en-GB"
    await directory.close()


async def call_chat(chat: SlackChat, thread: Thread, picture_id: str) -> None:
    metadata = PostMetadata(1, Controls((Button.RETRY,)))
    assert chat.try_acquire_stream() and chat.try_acquire_append() and chat.try_acquire_update()
    assert chat.try_acquire_removal()
    await chat.set_status(thread, SafeText("is thinking…"))
    await chat.post_ephemeral(thread, Person("U0ALEX", "T0EASEL"), SafeText("Soon"), thread.root)
    stream = await chat.start_stream(thread, Person("U0ALEX", "T0EASEL"), SafeText("One"))
    await chat.append_stream(thread, stream, SafeText(" two"))
    await chat.stop_stream(thread, stream, SafeText(" three"), metadata)
    await chat.post(thread, SafeText("| a |\n|---|\n| 1 |"), metadata)
    post = await chat.post_picture(thread, picture_id, SafeText("Picture"), metadata)
    await chat.replace_picture(thread, post, picture_id, SafeText("Picture"), metadata)
    await chat.update(thread, post, SafeText("Done"), metadata)
    assert await chat.list_own_messages(thread, thread.root)
    await chat.delete(thread, post)


async def call_uploads(uploads: SlackUploads, files: SlackFiles, thread: Thread) -> str:
    """Return the id of a picture that messages may show."""
    upload = Upload(SafeText("fox.png"), SafeText("A fox"), "image/png", build_png(), "")
    shared_id, shown_id, deleted_id = await uploads.upload([upload, upload, upload])
    (shared,) = await uploads.share(thread, [FileRef(shared_id, "fox.png")], fresh=True)
    await uploads.wait_until_shared(thread, [shared])
    assert await uploads.share(thread, [shared], fresh=False)
    assert (await files.look_up(shared)).id == shared_id
    assert await files.fetch(FileRef(shared_id, "fox.png")) == upload.data
    await uploads.complete_unshared(shown_id)
    await uploads.complete_unshared(deleted_id)
    await uploads.delete(deleted_id)
    return shown_id


async def test_every_scope_is_used_and_none_is_missing() -> None:
    methods, used = set[str](), set[str]()
    scopes = frozenset([*list_bot_scopes(), *list_optional_scopes()])
    async with PlayedSlack(Rules(rate_tiers=False, share_delay=0.0, scopes=scopes)) as slack:
        await call_every_adapter(slack, methods, used)
    public = {f"{kind.__name__}.{name}" for kind in ADAPTERS for name in vars(kind)}
    assert used == {name for name in public if "._" not in name}, "this test must call them all"
    assert methods == METHOD_SCOPES.keys() | METHODS_WITHOUT_SCOPE
    needed = {METHOD_SCOPES[method] for method in methods - METHODS_WITHOUT_SCOPE}
    needed |= {scope for method, scope in FURTHER_SCOPES.items() if method in methods}
    needed |= {EVENT_SCOPES[event] for event in list_bot_events()}
    features = load_manifest()["features"]
    needed |= {scope for feature, scope in FEATURE_SCOPES.items() if feature in features}
    assert needed == scopes
