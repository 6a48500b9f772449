"""Readers of npm's, yarn's, pnpm's and bun's files, one per format."""

from bot.graphs.manifests.javascript import (
    bun_lock,
    package_json,
    package_lock,
    pnpm_lock,
    yarn_lock,
)

# The first that matches is taken.
FORMATS = (
    bun_lock.FORMAT,
    package_lock.FORMAT,
    package_json.FORMAT,
    yarn_lock.FORMAT,
    pnpm_lock.FORMAT,
)
