"""`easel usage --plot`: a picture of bars."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bot.cli.main import main


@pytest.mark.parametrize("by", ["day", "user", "channel", "model"])
def test_usage_is_drawn_as_a_picture(
    data_folder: Path, by: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = data_folder / "usage.png"
    assert main(["usage", "--by", by, "--plot", str(path)]) == 0
    assert "total" in capsys.readouterr().out
    with Image.open(path) as picture:
        assert picture.format == "PNG" and min(picture.size) > 300
        colours = picture.convert("RGB").getcolors(1 << 24) or []
    assert any(colour == (74, 91, 212) for _, colour in colours), "there are bars"


def test_a_picture_that_cannot_be_written_is_told(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["usage", "--plot", str(data_folder / "no" / "usage.png")]) == 1
    assert "--plot" in capsys.readouterr().err
