"""Values for tests: everything has a default, so that a test names only what it is about."""

from __future__ import annotations

from bot.types import FileRef, Incoming, Person, Question, Reach, Thread

THREAD = Thread("T0EASEL", "C0GENERAL", "1700000000.000100")
ALEX = Person("U0ALEX", "T0EASEL")


def incoming(
    text: str = "hello",
    *,
    ts: str = THREAD.root,
    thread: Thread = THREAD,
    reach: Reach = Reach.MENTION,
    files: tuple[FileRef, ...] = (),
    event_id: str = "",
) -> Incoming:
    return Incoming(event_id or f"Ev{ts}", thread, ts, ALEX, text, reach, files)


def thread(number: int) -> Thread:
    """A thread of its own for each number; its root sorts by number."""
    return Thread(THREAD.team, THREAD.channel, f"17000{number:05d}.000100")


def question(text: str = "hello", *, files: tuple[FileRef, ...] = (), number: int = 1) -> Question:
    return Question(number, THREAD, THREAD.root, ALEX, text, files)


def picture_file(file_id: str = "F1", name: str = "photo.png", *, copy: str = "") -> FileRef:
    return FileRef(
        file_id, name, "image/png", 100, f"https://files.slack.com/{file_id}", copy_sha256=copy
    )
