"""Sandbox processes that have been taken over: the real ones, with one more task."""

from __future__ import annotations

import os
import sys

from bot.files.sandbox import child, confinement, kernel
from bot.files.sandbox.forking import server
from bot.files.sandbox.pipe import Header, Message
from bot.files.sandbox.protection import Protection
from bot.files.sandbox.tasks import TASKS
from tests.security.decoders.attacks import ATTACKS

NOBODY = 65_534


def run_decoder(
    *,
    as_nobody: bool = True,
    with_landlock: bool = True,
    with_filter: bool = True,
    with_anything: bool = True,
    is_server: bool = False,
) -> None:
    """Run a decoder on a kernel that has only what is asked for, as a user without rights.

    With `is_server` it is the process of which decoders are forks.
    """
    # Loads what a user without rights could not read in an installation of root's.
    confinement.list_readable_paths()
    if as_nobody and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if not with_landlock:
        kernel.detect_landlock = lambda: 0
    if not with_filter:
        confinement._set_filter = lambda: False
    if not with_anything:
        vars(child)["limit_process"] = lambda *_: Protection()
    TASKS["attack"] = _attack
    # In the test's folder, which a decoder may not read: nothing is imported from it any more.
    sys.path_importer_cache.clear()
    if is_server:
        server.main()
    else:
        child.main()


def _attack(header: Header, _blobs: object) -> Message:
    try:
        loot = ATTACKS[header["name"]](header["target"])
    except Exception as error:  # noqa: BLE001 - attacks fail in many ways
        return {"refused": f"{type(error).__name__}: {error}"}, []
    return {"loot": loot}, []
