"""Preparing a picture takes little memory, and imports no decoder that is not needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.support.pictures import encode_picture

_MEASURE_SCRIPT = """
import re, sys
from pathlib import Path
from bot.files.readers.pictures import prepare
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
data = Path(sys.argv[1]).read_bytes()
before = peak()
prepare("large.png", data)
print((peak() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from Linux's /proc")
def test_a_large_picture_takes_at_most_three_times_its_pixels_in_memory(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(
        encode_picture(Image.new("LA", (5000, 5000), (9, 200)))
    )  # 100 MB once decoded
    command = [sys.executable, "-c", _MEASURE_SCRIPT, str(large)]
    done = subprocess.run(  # in a separate process: the peak is measured per process
        command, cwd=request.config.rootpath, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 300


def test_the_import_of_the_heic_decoder_waits_for_a_heic(request: pytest.FixtureRequest) -> None:
    program = (
        "import io, sys\nfrom PIL import Image\nfrom bot.files.readers.pictures import prepare\n"
        "out = io.BytesIO()\nImage.new('RGB', (9, 9)).save(out, 'PNG')\n"
        "prepare('a.png', out.getvalue())\nprint('pillow_heif' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"
