"""Says which folders of a repository are not its own source, and which files are tests. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NEVER = set(
    re.findall(
        r"\S+",
        "node_modules .git .hg .svn .venv venv .env __pycache__ .tox .nox .mypy_cache "
        ".pytest_cache .ruff_cache .eggs site-packages bower_components jspm_packages "
        ".next .nuxt .svelte-kit .output .turbo .cache .gradle .idea .vscode .terraform "
        ".yarn .pnpm-store Pods ",
    )
)
# Made by builds where they lie next to a manifest; elsewhere they may be anything.
_MADE = {"build", "dist", "out", "target", "vendor", "coverage", "third_party", "env"}
# A folder of such a name that is a package by itself was written by people.
_SIGNS_OF_PACKAGES = ("__init__.py", "mod.rs", "package-info.java")
_MANIFESTS = {"package.json", "pom.xml", "build.gradle", "build.gradle.kts", "Cargo.toml"} | {
    "go.mod",
    "pyproject.toml",
    "setup.py",
    "composer.json",
    "Gemfile",
}
_MINIFIED = re.compile(r"[.-]min\.(?:js|mjs|cjs)$|\.bundle\.js$|\.pb\.go$|_pb2\.py$")
_TEST_FOLDERS = {"test", "tests", "__tests__", "spec", "specs", "testing", "e2e", "__mocks__"}
_TEST_FILE = re.compile(
    r"(?:^test_.*|.*_test|^conftest)\.py$|_test\.go$|\.(?:test|spec|cy|stories)\.[cm]?[jt]sx?$"
    r"|(?:Test|Tests|IT)\.java$|(?:^|_)tests?\.rs$"
)


def split_paths(paths: Iterable[str]) -> tuple[list[str], dict[str, int]]:
    """Return the paths of source, and how many files were left out, by the folder's name."""
    everything = list(paths)
    manifest_folders = {
        path.rpartition("/")[0]
        for path in everything
        if path.rpartition("/")[2] in _MANIFESTS and not _NEVER & set(path.split("/"))
    } | {""}
    kept, left_out = list[str](), dict[str, int]()
    packages = {path.rpartition("/")[0] for path in everything if path.endswith(_SIGNS_OF_PACKAGES)}
    known: dict[str, str] = {}
    for path in everything:
        folder, _, name = path.rpartition("/")
        if folder not in known:
            known[folder] = _find_junk(folder, manifest_folders, packages)
        reason = known[folder] or ("generated" if _MINIFIED.search(name) else "")
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
        else:
            kept.append(path)
    return kept, left_out


def is_test(path: str) -> bool:
    """Whether a file is there to test others."""
    *folders, name = path.split("/")
    return bool(_TEST_FOLDERS & set(folders)) or _TEST_FILE.search(name) is not None


def _find_junk(folder: str, manifest_folders: set[str], packages: set[str]) -> str:
    """Return the name of the folder that makes a file junk, else nothing."""
    parts = folder.split("/") if folder else []
    for at, part in enumerate(parts):
        parent = "/".join(parts[:at])
        is_made = part in _MADE and parent in manifest_folders and "src" not in parts[:at]
        if part == "venv" or is_made:
            is_own = "/".join(parts[: at + 1]) in packages
        else:
            is_own = part not in _NEVER and not part.endswith(".egg-info")
        if not is_own:
            return part
    return ""
