"""`Gemfile.lock` of bundler: where gems come from, what they need, and what is asked for. Pure.

A gem that is there for several systems is one node: its needs are joined.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice

from bot.domain.messages import Message
from bot.graphs.graph import Graph, clean_label
from bot.graphs.manifests import kinds, refusals
from bot.graphs.manifests.draft import MAX_VERSIONS, GraphDraft
from bot.graphs.manifests.file_names import is_named
from bot.graphs.manifests.format import ManifestFormat
from bot.graphs.manifests.texts import split_lines

_NAME = "Gemfile.lock"
_SOURCES = ("GEM", "GIT", "PATH", "PLUGIN SOURCE")
_SPEC = re.compile(r"([^\s!]+)(?: \(([^()]*)\))?!?")
_NO_GROUPS_MESSAGE = "{file} does not tell the groups: what is for development stands in Gemfile."
_IN_BUNDLER = {"bundler"}


def read_gemfile_lock(name: str, text: str) -> Graph:
    """Return the whole graph. Raises `GraphError`."""
    return _GemfileLock(name).read(split_lines(name, text))


class _GemfileLock:
    """One lock, read from above; needs wait until all gems are known."""

    def __init__(self, file: str) -> None:
        self._draft = GraphDraft(file)
        self._root = self._draft.add_root(file)
        self._ids: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._needs: list[tuple[str, str, str]] = []
        self._section = ""
        self._gem = ""
        self._remote = ""

    def read(self, lines: list[str]) -> Graph:
        has_dependencies = False
        for number, line in enumerate(lines, 1):
            content = line.strip()
            indent = len(line) - len(line.lstrip(" "))
            if not content:
                continue
            if indent == 0:
                if content != content.upper():
                    raise refusals.refuse_line(self._draft.file, _NAME, number)
                self._section, self._gem, self._remote = content, "", ""
                has_dependencies |= content in ("DEPENDENCIES", *_SOURCES)
            elif not self._take(content, indent):
                raise refusals.refuse_line(self._draft.file, _NAME, number)
        if not has_dependencies:
            raise refusals.refuse_shape(self._draft.file, _NAME, "DEPENDENCIES")
        for source, gem, label in self._needs:
            self._meet(source, gem, label)
        self._draft.note(Message(_NO_GROUPS_MESSAGE, file=clean_label(self._draft.file)))
        return self._draft.build(is_whole=True)

    def _take(self, content: str, indent: int) -> bool:
        """Read a line of a section; False where it is not of its form."""
        if self._section in _SOURCES:
            return self._take_of_source(content, indent)
        if self._section == "DEPENDENCIES":
            found = _SPEC.fullmatch(content)
            if found:
                self._needs.append((self._root, found[1], found[2] or ""))
            return bool(found)
        if self._section == "RUBY VERSION":
            version = content.removeprefix("ruby ").strip()
            node_id = self._draft.add("ruby", version, kind=kinds.PLATFORM)
            self._draft.connect(self._root, node_id, kinds.PLATFORM)
        # PLATFORMS, CHECKSUMS, BUNDLED WITH and what comes later need nothing.
        return bool(self._section)

    def _take_of_source(self, content: str, indent: int) -> bool:
        if indent == 2:
            key, _, value = content.partition(":")
            if key == "remote":
                self._remote = value.strip()
            return True
        found = _SPEC.fullmatch(content)
        if not found or (indent > 4 and not self._gem):
            return False
        if indent <= 4:
            version = (found[2] or "").partition("-")[0]
            group = "" if self._section == "GEM" else self._remote
            self._gem = self._draft.add(found[1], version, group=group)
            self._ids[found[1]][self._gem] = None
        else:
            self._needs.append((self._gem, found[1], found[2] or ""))
        return True

    def _meet(self, source: str, gem: str, label: str) -> None:
        targets = list(islice(self._ids.get(gem, ()), MAX_VERSIONS))
        if not targets and gem in _IN_BUNDLER:
            # Bundler never locks itself.
            targets = [self._draft.add(gem, kind=kinds.PLATFORM)]
        elif not targets:
            targets = [self._draft.add_gone(gem)]
        for target in targets:
            is_open = len(targets) > 1
            self._draft.connect(source, target, kinds.PRODUCTION, label, is_open=is_open)


def _is_gemfile_lock(name: str, head: str) -> bool:
    return is_named(name, "gemfile.lock", "gems.locked") or head.startswith("GEM\n  remote:")


FORMAT = ManifestFormat(_NAME, _is_gemfile_lock, read_gemfile_lock)
