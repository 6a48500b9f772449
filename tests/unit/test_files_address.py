"""What may be written in `EASEL_FILES`, and what is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import read_settings
from bot.domain.errors import StartupError
from bot.domain.stores.objects import BucketAddress


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://pictures", BucketAddress("s3", "pictures")),
        ("s3://pictures/", BucketAddress("s3", "pictures")),
        (" s3://my.pictures-1/team/one/ ", BucketAddress("s3", "my.pictures-1", "team/one")),
        ("gs://pictures/a_b=c", BucketAddress("gs", "pictures", "a_b=c")),
        ("az://pictures/x", BucketAddress("az", "pictures", "x")),
        ("/mnt/easel", Path("/mnt/easel")),
        ("file:///mnt/a%20b", Path("/mnt/a b")),
    ],
)
def test_a_bucket_or_a_folder_is_named(text: str, address: BucketAddress | Path) -> None:
    assert read_settings({"EASEL_FILES": text}, env_file=None).files == address


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("s3://AKIASECRET:hidden@pictures/x", "AWS_ACCESS_KEY_ID"),
        ("s3://AKIASECRET@pictures/x", "AWS_ACCESS_KEY_ID"),
        ("s3://pictures/x?secret=AKIASECRET", "AWS_ACCESS_KEY_ID"),
        ("az://pictures/x#AKIASECRET", "AWS_ACCESS_KEY_ID"),
        ("https://minio.internal/AKIASECRET", "AWS_ENDPOINT_URL"),
        ("s3://pictures/../AKIASECRET", "none begins with a point"),
        ("s3://pictures/a//AKIASECRET", "parts of letters"),
        ("s3://pictures/" + "AKIASECRET/" * 9, "at most 8 parts"),
        ("s3:///AKIASECRET", "give s3://bucket/prefix"),
        ("s3://Pictures", "give s3://bucket/prefix"),
        ("s3://a..b", "give s3://bucket/prefix"),
        ("s3a://AKIASECRET", "give s3://bucket/prefix"),
        ("s3://[::1", "give s3://bucket/prefix"),
        ("AKIASECRET/data", "from / on"),
        ("/", "from / on"),
        ("/mnt/../etc", "from / on"),
        ("file://host/AKIASECRET", "from / on"),
    ],
)
def test_what_is_neither_is_refused_and_not_repeated(text: str, words: str) -> None:
    with pytest.raises(StartupError) as refused:
        read_settings({"EASEL_FILES": text}, env_file=None)
    assert words in str(refused.value) and str(refused.value).startswith("EASEL_FILES: ")
    assert "AKIASECRET" not in str(refused.value)
