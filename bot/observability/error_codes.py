"""One word for an error, for logs: what an operator would search for."""

from __future__ import annotations

import errno

from bot.domain.errors import DISK_FULL_CODE, EaselError

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


def get_error_code(error: BaseException) -> str:
    """Return `disk_full`, the code of one of our errors, the system's name of one, or its type."""
    if isinstance(error, EaselError):
        return error.recorded_code
    if isinstance(error, OSError) and error.errno is not None:
        if error.errno in _DISK_FULL:
            return DISK_FULL_CODE
        return errno.errorcode.get(error.errno, type(error).__name__)
    return type(error).__name__
