"""Where a lock of yarn's has no entry for the range that is needed: what is said then. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Message
from bot.graphs.graph import clean_label
from bot.graphs.manifests import kinds
from bot.graphs.manifests.draft import GraphDraft

_OTHER_RANGE_MESSAGE = (
    "{file} has no entry for exactly {wanted}, as happens when the project prescribes a version:"
    " the connection leads to the only version that is there."
)

_SEVERAL_MESSAGE = (
    "{file} has no entry for exactly {wanted}, and several versions that it could be: which one"
    " stands in the package.json of the project."
)


def meet_by_name(
    draft: GraphDraft, source: str, need: tuple[str, str, str], others: Sequence[str]
) -> None:
    """Connect to the only version of what is needed, dashed and listed; else say that it is gone.

    `need` is name, words and kind; `others` are the ids of all versions of that name.
    """
    name, wanted, kind = need
    words = clean_label(f"{name}@{wanted}")
    if len(others) == 1:
        draft.connect(source, others[0], kind, wanted, is_open=True)
        reason = Message(_OTHER_RANGE_MESSAGE, file=clean_label(draft.file), wanted=words)
        draft.list_unresolved(name, reason)
    elif kind == kinds.OPTIONAL:
        draft.leave_out()
    elif others:
        reason = Message(_SEVERAL_MESSAGE, file=clean_label(draft.file), wanted=words)
        draft.connect(source, draft.add_unresolved(name, reason), kind, wanted, is_open=True)
    else:
        draft.connect(source, draft.add_gone(name), kind, wanted, is_open=True)
