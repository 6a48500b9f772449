"""No process that a decoder has started, taken over or not, outlives it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from bot.files.sandbox import running
from bot.files.sandbox.family import kill_family
from tests.security.decoders.scene import Scene
from tests.support.process_states import is_running, read_state

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes rights away")


@pytest.mark.parametrize("decoder", ["without_filter", "without_both", "forked_without_filter"])
def test_children_of_a_decoder_end_with_it(scene: Scene, decoder: str) -> None:
    """Also those that left its session, and those whose parent has ended."""
    result = scene.attack(decoder, "leave children")
    assert len(result["loot"]) == 3 and all(map(is_running, result["loot"]))
    scene.end_decoder(decoder)
    _wait_for_ends(result["loot"])


def test_children_of_a_decoder_end_with_it_however_late_it_is_killed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its socket it would end by itself, and whose parent has ended is found no more."""

    def kill_late(pid: int) -> None:
        while read_state(pid) not in "ZXT":
            time.sleep(0.01)
        kill_family(pid)

    monkeypatch.setattr(running, "kill_family", kill_late)
    children = scene.attack("without_both", "leave children")["loot"]
    scene.end_decoder("without_both")
    _wait_for_ends(children)


def _wait_for_ends(pids: list[int]) -> None:
    deadline = threading.Event()
    for _ in range(1_200):
        if not any(map(is_running, pids)):
            return
        deadline.wait(0.05)
    for pid in filter(is_running, pids):
        os.kill(pid, signal.SIGKILL)
    pytest.fail("children of a decoder have survived it")
