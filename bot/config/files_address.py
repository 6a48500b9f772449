"""Reads `EASEL_FILES`. Raises `ValueError` that says how to write it, without what was written:
it may hold a secret."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.domain.stores.objects import BucketAddress

_SCHEMES = ("s3", "gs", "az")
# What S3, Google and Azure allow together, and dots of S3's and Google's.
_BUCKET_PATTERN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,61}[a-z0-9])?", re.ASCII)
_SEGMENT_PATTERN = re.compile(r"[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,127}", re.ASCII)
_MAX_SEGMENTS = 8
_HOW_TO = (
    "give s3://bucket/prefix, gs://bucket/prefix, az://container/prefix, or the path of a folder"
    " that all replicas share, from / on"
)


def parse_files_address(text: str) -> BucketAddress | Path:
    """Return the bucket, or the folder, in which files are kept."""
    text = text.strip()
    if text.startswith("/"):
        return _parse_folder(text)
    try:
        address = urlsplit(text)
    except ValueError:
        raise ValueError(_HOW_TO) from None
    if "@" in address.netloc or address.query or address.fragment:
        raise ValueError(
            f"{_HOW_TO}; no key, password or option belongs into it: credentials come from the"
            " provider's own variables, such as AWS_ACCESS_KEY_ID"
        )
    if address.scheme == "file" and not address.netloc:
        return _parse_folder(unquote(address.path))
    if address.scheme in ("http", "https"):
        raise ValueError(f"{_HOW_TO}; the address of a server of your own is AWS_ENDPOINT_URL")
    return _parse_bucket(address.scheme, address.netloc, address.path)


def _parse_bucket(scheme: str, bucket: str, path: str) -> BucketAddress:
    if scheme not in _SCHEMES or not _BUCKET_PATTERN.fullmatch(bucket) or ".." in bucket:
        raise ValueError(_HOW_TO)
    segments = path.strip("/").split("/") if path.strip("/") else []
    if len(segments) > _MAX_SEGMENTS or not all(map(_SEGMENT_PATTERN.fullmatch, segments)):
        raise ValueError(
            f"{_HOW_TO}; a prefix consists of at most {_MAX_SEGMENTS} parts of letters, digits and"
            " . _ = - of which none begins with a point"
        )
    return BucketAddress(scheme, bucket, "/".join(segments))


def _parse_folder(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute() or ".." in path.parts or "\0" in text or path == Path("/"):
        raise ValueError(_HOW_TO)
    return path
