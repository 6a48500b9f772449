"""Secrets in lines of logs are masked; sentences about secrets are not."""

from __future__ import annotations

import pytest

from bot.diagnosis.secrets import MASK, redact_secrets
from tests.support.processor_time import hold_to

SECRET = "Zx9" + "q7Rk" * 6


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {SECRET}",
        f"curl -H 'Authorization: Basic {SECRET}' https://a",
        f"cloning https://alex:{SECRET}@git.example/a.git",
        f"cloning https://{SECRET}@git.example/a.git",
        f"GET /cb?code={SECRET}&state=1",
        f"https://s3/x?X-Amz-Signature={SECRET}&X-Amz-Date=1",
        f"export DB_PASSWORD={SECRET}",
        f'"client_secret": "{SECRET}",',
        f"api_key: '{SECRET}'",
        f"Set-Cookie: sid={SECRET}; Path=/",
        f"login --password {SECRET} --user a",
        f"using token ghp_{SECRET}{SECRET[:9]}",
        f"glpat-{SECRET} is used",
        f"xoxb-{SECRET}",
        f"sk-proj-{SECRET}",
        f"key AKIA{SECRET.upper()[:16]} used",
        f"jwt eyJ{SECRET}.eyJ{SECRET}.{SECRET}",
        f"https://hooks.slack.com/services/{SECRET}",
        f"postgres://app:{SECRET}@db:5432/x",
        f"Server=db;User Id=sa;Password={SECRET};",
        f"-----BEGIN RSA PRIVATE KEY----- {SECRET}",
        "MIIEpAIBAAKCAQEA" + "Ab3" * 16,
    ],
)
def test_a_secret_is_masked(line: str) -> None:
    masked = redact_secrets(line)
    assert MASK in masked
    assert SECRET not in masked and SECRET.upper()[:16] not in masked
    assert redact_secrets(masked) == masked


@pytest.mark.parametrize(
    "line",
    [
        "SyntaxError: Unexpected token: }",
        "password authentication failed for user app",
        "Error: password: required",
        "the token is invalid, key not found",
        "KeyError: 'database'",
        "Author: Alex <alex@example.org>",
        "cache key: linux-node-18",
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        "at com.example.TokenFilter.check(TokenFilter.java:40)",
        "INFO 5 keys = 5 rows",
        "",
    ],
)
def test_what_is_none_stays(line: str) -> None:
    assert redact_secrets(line) == line


def test_hostile_lines_take_little_time() -> None:
    with hold_to(2):
        lines = (
            "token" * 800, "://" * 1_300, "password=" * 400, "a:" * 2_000 + "@", "?key=" * 800,
            "_-" * 2_000 + "token", "cookie: " * 500, "eyJ" + "a" * 3_900 + "." * 9,
        )  # fmt: skip
        for line in lines:
            redact_secrets(line)
