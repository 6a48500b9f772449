"""Readers of the files of Rust, Go, Ruby, PHP, .NET, Swift, Elixir, Dart and Nix."""

from bot.graphs.manifests.systems import (
    cargo_lock,
    cargo_toml,
    composer_json,
    composer_lock,
    flake_lock,
    gemfile_lock,
    go_mod,
    go_sum,
    mix_lock,
    nuget_lock,
    pinned_lists,
    podfile_lock,
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
    nuget_lock.FORMAT,
    podfile_lock.FORMAT,
    mix_lock.FORMAT,
    flake_lock.FORMAT,
    pinned_lists.SWIFT_FORMAT,
    pinned_lists.DART_FORMAT,
)
