"""Workbooks as Markdown tables."""
