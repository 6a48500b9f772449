"""Makes every text fit for PostgreSQL, which holds no NUL and only whole characters of Unicode; and
reads sums of whole numbers as whole numbers.

SQLite keeps a NUL. People and models send one by mistake; it must not cost their question.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event


def register_text_values(engine: Engine) -> None:
    """Have every connection of `engine` replace what PostgreSQL cannot hold by U+FFFD."""
    # Imported here because an installation on SQLite needs none of it.
    from psycopg.adapt import Loader
    from psycopg.types.string import StrDumper, StrDumperUnknown

    class _Text(StrDumper):
        def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
            return super().dump(clean_text(obj))

    class _UnknownText(StrDumperUnknown):
        def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
            return super().dump(clean_text(obj))

    class _WholeNumber(Loader):
        # PostgreSQL sums in `numeric`; no column is one.
        def load(self, data: Any) -> int:
            return int(bytes(data))

    @event.listens_for(engine, "connect")
    def register(connection: Any, _record: Any) -> None:
        adapters = connection.adapters
        adapters.register_dumper(str, _Text)
        adapters.register_dumper(str, _UnknownText)
        adapters.register_loader("numeric", _WholeNumber)


def clean_text(text: str) -> str:
    """Return `text` with U+FFFD in place of each NUL and each half of a character."""
    if text.isascii() and "\x00" not in text:
        return text
    return (
        text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
