"""Opens a workbook: its sheets in order, what they share, and what belongs to each sheet."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.safe_text import normalize_file_name
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.workbooks.cells import SharedStrings, SheetCells
from bot.files.readers.ooxml.workbooks.number_formats import NumberFormat, read_formats
from bot.files.readers.ooxml.xml_trees import find, list_children
from bot.files.unreadable import build_unreadable_error

_MAX_SHEETS = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: `state` is “visible”, “hidden” or “veryHidden”; `kind` “worksheet”, “chartsheet”,
    “dialogsheet” or a kind of macro sheet."""

    title: str
    path: str
    kind: str
    state: str

    @property
    def is_hidden(self) -> bool:
        """Whether people do not see it."""
        return self.state in ("hidden", "veryHidden")


class Book:
    """A workbook of the new format, as its package describes it."""

    def __init__(self, package: Package) -> None:
        """Read what its sheets share. Raises `UnreadableError`."""
        self.package = package
        self.main = package.find_main("xl", "xl/workbook.xml")
        tree = package.read_tree(self.main)
        links = package.list_links(self.main)
        self.sheets = [
            Sheet(
                normalize_file_name(sheet.get("name", "")),
                links[link_id].target,
                links[link_id].kind,
                sheet.get("state", "visible"),
            )
            for sheet in list_children(None if tree is None else find(tree, "x:sheets"), "x:sheet")
            if (link_id := sheet.get("r:id", "")) in links
        ][:_MAX_SHEETS]
        if tree is None or not self.sheets:
            raise build_unreadable_error(package.name, "damaged", detail="no sheets")
        properties = find(tree, "x:workbookPr")
        self.is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self._formats = self._read_formats()
        strings = package.find_linked(self.main, "sharedStrings")
        self._strings = SharedStrings(package.read_xml(strings[0]) if strings else b"")

    def open_cells(self, sheet: Sheet, max_columns: int) -> SheetCells:
        """Return a sheet's cells. Raises `UnreadableError` if the sheet is missing."""
        part = self.package.read_xml(sheet.path)
        if not part.strip():
            raise build_unreadable_error(self.package.name, "damaged", detail="no sheet")
        return SheetCells(part, self._strings, self._formats, self.is_1904, max_columns)

    def _read_formats(self) -> list[NumberFormat]:
        linked = self.package.find_linked(self.main, "styles")
        return read_formats(self.package.read_side_tree(linked[0]) if linked else None)
