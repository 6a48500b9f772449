"""Files with flaws: what can be read is read, and what is said of them is true."""

from __future__ import annotations

import random
import zlib

from PIL import Image

from bot.playground.slack import PostedFile
from tests.corpus.png_writer import insert_chunks
from tests.support.easel import EaselEnvironment, build_png, list_pictures
from tests.support.files import get_last_text, read_request_text
from tests.support.pictures import encode_picture


def build_noise(kind: str = "PNG") -> bytes:
    raw = random.Random(3).randbytes(200 * 200 * 3)
    return encode_picture(Image.frombytes("RGB", (200, 200), raw), kind)


async def test_flaws_that_no_viewer_minds_are_not_mentioned(easel: EaselEnvironment) -> None:
    text = b"parameters\0\0" + zlib.compress(b"masterpiece " * 300_000)
    sent = [
        ("made.png", insert_chunks(build_png(), (b"zTXt", text))),
        ("photo.jpg", build_noise("JPEG")[:-2]),
        ("anim.gif", build_noise("GIF")[:-1]),
    ]
    root = await easel.ask("describe these", files=sent)
    assert len(list_pictures(easel.get_last_request())) == 3
    said = get_last_text(easel, root)
    assert "damaged" not in said and "cut off" not in said
    assert "is not here" not in read_request_text(easel)


async def test_of_a_picture_that_is_cut_off_the_rest_is_shown_and_that_is_said(
    easel: EaselEnvironment,
) -> None:
    whole = build_noise()
    root = await easel.ask("describe it", files=[("half.png", whole[: len(whole) // 2])])
    assert len(list_pictures(easel.get_last_request())) == 1
    assert "[Of half.png this is not here: about 5" in read_request_text(easel)
    assert "half.png is cut off or damaged: I used what is left of it" in get_last_text(easel, root)
    await easel.ask("what did you see?", thread_ts=root)
    assert "left out: about 5" in get_last_text(easel, root)


async def test_what_is_no_picture_is_not_called_one(easel: EaselEnvironment) -> None:
    sent = [
        ("bad.png", b"\x89PNG\r\n"),
        ("tiny.jpg", b"broken"),
        ("noise.webp", bytes(range(256)) * 9),
        ("notes.png", b"The code is MAPLE-7, says Sam."),
    ]
    root = await easel.ask("what is on these?", files=sent)
    said = get_last_text(easel, root)
    assert "bad.png: it is damaged or cut off" in said
    assert "tiny.jpg: it is damaged or cut off" in said
    assert "noise.webp: its name is that of a picture, but its content is none" in said
    assert "notes.png is not what its name says. I read it as: text." in said
    request_text = read_request_text(easel)
    assert "[Of notes.png this is not here: what its name promises, as its content is: text]" in (
        request_text
    )
    assert "MAPLE-7" in request_text


async def test_files_that_are_web_pages_are_not_taken_for_slack_s_sign_in_page(
    easel: EaselEnvironment,
) -> None:
    page = b"<!DOCTYPE html><html><body><p>Ship on <b>Tuesday</b></p></body></html>"
    program = b"<!DOCTYPE html><html><?php echo $MAPLE; ?></html>"
    sent = [
        PostedFile("Re: the plan", page, kind="email"),
        PostedFile("index.php", program),
        PostedFile("Untitled", page.replace(b"Tuesday", b"Friday"), kind="snippet"),
    ]
    root = await easel.ask("read these", files=sent)
    assert "could not open" not in get_last_text(easel, root)
    request_text = read_request_text(easel)
    # Of a mail its text, of a program its source.
    assert "Ship on **Tuesday**" in request_text and "<?php echo $MAPLE; ?>" in request_text
    assert "Friday" in request_text
