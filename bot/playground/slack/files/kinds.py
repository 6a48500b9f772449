"""The kinds of files in Slack other than plain uploads, and how their descriptions differ.

See `descriptions.py` for describing a file, `workspace.py` for storing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FileKind = Literal[
    "hosted",
    "snippet",
    "canvas",
    "post",
    "email",  # forwarded into a channel: Slack keeps it as a web page, under its subject
    "external",
    "hidden_by_limit",  # too old for the workspace's plan: Slack shows only its id
    "connect",  # from another organisation: only files.info describes it
    "access_denied",  # from another organisation, and the app may not see it
]


@dataclass(frozen=True, slots=True)
class PostedFile:
    """A file as a person posts it. An empty `filetype` is derived from the name.

    `transcript` is what Slack writes down of a clip, in WebVTT.
    """

    name: str
    data: bytes = b""
    kind: FileKind = "hosted"
    filetype: str = ""
    alt: str = ""
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class KindTraits:
    """What a kind changes in the description of a file; "" changes nothing."""

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
    "email": KindTraits("email", "email", "text/html", "Email", served_as="text/html"),
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
# Slack's names of the languages of snippets (docs.slack.dev, "File object", file types).
_SNIPPET_TYPE_WORDS = """
    applescript boxnote c clojure coffeescript cfm cpp crystal csharp css csv cypher d dart diff
    dockerfile erlang fsharp fortran go groovy handlebars haskell haxe html java javascript kotlin
    latex lisp lua markdown matlab mumps ocaml objc pascal perl php pig post powershell puppet
    python r ruby rust sass scala scheme shell smalltalk sql swift text tsv vb vbscript velocity
    verilog xml yaml
"""
SNIPPET_TYPES = frozenset(_SNIPPET_TYPE_WORDS.split())


def get_traits(kind: FileKind) -> KindTraits:
    return _TRAITS.get(kind, _DEFAULT_TRAITS)


def find_filetype(name: str, kind: FileKind) -> str:
    """Return Slack's name of a file's type: a snippet's language, or else the name's ending."""
    if get_traits(kind).filetype:
        return get_traits(kind).filetype
    ending = name.rpartition(".")[2].lower()
    if kind == "snippet":
        return _SNIPPET_FILETYPES.get(ending, ending) if "." in name else "text"
    return ending
