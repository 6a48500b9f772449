"""Why a block of code is not drawn. Pure."""

from __future__ import annotations


class BrokenMarkupError(Exception):
    """The code is wrong; the text is what its parser says."""


class UnknownMarkupError(Exception):
    """The code may be right, and is nothing that is drawn here."""
