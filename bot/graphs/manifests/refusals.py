"""Why a manifest cannot be read, as one sentence that names the file and the place. Pure."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.graphs.graph import TOO_LARGE_MESSAGE, GraphError, clean_label

_EMPTY_MESSAGE = "{file} is empty. Send the file with its content."
_BROKEN_LINE_MESSAGE = "I cannot read {file}: line {line} is not what {format} can have there."
_BROKEN_MESSAGE = "I cannot read {file}: it is not {format}, or not all of it."
_SHAPE_MESSAGE = "I cannot read {file}: “{key}” is missing, or is not what {format} has there."
_VERSION_MESSAGE = (
    "{file} is written in version {version} of its format, which I do not know. I read {known}."
)
_MERGE_MESSAGE = (
    "{file} has the marks of an unfinished merge in line {line}. Finish the merge, and send the"
    " file again."
)
_DEPTH_MESSAGE = "{file} is nested too deeply for me to read."
_NUMBER_MESSAGE = "I cannot read {file}: it has a number of thousands of digits."


def refuse_empty(file: str) -> GraphError:
    """The file has no text, where its format demands some."""
    return GraphError("empty", user_message=Message(_EMPTY_MESSAGE, file=clean_label(file)))


def refuse_line(file: str, format_name: str, line: int | None) -> GraphError:
    """The text breaks the rules of its format, in `line` (from 1) where that is known."""
    label = clean_label(file)
    if line is None:
        sentence = Message(_BROKEN_MESSAGE, file=label, format=format_name)
    else:
        sentence = Message(_BROKEN_LINE_MESSAGE, file=label, format=format_name, line=line)
    return GraphError("broken", user_message=sentence)


def refuse_shape(file: str, format_name: str, key: str) -> GraphError:
    """The text can be read, but `key` is missing, or is of another type."""
    sentence = Message(
        _SHAPE_MESSAGE, file=clean_label(file), key=clean_label(key), format=format_name
    )
    return GraphError("shape", user_message=sentence)


def refuse_version(file: str, version: object, known: str) -> GraphError:
    """The file says that it has a version of its format for which there is no reader."""
    sentence = Message(
        _VERSION_MESSAGE, file=clean_label(file), version=clean_label(str(version)), known=known
    )
    return GraphError("version", user_message=sentence)


def refuse_merge(file: str, line: int) -> GraphError:
    """Two states of the file stand in one, with git's marks."""
    sentence = Message(_MERGE_MESSAGE, file=clean_label(file), line=line)
    return GraphError("merge", user_message=sentence)


def refuse_depth(file: str) -> GraphError:
    """Brackets in brackets, more than anyone writes."""
    return GraphError("depth", user_message=Message(_DEPTH_MESSAGE, file=clean_label(file)))


def refuse_size(file: str, limit: int) -> GraphError:
    """The file names more than any graph may have."""
    sentence = Message(TOO_LARGE_MESSAGE, source=clean_label(file), limit=limit)
    return GraphError("too large", user_message=sentence)


def refuse_number(file: str) -> GraphError:
    """A number that Python refuses to read, since it would take long."""
    return GraphError("number", user_message=Message(_NUMBER_MESSAGE, file=clean_label(file)))
