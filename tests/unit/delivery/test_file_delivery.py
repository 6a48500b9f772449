"""Files of an answer are kept until Slack has them, uploaded, and shared once."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from bot.delivery.file_delivery import FileDelivery
from bot.domain.conversation import Thread
from bot.domain.errors import NotUploaded, OperatorError
from bot.domain.files import FileRef, GeneratedFile, Provenance
from bot.domain.llm import ImageOutput
from bot.domain.posts import Upload
from bot.domain.questions import Answer, Question
from bot.domain.stores.questions import Journal
from tests.support.values import build_question

PICTURE = ImageOutput(b"a fox", "image/png", "")
TABLE = GeneratedFile("table.csv", "text/csv", b"a,b")


@dataclass
class FakeSlackFiles:
    """Implements `bot.domain.ports.Uploads`, and the one call of the journal that is used."""

    uploads: list[Upload] = field(default_factory=list)
    shared: list[list[str]] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)
    loses_uploads: bool = False
    awaited: set[str] = field(default_factory=set)  # by answers that another process has settled

    async def upload(self, uploads: Sequence[Upload]) -> list[str]:
        self.uploads += uploads
        self.loses_uploads = False
        first = len(self.uploads) - len(uploads) + 1
        return [f"F{number}" for number in range(first, len(self.uploads) + 1)]

    async def share(
        self, thread: Thread, files: Sequence[FileRef], *, fresh: bool
    ) -> list[FileRef]:
        if self.loses_uploads:
            raise NotUploaded("file_not_found")
        self.shared.append([file.id for file in files])
        return list(files)

    async def wait_until_shared(self, thread: Thread, files: Sequence[FileRef]) -> None:
        raise AssertionError

    async def complete_unshared(self, file_id: str) -> None:
        raise AssertionError("only previews are not shared")

    async def delete(self, file_id: str) -> None:
        raise AssertionError("a delivered file stays")

    async def record_uploads(self, question: Question, file_ids: Sequence[str]) -> None:
        self.recorded = list(file_ids)

    async def is_file_awaited(self, question: Question, sha256: str) -> bool:
        return sha256 in self.awaited


class FakeOutbox:
    """Implements `bot.domain.stores.files.Outbox` in memory."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}
        self.is_full = False

    async def put(self, data: bytes) -> str:
        if self.is_full:
            raise OperatorError("the disk is full")
        sha256 = hashlib.sha256(data).hexdigest()
        self.data[sha256] = data
        return sha256

    async def get(self, sha256: str) -> bytes | None:
        return self.data.get(sha256)

    async def delete(self, sha256: str) -> None:
        self.data.pop(sha256, None)


async def keep_copy(name: str, data: bytes) -> str:
    return f"copy of {name}"


def build_delivery(slack: FakeSlackFiles, outbox: FakeOutbox) -> FileDelivery:
    return FileDelivery(slack, cast(Journal, slack), outbox, keep_copy)


async def test_files_are_named_uploaded_and_shared_and_only_pictures_get_a_copy() -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    delivery = build_delivery(slack, outbox)
    stored = await delivery.store(
        build_question(), "a red fox", [PICTURE], [TABLE], Provenance(3, "v2")
    )
    assert [(file.name, file.version, file.made_from) for file in stored] == [
        ("red-fox-v3.png", 3, "v2"),
        ("table.csv", 0, ""),
    ]
    assert len(outbox.data) == 2

    shared = await delivery.share(build_question(), Answer(files=stored), "a red fox")
    assert [file.id for file in shared] == slack.recorded == ["F1", "F2"]
    assert [file.copy_sha256 for file in shared] == ["copy of red-fox-v3.png", ""]
    assert [upload.alt_text for upload in slack.uploads] == [
        "Picture v3 made by Easel for: a red fox",
        "",
    ]
    assert outbox.data == {}


async def test_another_process_shares_what_was_stored_from_the_outbox() -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    stored = await build_delivery(slack, outbox).store(
        build_question(), "fox", [PICTURE], [], Provenance()
    )
    await build_delivery(slack, outbox).share(build_question(), Answer(files=stored), "fox")
    assert [upload.data for upload in slack.uploads] == [b"a fox"]


async def test_files_that_slack_has_are_not_uploaded_again_unless_it_lost_them() -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    delivery = build_delivery(slack, outbox)
    stored = await delivery.store(build_question(), "fox", [PICTURE], [], Provenance())
    uploaded = Answer(files=tuple(replace(file, id="F0") for file in stored))
    await delivery.share(build_question(), uploaded, "fox")
    assert (slack.uploads, slack.shared) == ([], [["F0"]])

    slack.loses_uploads = True
    await delivery.share(build_question(), uploaded, "fox")
    assert slack.shared == [["F0"], ["F1"]]


async def test_a_picture_whose_bytes_are_lost_is_an_error_with_a_sentence_for_people() -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    delivery = build_delivery(slack, outbox)
    answer = Answer(
        files=await delivery.store(build_question(), "fox", [PICTURE], [], Provenance())
    )
    delivery.release(build_question(), answer)
    outbox.data.clear()
    with pytest.raises(OperatorError) as caught:
        await delivery.share(build_question(), answer, "fox")
    assert caught.value.user_message == "I made a picture and could not keep it. Please ask again."


class Broken(Exception):
    """Some failure of an attempt."""


async def fail_attempt(delivery: FileDelivery, answer: Answer, error: BaseException) -> None:
    with (
        pytest.raises(type(error)),
        delivery.release_on_failure(build_question(), answer, for_good=Broken),
    ):
        raise error


@pytest.mark.parametrize("error", [TimeoutError(), asyncio.CancelledError(), KeyError()])
async def test_after_a_failed_attempt_no_bytes_stay_in_memory_and_the_next_one_reads_them(
    error: BaseException,
) -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    delivery = build_delivery(slack, outbox)
    answer = Answer(
        files=await delivery.store(
            build_question(), "a red fox", [PICTURE], [TABLE], Provenance(3, "")
        )
    )
    assert len(delivery) == 2
    await fail_attempt(delivery, answer, error)
    assert len(delivery) == 0
    await delivery.share(build_question(), answer, "a red fox")
    assert [upload.data for upload in slack.uploads] == [b"a fox", b"a,b"]
    assert slack.uploads[0].alt_text == "Picture v3 made by Easel for: a red fox"


async def test_what_the_disk_has_not_taken_stays_in_memory_until_no_attempt_needs_it() -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    outbox.is_full = True
    delivery = build_delivery(slack, outbox)
    answer = Answer(
        files=await delivery.store(build_question(), "fox", [PICTURE], [], Provenance())
    )
    await fail_attempt(delivery, answer, TimeoutError())
    await delivery.share(build_question(), answer, "fox")
    assert [upload.data for upload in slack.uploads] == [b"a fox"]
    await fail_attempt(delivery, answer, Broken())
    assert len(delivery) == 0


@pytest.mark.parametrize("is_full", [False, True])
async def test_equal_pictures_of_two_answers_both_arrive(*, is_full: bool) -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    outbox.is_full = is_full
    delivery = build_delivery(slack, outbox)
    first, second = build_question(number=1), build_question(number=2)
    asked = {first: "a fox", second: "a secret fox"}
    answers = {
        question: Answer(files=await delivery.store(question, title, [PICTURE], [], Provenance()))
        for question, title in asked.items()
    }
    for question, answer in answers.items():
        await delivery.share(question, answer, asked[question])
        delivery.release(question, answer)
    assert [upload.data for upload in slack.uploads] == [b"a fox", b"a fox"]
    # What one person asked for is not told to the other.
    assert [upload.alt_text for upload in slack.uploads] == [
        "Picture v1 made by Easel for: a fox",
        "Picture v1 made by Easel for: a secret fox",
    ]
    assert len(delivery) == 0 and outbox.data == {}


async def test_bytes_that_an_answer_of_before_waits_to_share_stay_in_the_outbox() -> None:
    slack, outbox = FakeSlackFiles(), FakeOutbox()
    delivery = build_delivery(slack, outbox)
    answer = Answer(
        files=await delivery.store(build_question(), "fox", [PICTURE], [], Provenance())
    )
    slack.awaited = set(outbox.data)
    await delivery.share(build_question(), answer, "fox")
    delivery.release(build_question(), answer)
    other = build_question(number=2)
    await build_delivery(slack, outbox).share(other, answer, "fox")
    assert [upload.data for upload in slack.uploads] == [b"a fox", b"a fox"]
