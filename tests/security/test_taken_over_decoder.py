"""Code that has taken over a decoder by a hostile file finds nothing to take.

The code runs in a real decoder with one task more, as a user without rights, and as whoever runs
the tests. See `decoders/scene.py` for the service that it attacks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.files.sandbox.process import SandboxProcess
from tests.security.decoders.attacks import ATTACKS, RAW_ATTACKS
from tests.security.decoders.scene import (
    SECRET,
    Scene,
    check_nothing_is_lost,
    check_refused,
    require,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes rights away")
BLOCKED_WITHOUT_LANDLOCK = {
    *(name for name in ATTACKS if "write" in name or "make" in name or "link" in name),
    *("open the database to write", "rename the database", "truncate a file of the data folder"),
    *("run a shell", "become a shell", "connect by TCP", "connect to a socket in a folder"),
    *("trace the service", "read the memory of the service", "signal the service"),
    "leave children",
}
BLOCKED_WITHOUT_FILTER = {
    *("read the settings", "read the database", "read the users of the system"),
    *("list the data folder", "rename the database", "open the database to write"),
    *("write into the data folder", "write into the folder of all", "write into shared memory"),
    *("truncate a file of the data folder", "make a folder", "run a shell", "become a shell"),
    *("read the memory of the service", "read the memory file of the service"),
    *("read the environment of the service", "trace the service", "signal the service"),
    *("connect by TCP", "connect to a socket without a folder"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_taken_over_decoder_gets_nothing(scene: Scene, name: str) -> None:
    require(scene.get_decoder("full").protection)
    if name == "start four hundred threads" and not _has_own_users():
        pytest.skip("no user namespaces here: the limit of threads is shared with all processes")
    check_refused(scene.attack("full", name))
    check_nothing_is_lost(scene)


@pytest.mark.parametrize("name", ATTACKS)
def test_also_a_fork_gets_nothing(scene: Scene, name: str) -> None:
    require(scene.get_decoder("forked").protection)
    if name == "start four hundred threads" and not _has_own_users():
        pytest.skip("no user namespaces here: the limit of threads is shared with all processes")
    check_refused(scene.attack("forked", name))
    check_nothing_is_lost(scene)


@pytest.mark.parametrize(
    ("decoder", "user"),
    [
        ("forked", "nobody"),
        ("forked_without_landlock", "nobody"),
        ("forked_without_filter", "nobody"),
        ("forked_as_root", "whoever"),
    ],
)
def test_a_fork_gets_nothing_of_its_server_and_of_other_forks(
    request: pytest.FixtureRequest, decoder: str, user: str
) -> None:
    """What each of them holds is what no other may have: the bytes of another person's file."""
    scene: Scene = request.getfixturevalue("scene" if user == "nobody" else "own_scene")
    protection = scene.get_decoder(decoder).protection
    require(
        protection,
        landlock="without_landlock" not in decoder,
        has_filter="without_filter" not in decoder,
    )
    if not protection.has_filter and protection.landlock < 6:
        pytest.skip("this kernel's Landlock knows no signals")
    other = SandboxProcess(2_048, server=scene.servers[decoder])
    other.start()
    for pid in (scene.servers[decoder].pid, other.pid):
        for name in ("trace the service", "read the memory file of the service",
                     "read the memory of the service", "signal the service",
                     "read the environment of the service"):  # fmt: skip
            check_refused(scene.attack(decoder, name, victim=pid))
    assert other.run_task({"task": "attack", "name": "nothing", "target": {}}, [], 60.0)
    other.kill()


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - {"start four hundred threads"}))
def test_also_as_root_it_gets_nothing(own_scene: Scene, name: str) -> None:
    require(own_scene.get_decoder("as_root").protection)
    check_refused(own_scene.attack("as_root", name))
    check_nothing_is_lost(own_scene)


@pytest.mark.parametrize("name", sorted(BLOCKED_WITHOUT_LANDLOCK))
def test_where_the_kernel_has_no_landlock_the_filter_holds(scene: Scene, name: str) -> None:
    protection = scene.get_decoder("without_landlock").protection
    require(protection, landlock=False)
    assert protection.landlock == 0 and "read all files of this user" in protection.open_doors
    check_refused(scene.attack("without_landlock", name))


@pytest.mark.parametrize("name", sorted(BLOCKED_WITHOUT_FILTER))
def test_where_the_kernel_has_no_filters_landlock_holds(scene: Scene, name: str) -> None:
    protection = scene.get_decoder("without_filter").protection
    require(protection, has_filter=False)
    if protection.landlock < 6:
        pytest.skip("this kernel's Landlock knows no signals")
    assert "start programs" in protection.open_doors
    check_refused(scene.attack("without_filter", name))


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - set(RAW_ATTACKS)))
def test_without_protection_every_attack_succeeds(scene: Scene, name: str) -> None:
    """The attacks are real: were they refused here as well, the tests above would show nothing."""
    tracing = Path("/proc/sys/kernel/yama/ptrace_scope")
    needs_tracing = any(word in name for word in ("memory of", "memory file", "trace", "environ"))
    if needs_tracing and tracing.exists() and tracing.read_text().strip() != "0":
        pytest.skip("this system lets no one trace")
    result = scene.attack("unprotected", name)
    assert "loot" in result, result
    if isinstance(result["loot"], str) and ("memory of" in name or "connect" in name):
        assert result["loot"] == SECRET


def _has_own_users() -> bool:
    if os.getuid() != 0:
        return subprocess.run(["unshare", "-U", "true"], check=False).returncode == 0
    path = Path("/proc/sys/user/max_user_namespaces")
    return path.exists() and int(path.read_text()) > 0
