"""Reads the text of single settings. Raises `ValueError` that says how to write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticKnownError

from bot.llm.providers import PROVIDERS

SQLITE_PREFIX, POSTGRES_PREFIX = "sqlite:///", "postgresql://"
MIN_SECRET_CHARS = 32
MAKE_SECRET = "make one with `openssl rand -base64 48`"  # noqa: S105 - how to make one


def check_database_url(url: str) -> str:
    """Return `url` as `sqlite:///path` or `postgresql://…`; "" where it is empty."""
    if not url or (url.startswith(SQLITE_PREFIX) and len(url) > len(SQLITE_PREFIX)):
        return url
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError(
            "give sqlite:///path/to/easel.db, or postgresql://user:password@host:5432/database"
        )
    address = urlsplit(f"{POSTGRES_PREFIX}{rest}")
    has_host = bool(address.hostname) or "host=" in address.query
    try:
        has_right_port = address.port is None or address.port > 0
    except ValueError:
        has_right_port = False
    if not has_host or not has_right_port or not address.path.strip("/"):
        raise ValueError(
            "name host and database, as in postgresql://user:password@host:5432/database; a"
            " password with / ? # @ or : in it is written with %2F %3F %23 %40 and %3A"
        )
    return f"{POSTGRES_PREFIX}{rest}"


def parse_with(parse: Callable[[str], object]) -> BeforeValidator:
    """Return what has pydantic read the text of a setting by `parse`."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def check_provider(value: object) -> str:
    """Return the name of a provider that Easel knows."""
    name = normalize_word(value)
    if not isinstance(name, str) or name not in PROVIDERS:
        *names, last = (f"'{name}'" for name in PROVIDERS)
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(names)} or {last}"})
    return name


def normalize_word(value: object) -> object:
    """Return one of a few words in small letters, however it was typed."""
    return value.strip().lower() if isinstance(value, str) else value


def normalize_capitals(value: object) -> object:
    """Return one of a few words in capitals, however it was typed."""
    return value.strip().upper() if isinstance(value, str) else value


def check_help_url(url: str) -> str:
    """Return `url` if a link to it can stand in any message; "" where it is empty."""
    is_address = re.fullmatch(r"https?://[^\s<>|()\[\]]{1,1000}", url)
    if url and not (is_address and url.isprintable()):
        raise ValueError("give an address without spaces and brackets: https://example.com/easel")
    return url


def parse_listen_address(text: str) -> tuple[str, int]:
    """Parse `host:port`; the host may be an IPv6 address in brackets."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65_535:
        raise ValueError("give host:port, as in 127.0.0.1:9464 or [::1]:9464")
    return host, int(port)


def is_of_kubernetes(value: object) -> bool:
    """Whether Kubernetes has set it: EASEL_PORT=tcp://… where a service has the name easel."""
    return isinstance(value, str) and value.startswith("tcp://")


def parse_models(text: str) -> tuple[tuple[str, str], ...]:
    """Parse a list of `provider:model`. Whether there is such a provider is checked elsewhere."""
    pairs = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    if any(not colon or not model.strip() for _, colon, model in pairs):
        raise ValueError("give provider:model, as in openai:gpt-5.4, with commas between them")
    return tuple((name.strip(), model.strip()) for name, _, model in pairs)


def check_http_address(url: str) -> str:
    """Return `url` if secrets may be sent there: over TLS, or on this machine."""
    address = _parse_address(url)
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(
            "give a full address, which begins with https:// (or http:// on this machine)"
        )
    # Paths are written after it.
    if "?" in url or "#" in url:
        raise ValueError("give the address without what begins with ? or #")
    if address.scheme == "http" and address.host not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("http sends tokens in clear text; use https")
    return url


def _parse_address(url: str) -> httpx.URL:
    """Parse `url` as it is when requests are sent."""
    try:
        urlsplit(url).port  # noqa: B018 - raises for one above 65535, which httpx takes
        address = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        address = None
    if address is None or " " in url or not url.isprintable():
        raise ValueError("no request can be sent to such an address; check its host and its port")
    return address


def split_ids(value: object, pattern: str, wanted: str) -> object:
    """Split a list of Slack's ids, if it is text."""
    if not isinstance(value, str):
        return value
    names = frozenset(part.strip() for part in value.split(",") if part.strip())
    wrong = sorted(name for name in names if not re.fullmatch(pattern, name))
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: give {wanted}, with commas")
    return names


def check_key(value: SecretStr | None) -> SecretStr | None:
    """Return `value` if a header can carry it: what is pasted may hold invisible characters."""
    text = reveal_secret(value)
    wrong = next((place for place, char in enumerate(text) if not "!" <= char <= "~"), None)
    if wrong is not None:
        raise ValueError(
            f"its character number {wrong + 1} (U+{ord(text[wrong]):04X}) cannot be part of a key;"
            " copy it again, without spaces, line breaks and quotation marks"
        )
    return value


def check_secret(value: SecretStr | None) -> SecretStr | None:
    """Return `value` if it is long enough to keep what it encrypts."""
    if value is not None and len(value.get_secret_value()) < MIN_SECRET_CHARS:
        raise ValueError(f"it needs at least {MIN_SECRET_CHARS} characters; {MAKE_SECRET}")
    return value


# A secret that is at least `MIN_SECRET_CHARS` long.
Secret: TypeAlias = Annotated[SecretStr | None, AfterValidator(check_secret)]
# A key or token that is sent in a header.
Key: TypeAlias = Annotated[SecretStr | None, AfterValidator(check_key)]


def reveal_secret(value: SecretStr | None) -> str:
    """Return the secret itself, "" where there is none."""
    return "" if value is None else value.get_secret_value()
