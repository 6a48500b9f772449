"""Why something is unresolved, in sentences that several readers share."""

from __future__ import annotations

from bot.domain.messages import Message

ELSEWHERE = Message("It stands in another file.")
COMPUTED = Message("It is computed when the file is run, and I run nothing.")
NO_VERSION = Message("Its version is set in another file, such as a parent.")
NOT_STATED = Message("The file names it and does not say what it is.")
CONDITIONAL = Message("Whether it is used is decided when the file is run.")
MATRIX = Message("It runs once for each combination of its matrix.")
NOT_SET = Message("It has a value that is not set in this file.")
# Of a whole file, in a note.
NO_CONNECTIONS_MESSAGE = "{file} lists what is installed, and does not say what needs what."
