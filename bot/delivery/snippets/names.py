"""Chooses names for files of code, and what Slack calls their languages. Pure.

The model may say a name next to a block. It is taken only where it is a plain name with an ending
of code, so that no answer names a file of any other kind.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

# The type of files with code of an answer. What the language is, their names say.
CODE_MIMETYPE = "text/x-code"
_MAX_NAME_CHARS, _MAX_READ_CHARS = 60, 300
# Ending, Slack's `snippet_type`, then the words after a fence
# (docs.slack.dev, "File object", file types).
_LANGUAGES = (
    ("py", "python", "python py python3 pycon"),
    ("js", "javascript", "javascript js node jsx mjs cjs"),
    ("ts", "javascript", "typescript ts"),
    ("tsx", "javascript", "tsx"),
    ("json", "javascript", "json jsonc json5 ndjson"),
    ("sh", "shell", "sh bash shell zsh console shellsession"),
    ("ps1", "powershell", "powershell ps1 pwsh"),
    ("bat", "text", "bat batch cmd"),
    ("yaml", "yaml", "yaml yml"),
    ("toml", "text", "toml"),
    ("ini", "text", "ini cfg conf properties"),
    ("xml", "xml", "xml xsd xslt"),
    ("html", "html", "html htm vue svelte"),
    ("css", "css", "css"),
    ("scss", "sass", "scss sass less"),
    ("sql", "sql", "sql mysql postgres postgresql plsql tsql sqlite"),
    ("java", "java", "java"),
    ("kt", "kotlin", "kotlin kt kts"),
    ("go", "go", "go golang"),
    ("rs", "rust", "rust rs"),
    ("c", "c", "c"),
    ("h", "c", "h"),
    ("cpp", "cpp", "cpp c++ cc cxx hpp"),
    ("cs", "csharp", "csharp cs c#"),
    ("fs", "fsharp", "fsharp fs f#"),
    ("vb", "vb", "vb vbnet"),
    ("rb", "ruby", "ruby rb"),
    ("php", "php", "php"),
    ("pl", "perl", "perl pl"),
    ("lua", "lua", "lua"),
    ("r", "r", "r rlang"),
    ("m", "matlab", "matlab octave"),
    ("jl", "text", "julia jl"),
    ("scala", "scala", "scala"),
    ("groovy", "groovy", "groovy gradle"),
    ("dart", "dart", "dart"),
    ("swift", "swift", "swift"),
    ("hs", "haskell", "haskell hs"),
    ("ml", "ocaml", "ocaml ml"),
    ("erl", "erlang", "erlang erl"),
    ("ex", "text", "elixir ex exs"),
    ("clj", "clojure", "clojure clj"),
    ("lisp", "lisp", "lisp elisp"),
    ("tex", "latex", "latex tex"),
    ("md", "markdown", "markdown md"),
    ("csv", "csv", "csv"),
    ("tsv", "tsv", "tsv"),
    ("diff", "diff", "diff patch"),
    ("tf", "text", "terraform tf hcl"),
    ("proto", "text", "protobuf proto"),
    ("graphql", "text", "graphql gql"),
    ("mmd", "text", "mermaid mmd"),
    ("dot", "text", "dot graphviz gv"),
    ("txt", "text", "text txt plain plaintext log output"),
)
_WHOLE_NAMES = {"Dockerfile": "dockerfile", "Makefile": "text", "Jenkinsfile": "groovy"}
_WORDS_AS_NAMES = {"dockerfile": "Dockerfile", "docker": "Dockerfile", "makefile": "Makefile"}
_ENDINGS = {word: ending for ending, _, words in _LANGUAGES for word in words.split()}
_TYPES = {ending: kind for ending, kind, _ in _LANGUAGES}
_KNOWN = {word: _TYPES[ending] for word, ending in _ENDINGS.items()}
# Names that other files of an answer have.
_TAKEN = ("answer.md", "logprobs.json", "what-failed.md")
_NAME = r"(?:[\w.-]+/)*(?P<name>[A-Za-z0-9_][\w-]*(?:\.[\w-]+)*)"
_WHOLE_NAME = re.compile(_NAME, re.ASCII)
_INFO_BREAK = re.compile(r"[\s{}:,=\"']+")
_COMMENT_NAME = re.compile(
    rf"\s*(?:#|//|--|;|%|/\*|<!--|\(\*|rem\b)\s*(?:file(?:name)?:\s*)?{_NAME}\s*(?:\*/|-->|\*\))?\s*",
    re.ASCII | re.IGNORECASE,
)
_SAID_NAME = re.compile(rf"`{_NAME}`", re.ASCII)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What may say how a block of code is called.

    `number` counts the blocks of the answer, `info` follows the fence, `said` is the line in front.
    """

    number: int
    info: str
    said: str


def choose_code_name(where: Surroundings, first_line: str, taken: Collection[str]) -> str:
    """Return the name of a block's file: the one that is said, if no other file, `taken`, has it.

    Else it is `code-1.py` and the like.
    """
    info, said = where.info, where.said
    info = info[:_MAX_READ_CHARS]
    words = [word for word in _INFO_BREAK.split(info) if word]
    language = words[0].lower().removeprefix(".") if words else ""
    said_names = _SAID_NAME.findall(said[:_MAX_READ_CHARS])
    comment = _COMMENT_NAME.fullmatch(first_line[:_MAX_READ_CHARS])
    candidates = [found["name"] for word in words if (found := _WHOLE_NAME.fullmatch(word))]
    candidates += [comment["name"]] if comment else []
    # Of two names it is not clear which one the block is.
    candidates += said_names if len(said_names) == 1 else []
    candidates += [_WORDS_AS_NAMES[language]] if language in _WORDS_AS_NAMES else []
    names = {name.lower() for name in (*taken, *_TAKEN)}
    for name in candidates:
        if _is_code_name(name) and name.lower() not in names:
            return name
    ending = _ENDINGS.get(language, "txt")
    made = (f"code-{number}.{ending}" for number in count(where.number))
    return next(name for name in made if name not in names)


def find_snippet_type(name: str, mimetype: str) -> str:
    """Return what Slack calls the language of a file of code, "" for any other file."""
    if mimetype != CODE_MIMETYPE:
        return ""
    return _WHOLE_NAMES.get(name) or _KNOWN.get(name.rpartition(".")[2].lower(), "text")


def _is_code_name(name: str) -> bool:
    if len(name) > _MAX_NAME_CHARS:
        return False
    stem, _, ending = name.rpartition(".")
    # A word that only names the language is no file: “js”, “c”.
    return name in _WHOLE_NAMES or (bool(stem) and ending.lower() in _KNOWN)
