"""Shows a diagram as a table in a message, and as CSV. Pure."""

from __future__ import annotations

from bot.domain.messages import Message, MessageList
from bot.graphs.diagrams.diagram import UNSURE, Diagram, DiagramEdge
from bot.graphs.diagrams.mermaid import format_mermaid
from bot.structured_output.csv_text import format_csv_rows
from bot.structured_output.tables import format_cell, format_row

_MAX_ROWS, _MAX_CHARS, _MAX_MERMAID_CHARS = 50, 6_000, 4_000
_HEADING = Message("| No. | From | To | Kind | Label | Sure |")
_RULE = "| --- | --- | --- | --- | --- | --- |"
_LONE_NODES = "Without a connection: {names}"
_MORE_ROWS = "_The files hold {count:,} more row._"
_SEVERAL_MORE_ROWS = "_The files hold {count:,} more rows._"
_CSV_HEADINGS = (
    "number", "from", "to", "kind", "label", "line", "heads", "sure", "from_group", "to_group",
)  # fmt: skip


def format_diagram(diagram: Diagram) -> MessageList:
    """Return the table of the connections, then the Mermaid code unless it is long."""
    rows = [format_row(_list_cells(diagram, edge)) for edge in diagram.edges[:_MAX_ROWS]]
    while sum(map(len, rows)) > _MAX_CHARS:
        rows.pop()
    parts: list[str] = [MessageList([_HEADING, _RULE, *rows])] if rows else []
    if more := len(diagram.edges) - len(rows):
        parts.append(Message(_MORE_ROWS, plural=_SEVERAL_MORE_ROWS, count=more))
    joined = {end for edge in diagram.edges for end in (edge.source, edge.target)}
    lone = [node.label for node in diagram.nodes if node.number not in joined]
    if lone:
        names = ", ".join(map(format_cell, lone[:_MAX_ROWS]))
        parts.append(Message(_LONE_NODES, names=names))
    mermaid = format_mermaid(diagram)
    if len(mermaid) <= _MAX_MERMAID_CHARS:
        parts.append(f"```mermaid\n{mermaid}```")
    return MessageList(parts, "\n\n")


def format_edges_as_csv(diagram: Diagram) -> bytes:
    """Return one row for each connection, and one for each node without any."""
    nodes, rows = diagram.by_number, list[tuple[object, ...]]()
    for edge in diagram.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        rows.append(
            (edge.number, source.label, target.label, edge.kind, edge.label, edge.line, edge.heads,
             edge.confidence, source.group, target.group)
        )  # fmt: skip
    joined = {end for edge in diagram.edges for end in (edge.source, edge.target)}
    for node in diagram.nodes:
        if node.number not in joined:
            rows.append(
                ("", node.label, "", node.kind, "", "", "", node.confidence, node.group, "")
            )
    return format_csv_rows(_CSV_HEADINGS, rows, "\r\n").encode("utf-8-sig")


def _list_cells(diagram: Diagram, edge: DiagramEdge) -> list[str]:
    nodes = diagram.by_number
    source, target = nodes[edge.source], nodes[edge.target]
    kinds = [edge.kind or (edge.line if edge.line != "solid" else "")]
    kinds += [{"both": "↔", "none": "—"}.get(edge.heads, "")]
    sure = min(edge.confidence, source.confidence, target.confidence)
    doubt = " ?" if sure < UNSURE else ""
    kind = " ".join(filter(None, kinds)) or "→"
    return [str(edge.number), source.label, target.label, kind, edge.label, f"{sure:.0%}{doubt}"]
