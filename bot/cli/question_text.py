"""Write a question's life, or a list of questions, as text for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain.questions import SUSPECT_CRASHES, Trouble, TroubleKind
from storage.reports.question_life import (
    QuestionLife,
    QuestionLine,
    QuestionState,
    RecordedRequest,
    SeenFile,
)

_LABEL_WIDTH = 11
_NO_QUESTIONS = "No such question was asked in this time.\n"


def format_life(life: QuestionLife, now: float) -> str:
    """Return what is known of one question; times are UTC, `now` is a Unix time."""
    question = life.question
    lines = [
        f"question {question.id}: {describe_state(question)}",
        _format_label(
            "asked",
            f"by {question.user or 'an unknown person'} in {question.channel},"
            f" message {question.ts}, thread {question.root}",
        ),
        *_format_times(question),
        _format_label("attempts", _describe_attempts(question)),
        *(_format_label("trouble", _describe_trouble(one)) for one in life.troubles),
        *(_format_label("request", _describe_request(one)) for one in life.requests),
        *(_format_label("file", _describe_file(one)) for one in life.files),
        *(_format_label("made", _describe_file(one)) for one in life.made_files),
        _format_label("reply", ", ".join(life.messages) or "no message"),
        _format_label("next", describe_next(life, now)),
    ]
    return "\n".join(lines) + "\n"


def format_lines(lines: Sequence[QuestionLine]) -> str:
    """Return one line for each question."""
    if not lines:
        return _NO_QUESTIONS
    table = [["id", "stored (UTC)", "channel", "user", "state", "why", "US dollars"]]
    for line in lines:
        question = line.question
        why = "" if line.trouble is None else _describe_trouble(line.trouble, with_time=False)
        cost = f"{line.cost:.4f}" + ("" if line.is_cost_known else "?")
        cells = [str(question.id), _format_time(question.stored_at), question.channel]
        table.append([*cells, question.user, describe_state(question), why, cost])
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        + "\n"
        for row in table
    )


def describe_state(question: QuestionState) -> str:
    """Return where the question stands, in a few words."""
    if question.is_shown:
        return question.outcome.replace("_", " ") or "shown"
    if question.is_claimed:
        return "answer is being shown" if question.state == "settled" else "being answered"
    return "answered, not shown yet" if question.state == "settled" else "waiting"


def describe_next(life: QuestionLife, now: float) -> str:
    """Return what is due next for the question, and when."""
    question = life.question
    bills = [one for one in life.requests if one.bill in ("open", "running")]
    if question.is_shown:
        if bills:
            due = min((one.bill_due for one in bills if one.bill_due is not None), default=None)
            when = "" if due is None else f", looked up next at {_format_time(due)}"
            return f"the bill of {len(bills)} request(s){when}"
        return "nothing"
    if question.is_claimed:
        until = question.claimed_until
        over = " (which is over: another process may take it)" if until < now else ""
        return f"it is claimed until {_format_time(until)}{over}"
    if question.blocked_by is not None:
        return f"its turn, after question {question.blocked_by} of the same thread"
    if question.due_at > now:
        return f"the next attempt at {_format_time(question.due_at)}"
    return "its turn: it is due, and waits for a place or for a running Easel"


def _format_times(question: QuestionState) -> list[str]:
    times = (
        ("stored", question.stored_at),
        ("begun", question.begun_at),
        ("settled", question.settled_at),
        ("shown", question.shown_at),
    )
    begin = question.stored_at
    return [
        _format_label(
            name, _format_time(at) + ("" if name == "stored" else f"  +{at - begin:.1f} s")
        )
        for name, at in times
        if at is not None
    ]


def _describe_attempts(question: QuestionState) -> str:
    text = f"{question.attempt} counted, claimed {question.claims} times"
    if question.crashes:
        suspect = ", so it runs alone" if question.crashes >= SUSPECT_CRASHES else ""
        text += f"; the process ended {question.crashes} times during it{suspect}"
    return text


def _describe_trouble(trouble: Trouble, *, with_time: bool = True) -> str:
    what = {
        TroubleKind.CALL_FAILED: f"{trouble.method} failed: {trouble.code}",
        TroubleKind.PUT_BACK: f"put back: {trouble.code}, again after {trouble.seconds:.0f} s",
        TroubleKind.FAILED: f"the person was told: {trouble.code}",
        TroubleKind.PROCESS_ENDED: "the process ended",
        TroubleKind.ASKED_AGAIN: "a person pressed the button to ask again",
    }[trouble.kind]
    if trouble.kind is not TroubleKind.CALL_FAILED and trouble.method:
        what += f" ({trouble.method})"
    times = f", {trouble.count} times" if trouble.count > 1 else ""
    return f"{_format_time(trouble.at)}  {what}{times}" if with_time else f"{what}{times}"


def _describe_request(request: RecordedRequest) -> str:
    cost = "cost unknown" if request.cost is None else f"${request.cost:.6f} ({request.basis})"
    parts = [
        f"{_format_time(request.at)}  {request.purpose} by {request.model} at {request.provider}",
        request.parameters,
        request.outcome,
        f"{request.input_tokens:,} tokens in, {request.output_tokens:,} out",
        "" if request.first_ms is None else f"first output after {request.first_ms / 1000:.1f} s",
        "" if request.took_ms is None else f"took {request.took_ms / 1000:.1f} s",
        cost,
        f"bill {request.bill.replace('_', ' ')}" if request.bill else "",
        f"the provider says: {request.reason}" if request.reason else "",
    ]
    return "; ".join(part for part in parts if part)


def _describe_file(file: SeenFile) -> str:
    parts = [
        f"{file.slack_id or 'not in Slack yet'}  {file.mimetype or 'unknown type'}",
        f"{file.size:,} bytes",
    ]
    if file.kind:
        seen = [f"shown as {file.kind}", file.pages and f"pages {file.pages}", file.pixels]
        parts += [part for part in seen if part] + [f"{file.tokens:,} tokens"]
        parts += ["not all of it"] if file.is_incomplete else []
    return ", ".join(parts)


def _format_label(name: str, text: str) -> str:
    return f"  {name:{_LABEL_WIDTH}}{text}"


def _format_time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
