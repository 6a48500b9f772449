"""Starts sandbox processes as forks of one that has loaded the readers and never sees a file."""

# A request is `fork MEMORY_MB CPU_SECONDS`, with a socket, or `bury PID`. A fork is answered by its
# id, with a descriptor that stands for it, or by `errno NUMBER`.
MAX_REQUEST_BYTES = 64
