"""Prints a Markdown table line by line, as its figures arrive."""

from __future__ import annotations


def print_head(*columns: str) -> None:
    print("\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|", flush=True)


def print_row(name: str, *cells: object) -> None:
    print(f"| {name} | " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
