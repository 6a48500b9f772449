"""Finds links to messages and to files of Slack in the addresses of a message. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Of a workspace, of an enterprise (acme.enterprise.slack.com), of a government's Slack.
_HOST = r"https?://(?:[\w-]{1,80}\.){0,3}slack(?:-gov)?\.com"
# Permalinks, in the form that Slack gives to a copied link of a message or a file.
_MESSAGE_LINK_PATTERN = re.compile(
    rf"{_HOST}/archives/([A-Z0-9]{{3,40}})/p(\d{{10}})(\d{{6}})"
    r"(?:\?[^\s<>|()]{0,300}?\bthread_ts=(\d{1,12}\.\d{1,9}))?"
)
# The address of the browser's client while it shows a thread.
_CLIENT_LINK_PATTERN = re.compile(
    rf"{_HOST}/client/[A-Z0-9]{{3,40}}/[A-Z0-9]{{3,40}}/thread/([CDG][A-Z0-9]{{2,40}})-(\d{{10}}\.\d{{6}})"
)
_FILE_LINK_PATTERN = re.compile(r"https?://[\w.:-]{1,200}/files/[A-Z0-9]{3,40}/(F[A-Z0-9]{2,40})")
_MAX_LINK_CHARS = 2_000


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A link to the message at `ts`; `root` is the ts of its thread, "" if the link has none."""

    channel: str
    ts: str
    root: str = ""


def find_message_links(links: Iterable[str]) -> list[MessageLink]:
    """Return the messages that `links` lead to, each once, in order."""
    found: dict[tuple[str, str], MessageLink] = {}
    for link in (whole[:_MAX_LINK_CHARS] for whole in links):
        for channel, seconds, micros, root in _MESSAGE_LINK_PATTERN.findall(link):
            ts = f"{seconds}.{micros}"
            found.setdefault((channel, ts), MessageLink(channel, ts, root))
        for channel, ts in _CLIENT_LINK_PATTERN.findall(link):
            found.setdefault((channel, ts), MessageLink(channel, ts, ts))
    return list(found.values())


def find_file_ids(links: Iterable[str]) -> frozenset[str]:
    """Return the ids of the files that `links` lead to."""
    return frozenset(
        file_id for link in links for file_id in _FILE_LINK_PATTERN.findall(link[:_MAX_LINK_CHARS])
    )
