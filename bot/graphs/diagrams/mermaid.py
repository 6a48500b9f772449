"""Writes a diagram as Mermaid, whatever its labels try to be. Pure.

See mermaid.js.org/syntax/flowchart.html; `#35;` and the like are its way to write any sign.
"""

from __future__ import annotations

from bot.graphs.diagrams.diagram import UNSURE, Diagram, DiagramEdge, DiagramNode

_SHAPES = {
    "box": ('["', '"]'),
    "rounded": ('("', '")'),
    "circle": ('(("', '"))'),
    "decision": ('{"', '"}'),
    "database": ('[("', '")]'),
    "person": ('(["', '"])'),
    "document": ('[["', '"]]'),
    "cloud": ('(["', '"])'),
}
_ARROWS = {
    ("solid", "to"): "-->", ("solid", "both"): "<-->", ("solid", "none"): "---",
    ("thick", "to"): "==>", ("thick", "both"): "<==>", ("thick", "none"): "===",
    ("dashed", "to"): "-.->", ("dashed", "both"): "<-.->", ("dashed", "none"): "-.-",
}  # fmt: skip
# Letters, digits and signs that mean nothing in a quoted label.
_PLAIN = frozenset(" .,:!?()+-/=_'’“”„«»–—…€%@")


def format_mermaid(diagram: Diagram) -> str:
    """Return a flowchart of the nodes and edges, and of no others."""
    lines = [f"flowchart {diagram.direction}"]
    groups: dict[str, list[DiagramNode]] = {}
    for node in diagram.nodes:
        groups.setdefault(node.group, []).append(node)
    for number, (group, nodes) in enumerate(groups.items()):
        indent = "    " if group else "  "
        if group:
            lines.append(f'  subgraph g{number}["{escape_label(group)}"]')
        lines += [f"{indent}{_format_node(node)}" for node in nodes]
        if group:
            lines.append("  end")
    lines += [f"  {_format_edge(edge)}" for edge in diagram.edges]
    return "\n".join(lines) + "\n"


def escape_label(label: str) -> str:
    """Return a label in which every sign is shown, and none is read."""
    return "".join(
        c if c.isalnum() or c in _PLAIN or ord(c) > 127 else f"#{ord(c)};" for c in label
    )


def _format_node(node: DiagramNode) -> str:
    start, end = _SHAPES.get(node.shape, _SHAPES["box"])
    doubt = " ?" if node.confidence < UNSURE else ""
    return f"n{node.number}{start}{escape_label(node.label)}{doubt}{end}"


def _format_edge(edge: DiagramEdge) -> str:
    line = "dashed" if edge.line == "dotted" else edge.line
    words = escape_label(edge.label) + (" ?" if edge.confidence < UNSURE else "")
    label = f'|"{words.strip()}"|' if words.strip() else ""
    return f"n{edge.source} {_ARROWS[line, edge.heads]}{label} n{edge.target}"
