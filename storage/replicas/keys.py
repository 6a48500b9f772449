"""Keys that replicas have in common: in the database, encrypted with a secret that is not there."""

from __future__ import annotations

import hashlib
import os

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.errors import StartupError
from storage.engine.database import Database
from storage.engine.dialects import insert
from storage.engine.named_locks import lock
from storage.replicas.schema import sealed_keys

_SALT_BYTES, _NONCE_BYTES = 16, 12
_SELECT = select(sealed_keys.c.sealed).where(sealed_keys.c.name == bindparam("name"))
_INSERT = insert(sealed_keys)
_UPDATE = (
    update(sealed_keys)
    .where(sealed_keys.c.name == bindparam("of_name"))
    .values(sealed=bindparam("new_sealed"))
)
_ANOTHER_KEY = (
    "EASEL_SECRET is not the one with which the keys in the database are encrypted; set the one"
    " that the other replicas have, and after a change the old one as EASEL_SECRET_PREVIOUS"
)
_OTHER_KEY = "the database has another key {name} already; choose an empty database"


async def load_key(
    database: Database, name: str, secret: str, *, new_key: bytes, previous_secret: str = ""
) -> bytes:
    """Return the key `name`, which is `new_key` where there is none yet.

    A key that is encrypted with `previous_secret` is encrypted with `secret` from then on. Raises
    `StartupError` where neither is the right one, and `StoreError`.
    """

    def load(connection: Connection) -> bytes:
        lock(connection, "key", name)  # replicas may start at once
        sealed = connection.scalar(_SELECT, {"name": name})
        if sealed is None:
            connection.execute(_INSERT, {"name": name, "sealed": seal_key(new_key, name, secret)})
            return new_key
        key = open_key(bytes(sealed), name, secret)
        if key is None and previous_secret:
            key = open_key(bytes(sealed), name, previous_secret)
            if key is not None:
                values = {"of_name": name, "new_sealed": seal_key(key, name, secret)}
                connection.execute(_UPDATE, values)
        if key is None:
            raise StartupError([_ANOTHER_KEY])
        return key

    return await database.write(load)


async def carry_key_over(database: Database, name: str, key: bytes, secret: str) -> None:
    """Store `key` of another installation. Raises `StartupError` where there is another one, or
    `secret` is wrong."""
    if await load_key(database, name, secret, new_key=key) != key:
        raise StartupError([_OTHER_KEY.format(name=name)])


def seal_key(key: bytes, name: str, secret: str) -> bytes:
    """Encrypt `key` with AES-GCM, so that it opens under its own name alone."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not needed on SQLite

    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    return salt + nonce + AESGCM(_derive(secret, salt)).encrypt(nonce, key, name.encode())


def open_key(sealed: bytes, name: str, secret: str) -> bytes | None:
    """Return what `seal_key` has encrypted, None where the secret is another one."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, rest = sealed[:_SALT_BYTES], sealed[_SALT_BYTES:]
    try:
        cipher = AESGCM(_derive(secret, salt))
        return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError):
        return None


def _derive(secret: str, salt: bytes) -> bytes:
    """Return a key of 256 bits. A guess costs 16 MB and tens of milliseconds."""
    return hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
