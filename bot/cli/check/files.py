"""For `easel check`: whether a file can be kept, read and deleted where `EASEL_FILES` says."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from bot.app.build_files import open_objects, read_cloud_environment
from bot.cli.check.finding import Finding
from bot.config import ENV_FILE, Settings
from bot.domain.errors import EaselError, StartupError
from bot.domain.stores.objects import BucketAddress, ObjectStore
from storage.objects.pace import RemotePace

_NAME = "kept files"
_MAX_SECONDS = 30.0
# Whoever checks wants to know now, not when an outage has passed.
_PACE = RemotePace(call=5.0, put=3.0, get=3.0, others=3.0, lasting=1.0)
# By the store's own words, what they mean and what to do.
_REASONS = (
    (
        ("NoSuchBucket", "ContainerNotFound", "http_404", "FileNotFoundError"),
        "there is no bucket {bucket}, or not at that address; create it ({code})",
    ),
    (
        ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthenticationFailed", "unauthenticated",
         "http_401", "ExpiredToken", "InvalidToken", "TokenRefreshRequired"),
        "the credentials are wrong or have expired ({code}); check {keys}",
    ),
    (
        ("AccessDenied", "AuthorizationFailure", "denied", "http_403"),
        "may not {action} there ({code}); grant {right}, or check the keys",
    ),
    (
        ("PermanentRedirect", "AuthorizationHeaderMalformed", "http_301"),
        "the bucket is in another region ({code}); check AWS_REGION",
    ),
    (("RequestTimeTooSkewed",), "this machine's clock is wrong ({code}); set it by NTP"),
)  # fmt: skip
_OTHER_REASON = "cannot {action} there ({code}); check the network, {keys}"
# What S3, Google and Azure call the right to do each.
_RIGHTS = {
    "write": "s3:PutObject, storage.objects.create or “Storage Blob Data Contributor”",
    "read": "s3:GetObject, storage.objects.get or “Storage Blob Data Contributor”",
    "list": "s3:ListBucket, storage.objects.list or “Storage Blob Data Contributor”",
    "delete": "s3:DeleteObject, storage.objects.delete or “Storage Blob Data Contributor”",
}


async def check_files(settings: Settings) -> AsyncIterator[Finding]:
    """Write, read, list and delete a small file; say what is missing for what fails."""
    if settings.files is None:
        if settings.is_replicated:
            text = (
                "EASEL_FILES is not set: a picture that one replica has made and not yet shared is"
                " lost with its disk; name a bucket, or a folder that all replicas share"
            )
            yield Finding(ok=True, name=_NAME, text=text, is_warning=True)
        return
    environment = await asyncio.to_thread(read_cloud_environment, settings.home / ENV_FILE)
    if problem := await _find_problem(settings, settings.files, environment):
        yield Finding(ok=False, name=_NAME, text=problem)
        return
    yield Finding(ok=True, name=_NAME, text=f"{settings.files} is written, read and tidied")
    if warning := _find_open_way(settings.files, environment):
        yield Finding(ok=True, name=_NAME, text=warning, is_warning=True)


async def _find_problem(
    settings: Settings, address: BucketAddress | Path, environment: Mapping[str, str]
) -> str:
    try:
        objects = open_objects(settings, environment, pace=_PACE)
        async with asyncio.timeout(_MAX_SECONDS):
            return await _try_all(objects, address)
    except StartupError as error:
        return "; ".join(error.problems)
    except TimeoutError:
        return f"{address} does not answer within {_MAX_SECONDS:.0f} seconds"


async def _try_all(objects: ObjectStore, address: BucketAddress | Path) -> str:
    """Return what keeps Easel from using `objects`, "" if nothing does."""
    name, data = f"check/00/{secrets.token_hex(8)}", secrets.token_bytes(64)
    action = "write"
    try:
        await objects.put(name, data)
        action = "read"
        is_same = await objects.get(name) == data
        action = "list"
        is_listed = name in {one.name for one in await objects.list_objects("check")}
        action = "delete"
        await objects.delete([name])
    except EaselError as error:
        return f"{address}: {_explain(action, error.recorded_code, address)}"
    if not (is_same and is_listed):
        return f"{address} does not give back what was written: it is no store that can be used"
    return ""


def _explain(action: str, code: str, address: BucketAddress | Path) -> str:
    """Return what failed and what to do about it."""
    if isinstance(address, Path):
        return f"cannot {action} there ({code}); check the folder, its owner and its room"
    reason = next((text for codes, text in _REASONS if code in codes), _OTHER_REASON)
    return reason.format(
        action=action,
        bucket=address.bucket,
        code=code,
        keys=_name_keys(address),
        right=_RIGHTS[action],
    )


def _name_keys(address: BucketAddress) -> str:
    from storage.objects.connect import describe_variables

    return describe_variables(address)


def _find_open_way(address: BucketAddress | Path, environment: Mapping[str, str]) -> str:
    if isinstance(address, Path):
        return ""
    from storage.objects.connect import find_endpoint, is_readable_on_the_way

    if not is_readable_on_the_way(find_endpoint(address, environment)):
        return ""
    return "pictures are sent over http: others in that network can read them; use https"
