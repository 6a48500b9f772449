"""The words by which a line that tells of a failure is found in a long log. Pure.

They are looked for in small letters and decide nothing: see `score.py` for that.
"""

from __future__ import annotations

# Looked for in every log, however many of its lines hold one.
STRONG_WORDS = (
    "error", "exception", "fatal", "panic", "traceback", "fail", "err!", "caused by", "segfault",
    "segmentation fault", "out of memory", "oomkilled", "assert",
)  # fmt: skip
WORDS = (
    *STRONG_WORDS,
    "exit code", "exit status", "exited with", "exitcode", "non-zero", "killed", "core dumped",
    "sigsegv", "sigkill", "sigabrt", "no space left", "timed out", "timeout", "deadline exceeded",
    "denied", "forbidden", "unauthorized", "unauthenticated", "refused", "not found", "no such",
    "cannot", "can't", "could not", "couldn't", "unable to", "undefined", "unresolved", "missing",
    "invalid", "unexpected", "not ok", "abort", "crash", "back-off", "backoff", "evicted",
    "unhealthy", "conflict", "rejected", "expired", "deadlock", "corrupt", "violat", "unhandled",
    "uncaught", "critical", "emerg", "severe", "already in use", "already exists", "too many",
    "connection reset", "broken pipe", "unreachable", "unsupported", "illegal", "overflow",
    "mismatch", "does not exist", "doesn't exist", "is not ", "must be", "did not", "stopped",
    "cancelled", "canceled", "oom", "imagepull", "quota", "throttl", "too large", "exceeded",
    "unknown", "incompatible", "requires", "not allowed", "not permitted", "died", "alert",
    "fault", "wrong", "bad ", "stale", "lost", "disconnect", "unavailable", "data race",
    "sanitizer", "bug:", "declared", "unused", "\ne: ", "z e: ", "smashing",
    "certificate", "nodes are available", "insufficient", "but was", "got ", "ora-", "sqlstate", " 500 ", " 502 ", " 503 ", " 504 ", "status 5", "status=5",
    "no module", "no rule to make", "nothing provides", "no matching", "unmet", "eresolve",
    "enoent", "eacces", "econnrefused", "eaddrinuse", "enospc", "etimedout", "✗", "✘", "✕", "×",
    "❌", "●", "🔴", "!!",
    # As programs and compilers say it in other languages.
    "fehler", "fehlgeschlagen", "nicht gefunden", "verweigert", "erreur", "échec", "échou",
    "introuvable", "refusé", "fallo", "falló", "no se pudo", "denegado", "erro:", "エラー", "失敗",
    "例外", "错误", "失败", "ошибка",
)  # fmt: skip
# Where a step begins, in the logs of the usual runners.
STEP_WORDS = (
    "##[group]", "::group::", "section_start:", "> task ", "\nstep ", "task [", "[info] --- ",
    "] run ", "=== run", "\n$ ", "\n+ ", "##[section]", "\n> ",
)  # fmt: skip
