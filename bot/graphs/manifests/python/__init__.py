"""Readers of the files of Python projects, one per format."""

from bot.graphs.manifests.python import (
    conda,
    pdm_lock,
    pipfile,
    poetry_lock,
    pylock,
    pyproject,
    requirements_txt,
    setup_cfg,
    setup_py,
    uv_lock,
)

# The first that matches is taken.
FORMATS = (
    pyproject.FORMAT,
    uv_lock.FORMAT,
    poetry_lock.FORMAT,
    pdm_lock.FORMAT,
    pylock.FORMAT,
    pipfile.FORMAT,
    pipfile.LOCK_FORMAT,
    setup_cfg.FORMAT,
    setup_py.FORMAT,
    conda.FORMAT,
    requirements_txt.FORMAT,
)
