"""Pictures are called by the names of their files, and pages of a file by their numbers."""

from __future__ import annotations

import io

from PIL import Image

from tests.support.easel import EaselEnvironment, build_png
from tests.support.files import list_files

RED, BLUE = (200, 30, 30), (20, 90, 200)


def build_pages(*sizes: tuple[int, int]) -> bytes:
    pages = [Image.new("RGB", size, (40 * place, 90, 200)) for place, size in enumerate(sizes)]
    saved = io.BytesIO()
    pages[0].save(saved, "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200))
    return saved.getvalue()


def read_last(easel: EaselEnvironment, root: str) -> str:
    return easel.list_replies(root)[-1].text


async def test_a_picture_is_called_by_the_name_of_its_file(easel: EaselEnvironment) -> None:
    root = await easel.ask(
        "make Logo.png 30 px wide",
        files=[("logo.png", build_png((90, 60))), ("photo.png", build_png())],
    )
    assert "logo.png is now v1: 30 × 20 pixels" in easel.list_replies(root)[0].text
    await easel.ask("photo.png as webp", thread_ts=root)
    assert list_files(easel, root)[-1].name == "photo.webp"
    await easel.ask("dreh logo.png nach links", thread_ts=root)
    told = "logo.png is now v2: 60 × 90 pixels, turned."
    assert any(told in reply.text for reply in easel.list_replies(root))
    await easel.ask("crop cat.png to a square", thread_ts=root)
    assert "I see no picture here that is called cat.png" in read_last(easel, root)
    assert "logo.png, photo.png, v1, v2" in read_last(easel, root)
    assert not easel.model.requests
    await easel.ask("crop photo 2 of the cat.png to a square", thread_ts=root)
    assert len(easel.model.requests) == 1, "of what may be other words, the model is asked"


async def test_of_two_pictures_of_one_name_it_is_asked_which(easel: EaselEnvironment) -> None:
    root = await easel.ask("flip image.png", files=[("image.png", build_png((90, 60), RED))])
    await easel.ask("flip image.png", thread_ts=root, files=[("image.png", build_png((30, 60)))])
    assert any(
        "image.png is now v2: 30 × 60" in reply.text for reply in easel.list_replies(root)
    ), "the one that comes along is meant"
    await easel.ask("flip image.png", thread_ts=root)
    assert "2 pictures here are called image.png. Say which one" in read_last(easel, root)
    await easel.ask("crop the first image.png to a square", thread_ts=root)
    told = "image.png is now v3: 60 × 60 pixels"
    assert any(told in reply.text for reply in easel.list_replies(root))
    await easel.ask("le dernier image.png en png", thread_ts=root)
    await easel.ask("flip the third image.png", thread_ts=root)
    assert "Not so many pictures here are called image.png" in read_last(easel, root)
    own = [("image.png", build_png((80, 30), RED)), ("image.png", build_png((70, 20), BLUE))]
    await easel.ask("rotate the first image.png left", thread_ts=root, files=own)
    told = "image.png is now v5: 30 × 80 pixels"
    assert any(told in reply.text for reply in easel.list_replies(root)), "of those of the message"
    await easel.ask('flip "Screenshot 2026-11-29 at 10.16.png"', thread_ts=root)
    assert "I see no picture here that is called" in read_last(easel, root)
    await easel.ask("«Screenshot of 3.png» en jpg", thread_ts=root)
    assert "I see no picture here that is called" in read_last(easel, root)
    assert not easel.model.requests


async def test_a_page_of_a_file_is_changed_by_its_number(easel: EaselEnvironment) -> None:
    scan = build_pages((300, 200), (800, 600), (120, 90))
    root = await easel.ask("page 2 of scan.tiff to 400 px wide", files=[("scan.tiff", scan)])
    assert "Page 2 of scan.tiff is now v1: 400 × 300 pixels" in easel.list_replies(root)[0].text
    await easel.ask("rotate the last page of scan.tiff left", thread_ts=root)
    told = "The last page of scan.tiff is now v2: 90 × 120 pixels, turned."
    assert any(told in reply.text for reply in easel.list_replies(root))
    assert Image.open(io.BytesIO(list_files(easel, root)[-1].data)).info["dpi"][0] > 199
    await easel.ask("crop page 9 of scan.tiff to a square", thread_ts=root)
    assert "its last page is 3" in read_last(easel, root)
    await easel.ask("resize v1 to 200 %", thread_ts=root)
    told = "v1 is now v3: 800 × 600 pixels, enlarged"
    assert any(told in reply.text for reply in easel.list_replies(root))
    assert not easel.model.requests
    await easel.ask("rotate page 2 left", files=[("note.pdf", b"%PDF-1.4"), ("a.png", build_png())])
    assert len(easel.model.requests) == 1


async def test_what_has_no_pages_or_not_so_many_frames_is_said_so(easel: EaselEnvironment) -> None:
    frames = [Image.new("RGB", (60, 40), (20 * place, 90, 200)) for place in range(4)]
    saved = io.BytesIO()
    frames[0].save(saved, "GIF", save_all=True, append_images=frames[1:])
    root = await easel.ask(
        "rotate page 2 of photo.png left",
        files=[("photo.png", build_png()), ("one.tif", build_pages((40, 30)))],
    )
    for text, told in (
        ("flip page 1 of photo.png", "photo.png as it is: it has no pages or frames"),
        ("flip frame 9 of party.gif", "party.gif: its last frame is 4"),
        ("flip the last frame of party.gif", "The last frame of party.gif is now v1"),
        ("flip page 1 of one.tif", "Page 1 of one.tif is now v2"),
        ("flip page 2 of one.tif", "one.tif: its last page is 1"),
    ):
        own = [("party.gif", saved.getvalue())] if "frame 9" in text else []
        await easel.ask(text, thread_ts=root, files=own)
        assert any(told in reply.text for reply in easel.list_replies(root)), told
    assert "photo.png as it is: it has no pages" in easel.list_replies(root)[0].text
    assert not easel.model.requests
