"""Reads the data of charts, and the texts of SmartArt diagrams, of any Office file."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.markdown import clean_text, escape_cell, format_table
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.xml_trees import find, list_children

_MAX_SERIES, _MAX_POINTS = 50, 500
_NO_VALUES = "The file holds no values of it, only where they come from."
_KINDS = {
    "bar": "bars", "line": "lines", "pie": "pie", "doughnut": "doughnut", "area": "areas",
    "scatter": "points", "bubble": "bubbles", "radar": "radar", "surface": "surface",
    "stock": "stock prices", "ofPie": "pie",
}  # fmt: skip


def read_chart(package: Package, path: str) -> str:
    """Return a chart's title, kind and data as a table; "" for a part that is no chart."""
    tree = package.read_side_tree(path)
    if tree is None:
        return ""
    if tree.tag == "cx:chartSpace":
        return _read_extended(tree)
    chart = find(tree, "c:chart")
    if chart is None:
        return ""
    area = find(chart, "c:plotArea")
    groups = [child for child in (area if area is not None else ()) if _is_group(child)]
    series = [one for group in groups for one in list_children(group, "c:ser")][:_MAX_SERIES]
    kinds = dict.fromkeys(_name_kind(str(group.tag)) for group in groups)
    axes = [_read_title(axis) for axis in (area if area is not None else ()) if _is_axis(axis)]
    lines = [f"[chart of {', '.join(kinds) or 'nothing'}: {_read_title(chart) or 'no title'}]"]
    if any(axes):
        lines.append(f"Axes: {', '.join(filter(None, axes))}")
    return "\n".join([*lines, *_format_series([_read_series(one) for one in series])])


def _is_group(element: Element) -> bool:
    return str(element.tag).endswith("Chart")


def _is_axis(element: Element) -> bool:
    return element.tag in ("c:catAx", "c:valAx", "c:dateAx", "c:serAx")


def _name_kind(tag: str) -> str:
    name = tag.removeprefix("c:").removesuffix("Chart").removesuffix("3D")
    return _KINDS.get(name, name)


def _read_title(element: Element) -> str:
    title = find(element, "c:title")
    if title is None:
        return ""
    texts = [one.text or "" for one in title.iter("a:t")] or [
        one.text or "" for one in title.iter("c:v")
    ]
    return " ".join(clean_text("".join(texts)).split())


def _read_series(series: Element) -> tuple[str, dict[int, str], dict[int, str]]:
    name = find(series, "c:tx")
    title = " ".join(one.text or "" for one in (name.iter("c:v") if name is not None else ()))
    labels = _read_points(_find_first(series, "c:cat", "c:xVal"))
    values = _read_points(_find_first(series, "c:val", "c:yVal"))
    return title, labels, values


def _find_first(element: Element, *paths: str) -> Element | None:
    return next((found for path in paths if (found := find(element, path)) is not None), None)


def _read_points(source: Element | None) -> dict[int, str]:
    """Return the stored points of a series, by their numbers; several levels are joined."""
    points = dict[int, str]()
    if source is None:
        return points
    for point in source.iter("c:pt"):
        index = point.get("idx", "")
        if index.isdigit() and len(points) < _MAX_POINTS:
            value, number = find(point, "c:v"), int(index[:9])
            text = clean_text(value.text or "") if value is not None else ""
            points[number] = f"{text} {points[number]}" if number in points else text
    return points


def _format_series(series: list[tuple[str, dict[int, str], dict[int, str]]]) -> list[str]:
    if not series:
        return []
    are_shared = all(labels == series[0][1] for _, labels, _ in series)
    if not are_shared:
        return [line for one in series for line in (*_format_series([one]), "")]
    labels = series[0][1]
    if not any(values for _, _, values in series):
        return [_NO_VALUES]
    numbers = sorted({*labels, *(n for _, _, values in series for n in values)})[:_MAX_POINTS]
    head = ["", *(title or f"Series {n}" for n, (title, _, _) in enumerate(series, 1))]
    rows = [
        [labels.get(n, str(n + 1)), *(values.get(n, "") for _, _, values in series)]
        for n in numbers
    ]
    return list(format_table([[escape_cell(cell) for cell in row] for row in [head, *rows]]))


def _read_extended(tree: Element) -> str:
    """Read a chart of the newer kind: waterfalls, funnels, trees, histograms."""
    chart = find(tree, "cx:chart")
    title = "".join(one.text or "" for one in (chart.iter("a:t") if chart is not None else ()))
    kinds = [one.get("layoutId", "") for one in tree.iter("cx:series")]
    lines = [f"[chart of {', '.join(dict.fromkeys(kinds)) or 'data'}: {title or 'no title'}]"]
    for data in tree.iter("cx:data"):
        columns = [
            [clean_text(point.text or "") for point in level.iter("cx:pt")][:_MAX_POINTS]
            for level in data.iter("cx:lvl")
        ]
        height = max(map(len, columns), default=0)
        rows = [[c[n] if n < len(c) else "" for c in columns] for n in range(height)]
        head = ["label" if n == 0 else f"data {n}" for n in range(len(columns))]
        lines += format_table([[escape_cell(cell) for cell in row] for row in [head, *rows]])
    return "\n".join(lines)


def read_diagram(package: Package, path: str) -> str:
    """Return the texts of a SmartArt diagram as a nested list; "" if it has none."""
    tree = package.read_side_tree(path)
    if tree is None:
        return ""
    points = {
        point.get("modelId", ""): point
        for point in tree.iter("dgm:pt")
        if point.get("type", "node") in ("node", "asst", "doc")
    }
    children, inner = dict[str, list[tuple[int, str]]](), set[str]()
    for link in tree.iter("dgm:cxn"):
        source, target = link.get("srcId", ""), link.get("destId", "")
        if link.get("type", "parOf") == "parOf" and source in points and target in points:
            order = link.get("srcOrd", "0")
            children.setdefault(source, []).append((int(order) if order.isdigit() else 0, target))
            inner.add(target)
    lines, seen = list[str](), set[str]()
    stack = [(one, 0) for one in reversed([one for one in points if one not in inner])]
    while stack:
        name, level = stack.pop()
        if name in seen:
            continue
        seen.add(name)
        text = _read_point(points[name])
        if text:
            lines.append(f"{'  ' * min(level, 10)}- {text}")
        below = level + 1 if text else level
        stack += [(child, below) for _, child in sorted(children.get(name, []), reverse=True)]
    # Points in a circle have no beginning.
    lines += [
        f"- {text}" for one in points if one not in seen and (text := _read_point(points[one]))
    ]
    return "\n".join(["[diagram:", *lines, "]"]) if lines else ""


def _read_point(point: Element) -> str:
    text = find(point, "dgm:t")
    paragraphs = [
        "".join(one.text or "" for one in paragraph.iter("a:t"))
        for paragraph in (text.iter("a:p") if text is not None else ())
    ]
    return " / ".join(" ".join(clean_text(one).split()) for one in paragraphs if one.strip())
