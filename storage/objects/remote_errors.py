"""Reads why a store of objects has failed: a code for the log, and whether waiting may help. Pure.

obstore says it as text in which the server's answer is quoted, so the code is looked for there.
"""

from __future__ import annotations

import re

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

# S3's and Azure's servers name the error in XML, Google's in JSON.
_CODE_PATTERN = re.compile(r"<Code>\s*([A-Za-z]{1,60})\s*</Code>")
_STATUS_PATTERN = re.compile(r"status code: ([1-5][0-9]{2})\b")
_MAX_READ_CHARS = 20_000

# What somebody has to change. A clock that is off, and what has expired, may pass by themselves.
LASTING_CODES = frozenset(
    {
        "NoSuchBucket", "ContainerNotFound", "AccessDenied", "AccountProblem", "InvalidBucketName",
        "AllAccessDisabled", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthorizationFailure",
        "AuthenticationFailed", "PermanentRedirect", "AuthorizationHeaderMalformed", "denied",
        "unauthenticated", "http_301", "http_401", "http_403", "http_404",
    }
)  # fmt: skip
# Only these say that all is there but the object: a proxy without a server behind it answers with
# a page that is not found, too.
_OBJECT_MISSING = frozenset({"NoSuchKey", "BlobNotFound"})

# All that obstore raises where a call fails; the timeout is ours.
CALL_ERRORS = (BaseError, OSError, TimeoutError, ValueError)


def read_code(error: BaseException) -> str:
    """Return the server's word for the failure, else `http_` and a status, else one of ours."""
    text = str(error)[:_MAX_READ_CHARS]
    if found := _CODE_PATTERN.search(text):
        return found[1]
    if found := _STATUS_PATTERN.search(text):
        return f"http_{found[1]}"
    return _name_kind(error, text)


def _name_kind(error: BaseException, text: str) -> str:
    if isinstance(error, PermissionDeniedError):
        return "denied"
    if isinstance(error, UnauthenticatedError):
        return "unauthenticated"
    if isinstance(error, TimeoutError) or "timed out" in text or "TimedOut" in text:
        return "timeout"
    if "error sending request" in text or "ConnectError" in text:
        return "no_connection"
    return type(error).__name__


def is_missing_object(error: BaseException) -> bool:
    """Whether only the object is missing, and not the place where it would be."""
    return isinstance(error, FileNotFoundError) and read_code(error) in _OBJECT_MISSING
