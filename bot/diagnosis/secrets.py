"""Masks passwords, keys and tokens in lines of logs, before anyone is shown them. Pure."""

from __future__ import annotations

import re

MASK = "•••"
_MAX_CHARS = 20_000
# Words that say a line holds one: all others are left alone at once.
_HINTS = (
    "pass", "pwd", "secret", "token", "key", "auth", "cookie", "cred", "://", "ghp_", "gho_",
    "ghs_",
    "ghu_", "ghr_", "github_pat_", "glpat-", "xox", "xapp-", "sk-", "sk_", "pk_", "rk_", "akia",
    "asia", "aiza", "ya29.", "eyj", "npm_", "pypi-", "hf_", "sg.", "sig", "bearer", "hooks.",
    "private", "dop_v1_", "shpat_", "code=", "session",
)  # fmt: skip
_TOKEN = re.compile(
    r"\b(?:gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|gl[a-z]{2,5}-[\w-]{16,200}"
    r"|xox[a-z]-[\w-]{8,250}|xapp-[\w-]{8,250}|(?:sk|rk|pk)[-_](?:live_|test_|proj-|ant-|or-)?"
    r"[A-Za-z0-9_-]{16,250}|A(?:KI|SI)A[0-9A-Z]{16}|AIza[\w-]{30,60}|ya29\.[\w-]{20,300}"
    r"|eyJ[\w-]{8,2000}\.[\w-]{8,4000}(?:\.[\w-]{0,2000})?|npm_[A-Za-z0-9]{30,60}"
    r"|pypi-[\w-]{30,300}|hf_[A-Za-z0-9]{20,60}|SG\.[\w-]{16,40}\.[\w-]{16,80}"
    r"|dop_v1_[0-9a-f]{40,80}|shpat_[0-9a-fA-F]{20,60})"
)
_HOOK = re.compile(r"(hooks\.slack(?:-gov)?\.com/[a-z]{1,12}/)[\w/-]{8,200}", re.IGNORECASE)
_URL_PASSWORD = re.compile(
    r"(\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]{0,200}:)[^\s/@]{1,300}(@)", re.IGNORECASE
)
_URL_TOKEN = re.compile(r"(\bhttps?://)[^\s/:@]{8,300}(@)", re.IGNORECASE)
_HEADER = re.compile(
    r"((?:proxy-)?authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:bearer|basic|digest|token|negotiate)?"
    r"\s{0,3})(?!(?:bearer|basic|digest|token|negotiate)\b)[^\s\"',;•]{4,4000}",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer\s{1,3})[\w.~+/=-]{12,4000}", re.IGNORECASE)
_COOKIE = re.compile(r"((?:set-)?cookie[\"']?\s{0,3}[:=]\s{0,3})\S.{0,4000}", re.IGNORECASE)
_PAIR = re.compile(
    r"(?P<name>[\w.-]{0,40}?(?:passwords?|passwd|passphrase|pwd|secrets?|tokens?|api[_-]?keys?|apikey"
    r"|access[_-]?key(?:[_-]?id)?|private[_-]?key|account[_-]?key|encryption[_-]?key|signing[_-]?key"
    r"|credentials?|signature|session[_-]?id|sessid)[\w-]{0,20})"
    r"(?P<mark>[\"']?\s{0,3}(?:=>|:=|[:=])\s{0,3})(?P<quote>[\"']?)(?P<value>[^\s\"',;&<>]{3,4000})",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"([?&](?:[\w.-]{0,40}(?:token|key|secret|sig|signature|password|auth|code|credential|session)"
    r"[\w.-]{0,20})=)[^\s&#\"'<>]{3,4000}",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"(\s--?(?:password|passwd|token|secret|api-?key|auth-token|access-token)\s{1,3})[^\s-][^\s]{2,300}",
    re.IGNORECASE,
)
_KEY_BLOCK = re.compile(r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).{0,20000}", re.IGNORECASE)
_KEY_LINE = re.compile(r"[A-Za-z0-9+/]{60,76}={0,2}")
# What is said of a secret, and is none.
_WORDS = re.compile(
    r"(?:\*+|x+|•+|\.+|<.*|\$.*|%.*|\{.*|\[.*|null|nil|none|undefined|true|false|empty|unset|missing"
    r"|required|invalid|incorrect|wrong|expired|expected|unexpected|not|is|was|must|has|for|of|and"
    r"|authentication|failed|error|denied|unknown|redacted|masked|hidden|removed|string|number|found"
    r"|default|optional|the|a|an|in|to|from|with|or|could|cannot)[.:!?)\]]*",
    re.IGNORECASE,
)


def redact_secrets(text: str) -> str:
    """Return a line with `MASK` in place of what looks like a password, a key or a token."""
    low = text[:_MAX_CHARS].lower()
    if _KEY_LINE.fullmatch(text.strip()):
        return MASK
    if not any(hint in low for hint in _HINTS):
        return text
    text = _TOKEN.sub(MASK, text)
    text = _HOOK.sub(rf"\1{MASK}", text)
    text = _URL_PASSWORD.sub(rf"\1{MASK}\2", text)
    text = _URL_TOKEN.sub(rf"\1{MASK}\2", text)
    text = _KEY_BLOCK.sub(rf"\1 {MASK}", text)
    text = _COOKIE.sub(rf"\1{MASK}", text)
    for pattern in (_HEADER, _BEARER, _PARAMETER, _OPTION):
        text = pattern.sub(rf"\1{MASK}", text)
    return _PAIR.sub(_redact_pair, text)


def _redact_pair(found: re.Match[str]) -> str:
    value = found["value"]
    if _WORDS.fullmatch(value) or not _is_secret(found["name"], found["mark"], value):
        return found[0]
    return f"{found['name']}{found['mark']}{found['quote']}{MASK}"


def _is_secret(name: str, mark: str, value: str) -> bool:
    """Whether `value` is a secret called `name`, and not a word of a sentence about it."""
    if "pass" in name.lower() or "pwd" in name.lower() or "=" in mark:
        return True
    has_digit = any(character.isdigit() for character in value)
    return len(value) >= 16 or (has_digit and len(value) >= 6)
