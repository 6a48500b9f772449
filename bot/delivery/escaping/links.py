"""Judges links: whether one names another host than it leads to, or leads into a program. Pure.

A label names a host if it holds a domain name or an address. Browsers are followed in how they read
a sloppy address (url.spec.whatwg.org).
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

# Schemes that only open a page, a mail or a call; a link with any other is shown as text.
_SAFE_SCHEMES = frozenset(("http", "https", "mailto", "tel", "ftp"))
_MAX_LABEL_CHARS, _MAX_BRACKETS = 500, 8
_SCHEME_PATTERN = re.compile(r"([a-z][a-z0-9+.-]*):")
_DOMAIN_PATTERN = re.compile(
    r"(?<![\w.-])((?:[\w-]{1,63}\.){1,10}[^\W\d_][\w-]{1,30})(?![\w-]|\.\w)|"
    r"(?<![\w.-])((?:\d{1,3}\.){3}\d{1,3})(?![\w-]|\.\w)"
)
_NAMED_ADDRESS_PATTERN = re.compile(r"https?:/{0,3}([^\s/?#<>|()\[\]]{1,250})", re.IGNORECASE)
_MAYBE_HOST_PATTERN = re.compile(r"[.&]|xn--", re.IGNORECASE)
_PLAIN_ADDRESS_PATTERN = re.compile(r"(https?)://([a-z0-9.-]{1,250})([/?#][^@\\%&]*)?", re.ASCII)
_WEB_PATTERN = re.compile(r"https?://[^@\\%&]*")
_DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))
_MARKS_PATTERN = re.compile(r"[*`~\\]|(?<!\w)_|_(?!\w)")
_HIDDEN_TARGET_PATTERN = re.compile(r"\]\([^()]*\)?")
_ESCAPE_PATTERN = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
# The endings of files that are those of domains as well, and those that are of files only.
_ENDINGS_OF_BOTH = frozenset(("md", "py", "rs", "sh", "pl", "ps", "so", "cc", "zip", "mov"))
_FILE_ENDING_PATTERN = re.compile(
    r"[jt]sx?|mjs|html?|s?css|jsonl?|ya?ml|toml|xml|ini|cfg|conf|lock|txt|log|[ct]sv|sql|pdf|png"
    r"|jpe?g|gif|webp|svg|bmp|tiff|ico|mp[34]|wav|tar|gz|docx?|xlsx?|pptx?|odt|[ch]pp|java|kt"
    r"|swift|rb|php|go|ipynb|tex|env|exe|dll|bat"
)
# Letters of other scripts that look like Latin ones, of which a look-alike is made.
_LOOKALIKES = frozenset("аеорсухіјѕӏԁԛԝһвкмнтαοενικρτυχγ")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads. `host` is "" for one without; `path` is what follows it."""

    scheme: str
    host: str
    path: str
    names_other: bool = False  # a host before an `@`, where only a name and a password belong

    @property
    def is_text(self) -> bool:
        """Whether a link to it is to be shown as text."""
        return (bool(self.scheme) and self.scheme not in _SAFE_SCHEMES) or self.names_other


def read_target(address: str) -> Target:
    """Read the address of a link as a browser does, whatever it is obscured with."""
    plain = _PLAIN_ADDRESS_PATTERN.fullmatch(address)
    if plain is not None:
        return Target(plain[1], plain[2].strip("."), plain[3] or "")
    text = html.unescape(_ESCAPE_PATTERN.sub("", address))
    if not (text.isascii() and text.isprintable()):
        text = "".join(c for c in text if unicodedata.category(c)[0] not in "CZ")
    found = _SCHEME_PATTERN.match(unquote(text).lower())
    scheme = found[1] if found else ""
    rest = unquote(text)[found.end() :] if found else text
    if scheme in ("", "mailto", "tel"):
        if scheme == "mailto":
            _, at, host = rest.partition("?")[0].rpartition("@")
            return Target(scheme, _normalize_host(host) if at else "", "")
        if not rest.replace("\\", "/").startswith("//"):
            return Target(scheme, "", rest)
    elif scheme not in _SAFE_SCHEMES:
        return Target(scheme, "", rest)
    rest = rest.lstrip("/\\")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    user, _, host_and_port = authority.rpartition("@")
    host = re.sub(r":\d*\Z", "", host_and_port)
    names_other = "." in user.translate(_DOTS)
    return Target(scheme or "https", _normalize_host(host), rest[len(authority) :], names_other)


def is_plain_link(label: str, address: str) -> bool:
    """Whether a link needs no closer look: an ordinary address, and a label that names no host."""
    if _WEB_PATTERN.fullmatch(address) is None:
        return False
    return label.isascii() and not _MAYBE_HOST_PATTERN.search(label)


def choose_shown_host(label: str, target: Target) -> str:
    """Return the host that has to stand in a link's label, "" if the label does not mislead."""
    if not target.host or (label.isascii() and not _MAYBE_HOST_PATTERN.search(label)):
        return ""
    named = list_named_hosts(label, target.path)
    shown = _shorten(target.host)
    is_shown = re.search(rf"(?:(?<![\w.@/-])|(?<=//)){re.escape(shown)}(?![\w-]|\.\w)", label)
    if not named or is_shown is not None:
        return ""
    if any(_shorten(name) == shown for name in named):
        is_lookalike = shown.startswith("xn--") or ".xn--" in shown
        return shown if is_lookalike and _is_latin_lookalike(label) else ""
    return shown


def list_named_hosts(label: str, path: str = "") -> list[str]:
    """Return the hosts that `label` names. The name of a file in `path` is none."""
    text = _HIDDEN_TARGET_PATTERN.sub(" ", label[-_MAX_LABEL_CHARS:])
    text = html.unescape(_MARKS_PATTERN.sub("", text))
    text = unicodedata.normalize("NFKC", text).translate(_DOTS)
    if not text.isascii():
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Mn"))
    addresses = [found.rpartition("@")[2] for found in _NAMED_ADDRESS_PATTERN.findall(text)]
    named = [re.sub(r":\d*\Z", "", host) for host in addresses if "." in host or "xn--" in host]
    for domain, number in _DOMAIN_PATTERN.findall(_NAMED_ADDRESS_PATTERN.sub(" ", text)):
        if number or not _is_file_name(domain, path):
            named.append(domain or number)
    return [host for host in map(_normalize_host, named) if host]


def find_label(before: str) -> str | None:
    """Return the label that ends with `before`, from its bracket on; None if it has none."""
    window = before[-_MAX_LABEL_CHARS:]
    window = window[window.rfind("\n\n") + 1 :]
    if "[" not in window:
        return window if len(window) >= _MAX_LABEL_CHARS else None
    depth, at = 1, len(window)
    for _ in range(_MAX_BRACKETS):
        at = max(window.rfind("[", 0, at), window.rfind("]", 0, at))
        if at < 0:
            return window if len(window) >= _MAX_LABEL_CHARS else None
        depth += 1 if window[at] == "]" else -1
        if depth == 0:
            return window[at + 1 :]
    return window


def _is_file_name(name: str, path: str) -> bool:
    ending = name.rpartition(".")[2].lower()
    if _FILE_ENDING_PATTERN.fullmatch(ending):
        return True
    return ending in _ENDINGS_OF_BOTH and (not path or name.lower() in unquote(path).lower())


def _normalize_host(host: str) -> str:
    """Return a host in lower case ASCII, "" where it is none. Never raises."""
    plain = unicodedata.normalize("NFKC", unquote(host)).translate(_DOTS).strip(".").lower()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    if not plain.isascii():
        try:
            plain = plain.encode("idna").decode()
        except UnicodeError:
            plain = plain.encode("punycode", "ignore").decode()
    return re.sub(r"[^a-z0-9.:-]", "", plain)[:250]


def _shorten(host: str) -> str:
    return host.removeprefix("www.")


def _is_latin_lookalike(label: str) -> bool:
    """Whether letters of another script stand in `label` for Latin ones."""
    letters = [c for c in label.casefold() if c.isalpha() and not c.isascii()]
    return any(c in _LOOKALIKES for c in letters) and all(
        c in _LOOKALIKES or unicodedata.name(c, "").startswith("LATIN") for c in letters
    )
