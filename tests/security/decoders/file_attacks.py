"""What code does to the service's files that has taken over a sandbox process. See `attacks.py`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

Target: TypeAlias = dict[str, Any]
Attack: TypeAlias = Callable[[Target], Any]


def rename(target: Target) -> str:
    os.rename(target["database"], target["database"] + ".gone")
    os.rename(target["database"] + ".gone", target["database"])
    return "renamed"


def open_to_write(target: Target) -> str:
    with open(target["database"], "r+b") as database:
        database.seek(0, os.SEEK_END)
        return f"{database.tell()} bytes open to be changed"


def change_mode(target: Target) -> str:
    os.chmod(target["database"], 0o644)
    return "changed"


def change_times(target: Target) -> str:
    os.utime(target["database"], (1, 1))
    return "changed"


def truncate(target: Target) -> str:
    os.truncate(target["scratch"], 1)
    return "truncated"


def remove(target: Target) -> str:
    os.unlink(target["scratch"])
    Path(target["scratch"]).write_bytes(b"long enough")
    return "removed"


def link(target: Target) -> str:
    os.link(target["database"], target["folder"] + "/link")
    os.unlink(target["folder"] + "/link")
    return "linked"


def link_by_name(target: Target) -> str:
    os.symlink(target["database"], target["folder"] + "/symlink")
    os.unlink(target["folder"] + "/symlink")
    return "linked"


def make_folder(target: Target) -> str:
    os.mkdir(target["folder"] + "/folder")
    os.rmdir(target["folder"] + "/folder")
    return "made"


# Without protection, each of these succeeds as the user of the service.
FILE_ATTACKS: dict[str, Attack] = {
    "open the database to write": open_to_write,
    "rename the database": rename,
    "change the mode of the database": change_mode,
    "change the times of the database": change_times,
    "truncate a file of the data folder": truncate,
    "remove a file of the data folder": remove,
    "link the database": link,
    "link the database by its name": link_by_name,
    "make a folder": make_folder,
}
