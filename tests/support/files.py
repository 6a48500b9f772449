"""Builds files that tests send, and reads them back from requests and from the disk."""

from __future__ import annotations

import base64
import io
from pathlib import Path

from PIL import Image

from bot.playground.slack.workspace import PlayedFile
from tests.support.easel import GENERAL, EaselEnvironment


def read_request_text(easel: EaselEnvironment) -> str:
    """Return the texts of the last message of the last request."""
    content = easel.get_last_request()["messages"][-1]["content"]
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def list_request_files(easel: EaselEnvironment) -> list[tuple[str, bytes]]:
    """Return names and bytes of the files in the last message of the last request."""
    content = easel.get_last_request()["messages"][-1]["content"]
    return [
        (part["file"]["filename"], base64.b64decode(part["file"]["file_data"].partition(",")[2]))
        for part in content
        if part["type"] == "file"
    ]


def get_last_text(easel: EaselEnvironment, root: str) -> str:
    return easel.list_replies(root)[-1].text


def list_files(easel: EaselEnvironment, root: str) -> list[PlayedFile]:
    return [file for reply in easel.list_replies(root) for file in reply.files]


def read_texts(easel: EaselEnvironment, root: str) -> str:
    return "\n".join(reply.text for reply in easel.list_replies(root))


def list_copies(easel: EaselEnvironment) -> list[Path]:
    """List the working copies of files on the disk."""
    return [path for path in easel.folder.rglob("blobs/??/*") if path.is_file()]


def build_pdf(*texts: str) -> bytes:
    """Build a PDF with one page per text; an empty text gives a page with a drawing only."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1"
                            b"/BaseFont/Helvetica>>"]  # fmt: skip
    page_numbers = []
    for text in texts:
        content = f"BT /F1 24 Tf 50 700 Td ({text}) Tj ET" if text else "0 0 200 200 re f"
        stream = content.encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>>>>>" % len(objects)
        )
        page_numbers.append(len(objects))
    kids = b" ".join(b"%d 0 R" % number for number in page_numbers)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(page_numbers), kids)
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


def build_animation(frames: int, size: tuple[int, int] = (64, 48)) -> bytes:
    pictures = [Image.new("RGB", size, (number * 5 % 256, 90, 30)) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return out.getvalue()


def list_texts(easel: EaselEnvironment, root: str, channel: str = GENERAL) -> list[str]:
    """Return what Easel has posted in a thread."""
    return [reply.text for reply in easel.list_replies(root, channel=channel) if reply.from_bot]
