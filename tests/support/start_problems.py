"""What is wrong with settings at the start."""

from __future__ import annotations

from bot.config import list_service_problems, read_settings


def list_problems(**settings: str) -> list[str]:
    """Return what is wrong at the start, besides secrets and addresses that are missing."""
    problems = list_service_problems(read_settings(settings, env_file=None))
    return [
        problem
        for problem in problems
        if problem.split()[0]
        not in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENAI_API_KEY", "OPENROUTER_API_KEY",
                "EASEL_COMPATIBLE_URL")
    ]  # fmt: skip
