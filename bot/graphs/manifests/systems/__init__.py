"""Readers of the files of Rust, Go, Ruby and PHP, one per format."""

from bot.graphs.manifests.systems import (
    cargo_lock,
    cargo_toml,
    composer_json,
    composer_lock,
    gemfile_lock,
    go_mod,
    go_sum,
)

# The first that matches is taken.
FORMATS = (
    cargo_toml.FORMAT,
    cargo_lock.FORMAT,
    go_mod.FORMAT,
    go_mod.WORK_FORMAT,
    go_sum.FORMAT,
    gemfile_lock.FORMAT,
    composer_json.FORMAT,
    composer_lock.FORMAT,
)
