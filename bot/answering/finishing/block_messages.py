"""The sentences on code that was drawn, or could not be."""

from __future__ import annotations

from bot.domain.files import GeneratedFile
from bot.domain.messages import Message
from bot.files.markup_drawer import DrawFailure, DrawnBlock
from bot.markup.code_blocks import BlockKind
from bot.markup.labels import list_labels

DRAWING_BLOCK_STATUS = Message("is drawing the diagram…")
CORRECTED_MESSAGE = "The corrected diagram:"
CORRECTED_MANY_MESSAGE = "The {count} corrected diagrams:"
MORE_BLOCKS_MESSAGE = "_I drew the first {count} diagrams and formulas; the others stand as code._"
_BROKEN = {
    BlockKind.MERMAID: "_I could not draw the Mermaid diagram: “{fault}”. Its code is above._",
    BlockKind.DOT: "_I could not draw the DOT graph: “{fault}”. Its code is above._",
    BlockKind.FORMULA: "_I could not draw the formula: “{fault}”. Its code is above._",
}
_FAILED = {
    DrawFailure.TOO_LONG: Message(
        "_I could not draw the diagram: that takes too long. Its code is above._"
    ),
    DrawFailure.BROKE_DOWN: Message(
        "_I could not draw the diagram: it is too much for my program that draws. Its code is"
        " above._"
    ),
    DrawFailure.NOT_STARTED: Message(
        "_I could not draw the diagram: I could not start the program that draws, which is no"
        " fault of yours. Its code is above._"
    ),
}
_UNKNOWN_DIAGRAM = Message("_I cannot draw this kind of diagram yet. Its code is above._")
_DIAGRAM_ALT = "Diagram drawn from the code in the answer: {labels}"
_BARE_DIAGRAM_ALT = Message("Diagram drawn from the code in the answer")
_FORMULA_ALT = "Formula: {labels}"


def list_block_notes(drawn: list[DrawnBlock]) -> list[Message]:
    """Return what has to be said of blocks without a picture, each thing once."""
    notes = [_format_note(one) for one in drawn if not one.png]
    return list(dict.fromkeys(note for note in notes if note is not None))


def _format_note(drawn: DrawnBlock) -> Message | None:
    if drawn.fault:
        return Message(_BROKEN[drawn.block.kind], fault=drawn.fault)
    if drawn.block.kind is BlockKind.FORMULA:
        # Code is how many formulas are written: no picture is missed.
        return None
    return _UNKNOWN_DIAGRAM if drawn.failure is None else _FAILED[drawn.failure]


def build_block_files(drawn: list[DrawnBlock], taken: int = 0) -> list[GeneratedFile]:
    """Return the pictures as files; `taken` of the answer's blocks were drawn before."""
    files = list[GeneratedFile]()
    for one in drawn:
        if one.png:
            stem = "formula" if one.block.kind is BlockKind.FORMULA else "diagram"
            name = f"{stem}-{taken + len(files) + 1}.png"
            files.append(GeneratedFile(name, "image/png", one.png, alt_text=_build_alt(one)))
    return files


def _build_alt(drawn: DrawnBlock) -> Message:
    labels = list_labels(drawn.block)
    if drawn.block.kind is BlockKind.FORMULA:
        return Message(_FORMULA_ALT, labels=labels)
    return Message(_DIAGRAM_ALT, labels=labels) if labels else _BARE_DIAGRAM_ALT
