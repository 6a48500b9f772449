"""The key that hashes ids of people and threads: a file, or for replicas in the database."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from bot.config import Settings, reveal_secret
from bot.disk.private_folder import PrivateFolder
from bot.domain.errors import StartupError
from storage.engine.database import Database

KEY_FILE_NAME = "pseudonym.key"
_KEY_NAME = "pseudonym"
_KEY_BYTES = 32


async def load_pseudonym_key(settings: Settings, database: Database) -> bytes:
    """Load the key; create it at the first start. Raises `StartupError`."""
    if not settings.is_replicated:
        return await asyncio.to_thread(load_key_file, settings.data_dir)
    from storage.replicas.keys import load_key

    return await load_key(
        database,
        _KEY_NAME,
        reveal_secret(settings.secret),
        new_key=secrets.token_bytes(_KEY_BYTES),
        previous_secret=reveal_secret(settings.previous_secret),
    )


async def move_pseudonym_key(data_dir: Path, database: Database, secret: str) -> None:
    """Bring the key of the installation in `data_dir` into a database of replicas.

    Where it has none, the database makes its own at the first start. Raises `StartupError` where
    the database has another key.
    """
    from storage.replicas.keys import carry_key_over

    if (data_dir / KEY_FILE_NAME).exists():
        key = await asyncio.to_thread(load_key_file, data_dir)
        await carry_key_over(database, _KEY_NAME, key, secret)


def load_key_file(data_dir: Path) -> bytes:
    """Load the key from its file, which is created where there is none. Raises `StartupError`."""
    folder, path = PrivateFolder(data_dir), data_dir / KEY_FILE_NAME
    try:
        # An empty one is what a crash left of it; nothing can have been hashed with it.
        if not path.exists() or not folder.read(KEY_FILE_NAME).strip():
            folder.write(secrets.token_hex(_KEY_BYTES).encode(), KEY_FILE_NAME)
        return bytes.fromhex(folder.read(KEY_FILE_NAME).decode().strip())
    except (OSError, ValueError) as error:
        raise StartupError([f"EASEL_DATA_DIR: {path} cannot be used ({error})"]) from error
