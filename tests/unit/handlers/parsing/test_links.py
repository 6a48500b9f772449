"""Links to messages and files of Slack, in every form in which they come."""

from __future__ import annotations

import pytest

from handlers.parsing.links import MessageLink, find_file_ids, find_message_links

HERE = MessageLink("C0GENERAL", "1700000000.000100")
REPLY = MessageLink("C0GENERAL", "1700000000.000100", "1600000000.000200")
PATH = "/archives/C0GENERAL/p1700000000000100"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        (f"https://acme.slack.com{PATH}", [HERE]),
        (f"https://acme.slack.com{PATH})", [HERE]),
        (f"[see](https://acme.slack.com{PATH})", [HERE]),
        (f"https://acme.enterprise.slack.com{PATH}", [HERE]),
        (f"https://acme.slack-gov.com{PATH}", [HERE]),
        (f"http://acme.slack.com{PATH}", [HERE]),
        (f"https://acme.slack.com{PATH}?thread_ts=1600000000.000200&cid=C0GENERAL", [REPLY]),
        (f"https://acme.slack.com{PATH}?cid=C0GENERAL&thread_ts=1600000000.000200", [REPLY]),
        (f"https://acme.slack.com{PATH}?thread_ts=1600000000.000200&cid=C0GENERAL)", [REPLY]),
        (
            "https://app.slack.com/client/T0EASEL/C0GENERAL/thread/C0GENERAL-1700000000.000100",
            [MessageLink("C0GENERAL", HERE.ts, HERE.ts)],
        ),
        ("https://acme.slack.com/archives/C0GENERAL", []),
        (f"https://example.com{PATH}", []),
        (f"https://slack.com.example.com{PATH}", []),
        ("https://acme.slack.com/archives/" + "A" * 100_000, []),
    ],
)
def test_a_link_to_a_message_is_found(link: str, found: list[MessageLink]) -> None:
    assert find_message_links([link]) == found


def test_each_message_counts_once() -> None:
    link = f"https://acme.slack.com{PATH}"
    assert find_message_links([link, link, f"{link}?thread_ts=1.1"]) == [HERE]


def test_files_are_found_by_their_ids() -> None:
    link = "https://acme.slack.com/files/U0ALEX/F0ABC/a.png)"
    assert find_file_ids([link, "https://x.example/y"]) == {"F0ABC"}
