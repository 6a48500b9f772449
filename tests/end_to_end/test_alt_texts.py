"""What a screen reader says about each kind of picture: what was asked, never how."""

from __future__ import annotations

from tests.support.easel import EaselEnvironment, build_png


def list_alt_texts(easel: EaselEnvironment, root: str) -> list[str]:
    return [file.alt for reply in easel.list_replies(root) for file in reply.files]


async def test_every_picture_has_an_alt_text_without_flags_links_or_commands(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a red fox like <https://x.org/fox|this fox> --quality low")
    for text in ("make it grey", "undo", "compare v1 and v2", "history", "v1 as jpg at 64 wide"):
        await easel.ask(text, thread_ts=root)
    alt_texts = list_alt_texts(easel, root)
    assert alt_texts == [
        "Picture v1 made by Easel for: draw a red fox like this fox",
        "Picture v2 made by Easel for: make it grey",
        "Picture v3 made by Easel for: draw a red fox like this fox",
        "Comparison of v1 and v2, side by side. The first: draw a red fox like this fox",
        "Overview of 3 pictures. v1: draw a red fox like this fox; v2: make it grey;"
        " v3: draw a red fox like this fox",
        "draw a red fox like this fox, v1, as JPEG",
    ]


async def test_variations_say_so_and_an_upload_is_called_by_its_name(
    easel: EaselEnvironment,
) -> None:
    root = await easel.ask("draw a fox --variations 2")
    assert list_alt_texts(easel, root) == [
        "Picture v1, one of 2 variations made by Easel for: draw a fox",
        "Picture v2, one of 2 variations made by Easel for: draw a fox",
    ]
    other = await easel.ask("what is this?", files=[("harbour.png", build_png())])
    await easel.ask("as jpg", thread_ts=other)
    assert list_alt_texts(easel, other) == ["harbour.png, as JPEG"]
