"""The sorts of files that Slack knows besides plain uploads, and what sets each apart.

Only facts; files are described in `descriptions` and kept in `workspace`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileKind = Literal[
    "hosted",
    "snippet",
    "canvas",
    "post",
    "external",
    "hidden_by_limit",  # too old for the workspace's plan: nothing but its id is told
    "connect",  # from another organisation: files.info tells what the message does not
    "access_denied",  # from another organisation, which does not let the app see it
]


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A file as a person posts it. `filetype` is worked out from the name where it is empty."""

    name: str
    data: bytes = b""
    kind: FileKind = "hosted"
    filetype: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class KindTraits:
    """What a kind changes in the description of a file; "" leaves it as it is."""

    mode: str = "hosted"
    filetype: str = ""
    mimetype: str = ""
    pretty: str = ""
    editable: bool = False
    external_type: str = ""
    served_as: str = ""
    downloads: bool = True


_TRAITS: dict[FileKind, KindTraits] = {
    "snippet": KindTraits("snippet", mimetype="text/plain", editable=True),
    "canvas": KindTraits(
        "quip", "quip", "application/vnd.slack-docs", "Canvas", editable=True, served_as="text/html"
    ),
    "post": KindTraits("post", "post", "text/plain", "Post", editable=True),
    "external": KindTraits("external", "gdoc", external_type="gdrive", downloads=False),
    "hidden_by_limit": KindTraits("hidden_by_limit", downloads=False),
    "access_denied": KindTraits(downloads=False),
}
_DEFAULT_TRAITS = KindTraits()
_SNIPPET_FILETYPES = {
    "py": "python",
    "js": "javascript",
    "ts": "typescript",
    "sh": "shell",
    "rb": "ruby",
    "rs": "rust",
    "md": "markdown",
    "yml": "yaml",
    "txt": "text",
}


def get_traits(kind: FileKind) -> KindTraits:
    return _TRAITS.get(kind, _DEFAULT_TRAITS)


def find_filetype(name: str, kind: FileKind) -> str:
    """Slack's word for the type of a file: a language for snippets, else the name's ending."""
    if get_traits(kind).filetype:
        return get_traits(kind).filetype
    ending = name.rpartition(".")[2].lower()
    if kind == "snippet":
        return _SNIPPET_FILETYPES.get(ending, ending) if "." in name else "text"
    return ending
