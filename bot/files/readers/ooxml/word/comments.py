"""Reads the comments of a Word document, with their authors and the answers to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from bot.files.readers.ooxml.markdown import clean_text
from bot.files.readers.ooxml.package import Package
from bot.files.readers.ooxml.xml_trees import list_children

_MAX_QUOTE_CHARS = 100
_MAX_REPLIES = 200


@dataclass
class Comment:
    """A comment, or a reply to one. `is_reply` stands with the comment that it answers."""

    author: str
    text: str
    is_done: bool = False
    is_reply: bool = False
    replies: list[Comment] = field(default_factory=list)

    def describe(self, quote: str = "") -> str:
        """Return the comment as it is written into the text, with its replies."""
        quote = " ".join(quote.split())
        if len(quote) > _MAX_QUOTE_CHARS:
            quote = f"{quote[:_MAX_QUOTE_CHARS]}…"
        on = f" on “{quote}”" if quote else ""
        by = f" by {self.author}" if self.author else ""
        done = ", resolved" if self.is_done else ""
        answers = "".join(
            f"; reply{f' by {reply.author}' if reply.author else ''}: {reply.text}"
            for reply in self.replies[:_MAX_REPLIES]
        )
        return f"[comment{by}{on}{done}: {self.text}{answers}]"


def read_comments(package: Package, main: str) -> dict[str, Comment]:
    """Return the comments by their ids; replies are also with what they answer."""
    comments, by_paragraph = dict[str, Comment](), dict[str, Comment]()
    for path in package.find_linked(main, "comments"):
        for element in list_children(package.read_side_tree(path), "w:comment"):
            comment = Comment(_read_author(element), _read_text(element))
            comments[element.get("w:id", "")] = comment
            for paragraph in element.iter("w:p"):
                by_paragraph[paragraph.get("w14:paraId", "")] = comment
    by_paragraph.pop("", None)
    for path in package.find_linked(main, "commentsExtended"):
        _connect(list_children(package.read_side_tree(path), "w15:commentEx"), by_paragraph)
    return comments


def _connect(rows: list[Element], by_paragraph: dict[str, Comment]) -> None:
    for row in rows:
        comment = by_paragraph.get(row.get("w15:paraId", ""))
        parent = by_paragraph.get(row.get("w15:paraIdParent", ""))
        if comment is None:
            continue
        comment.is_done = row.get("w15:done") in ("1", "true")
        if parent is not None and parent is not comment and not parent.is_reply:
            comment.is_reply = True
            parent.replies.append(comment)


def _read_author(element: Element) -> str:
    author = clean_text(element.get("w:author", "") or element.get("w:initials", ""))
    return " ".join(author.split())[:100]


def _read_text(element: Element) -> str:
    paragraphs = (
        "".join(one.text or "" for one in paragraph.iter("w:t"))
        for paragraph in element.iter("w:p")
    )
    return " / ".join(filter(None, (" ".join(clean_text(one).split()) for one in paragraphs)))
