"""Names of composer's packages: which are no packages, and whose they are. Pure."""

from __future__ import annotations


def is_platform(name: str) -> bool:
    """Whether it is PHP, an extension or a library: a package's name has a vendor and a “/”.

    https://getcomposer.org/doc/articles/composer-platform-dependencies.md
    """
    return "/" not in name


def get_vendor(name: str) -> str:
    """Return “symfony” of “symfony/console”."""
    return name.partition("/")[0] if "/" in name else ""
