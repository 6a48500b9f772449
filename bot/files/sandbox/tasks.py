"""Names the tasks of a sandbox process, and loads what each needs with the first of its kind.

Runs inside that process. Each task takes the values of a header and blobs, and returns values and
blobs. See `sandbox.py` for the side of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from bot.files.sandbox.pipe import Header, Message

Task: TypeAlias = Callable[[Header, Sequence[bytes]], Message]
COMPUTING = "bot.files.sandbox.computing"
# Most decoders are given one of these: a decoder loads them while it waits for its first task.
FILE_TASKS_MODULE = "bot.files.sandbox.file_tasks"
FILE_TASKS = {
    "read": "read_file",
    "render": "render_pages",
    "cut_out": "extract_pages",
    "shrink": "shrink_picture",
    "find": "find_pictures",
    "cut": "cut_picture",
    "convert": "convert_picture",
    "sheet": "draw_sheet",
    "edit": "edit_picture",
    "palette": "find_palette",
    "compare": "compare_pictures",
    "marks": "find_marks",
}
# Tasks that only some decoders are given: what they need is loaded with the first of them.
LATER_TASKS = {
    "schema": ("answers", "read_schema"),
    "answer": ("answers", "check_answer"),
    "graphs": ("dependency_graphs", "draw_graphs"),
    "markup": ("markup", "draw_block"),
    "diagram": ("diagrams", "draw_beside"),
    "tables": ("charts", "look_at_tables"),
    "chart": ("charts", "compute"),
    "log": ("failures", "find_relevant_lines"),
    "log_lines": ("failures", "quote_lines"),
    "masks": ("masks", "compute_masks"),
}


def _load_later(module: str, function: str) -> Task:
    def run(header: Header, blobs: Sequence[bytes]) -> Message:
        task: Task = getattr(import_module(module), function)
        return task(header, blobs)

    return run


TASKS: dict[str, Task] = {
    **{name: _load_later(FILE_TASKS_MODULE, function) for name, function in FILE_TASKS.items()},
    **{name: _load_later(f"{COMPUTING}.{module}", f) for name, (module, f) in LATER_TASKS.items()},
}
