"""Holds what a mail says, whoever stored it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail; `content_id` is how its text names it, "" if it does not."""

    name: str
    data: bytes = field(repr=False)
    content_id: str = ""
    # Why its bytes are not looked at, in a few words.
    note: str = ""


@dataclass
class MailContent:
    """One mail: header lines, text in one or both forms, attachments, and the mails in it."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    plain: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    inner: list[MailContent] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it can be shown."""
        return not (self.headers or self.plain.strip() or self.html.strip() or self.attachments)
