"""Does what people press under pictures: most of it becomes a question of the person who pressed.

What it asks is what they could have typed, see `bot.request.pictures.press_words`; budgets, the
queue and the ledger take it as that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import structlog

from bot.billing.likely_cost import LikelyCosts
from bot.domain.files import FileRef
from bot.domain.options import RequestOptions
from bot.domain.pictures.presses import (
    VARIATION_COUNT,
    PictureAction,
    PictureName,
    PictureWish,
    PressedPicture,
)
from bot.domain.ports import ChooseLanguage
from bot.domain.questions import Presser, PressResult
from bot.domain.stores.conversations import AFTER_ANY_TS, ConversationStore
from bot.domain.stores.pictures import PictureOrigin, PicturePresses, PressedQuestion
from bot.request.pictures.press_words import (
    choose_options,
    find_reference,
    list_sources,
    write_request,
)

log = structlog.get_logger(__name__)

_SINGLE_ACTIONS = (PictureAction.AGAIN, PictureAction.VARY)
DRAWING_ACTIONS = (PictureAction.AGAIN, PictureAction.VARY, PictureAction.EDIT)
MAX_OFFERED = 25


@dataclass(frozen=True, slots=True)
class PictureOffer:
    """What a press would do, before it does it.

    `cost` is the likely one in US dollars, None if unknown; `is_dear`: the person is asked first.
    `options` are those that the picture was made with, `references` what an edit may take along,
    the newest first.
    """

    version: int
    cost: Decimal | None = None
    is_dear: bool = False
    options: RequestOptions = field(default_factory=RequestOptions)
    references: tuple[FileRef, ...] = ()


class PictureDesk:
    """Offers and asks what is pressed.

    `wake` has the queue looked at. What likely costs more than `confirm_above` US dollars is asked
    first. Calls raise `StoreError`; what they store is committed when they return.
    """

    def __init__(
        self,
        store: PicturePresses,
        conversations: ConversationStore,
        likely_costs: LikelyCosts,
        wake: Callable[[], None],
        choose_language: ChooseLanguage,
        confirm_above: Decimal,
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._likely_costs = likely_costs
        self._wake = wake
        self._choose_language = choose_language
        self._confirm_above = confirm_above

    async def offer(
        self, name: PictureName, presser: Presser, action: PictureAction
    ) -> PictureOffer | PressResult:
        """Return what a press of `action` would do, or why `presser` may not press it."""
        origin = await self._store.find(name, presser)
        if isinstance(origin, PressResult):
            return origin
        if _is_without_request(origin, action):
            return PressResult.GONE
        options = list_press_options(origin.request_text, action)
        cost = None
        if action in DRAWING_ACTIONS:
            cost = await self._likely_costs.estimate(origin.thread, options)
        references = tuple[FileRef, ...]()
        if action is PictureAction.EDIT:
            references = list_references(await self._list_files(origin), origin.picture)
        return PictureOffer(
            origin.picture.version,
            cost,
            cost is not None and cost > self._confirm_above,
            choose_options(origin.request_text),
            references,
        )

    async def ask(self, name: PictureName, presser: Presser, wish: PictureWish) -> PressResult:
        """Ask what is wished of the picture, for `presser`. Once, however often it is sent."""
        origin = await self._store.find(name, presser)
        if isinstance(origin, PressResult):
            return origin
        if _is_without_request(origin, wish.action):
            return PressResult.GONE
        files = await self._list_files(origin)
        reference = find_reference(wish, files)
        if wish.reference_id and reference is None:
            return PressResult.GONE
        language = self._choose_language(presser.person, origin.request_text)
        text = write_request(origin, wish, reference, language)
        sources = list_sources(origin, wish, files)
        question = PressedQuestion(
            text,
            PressedPicture(wish.action, origin.picture.version, sources),
            _name_press(name, presser, wish),
            is_single=wish.action in _SINGLE_ACTIONS,
            repeats_words=wish.action is PictureAction.AGAIN,
        )
        result = await self._store.ask(name, presser, question)
        log.info("picture_pressed", kind=wish.action.value, reason=result.replace(" ", "_"))
        if result is PressResult.ASKED:
            self._wake()
        return result

    async def keep_reference(self, name: PictureName, presser: Presser) -> PressResult:
        """Let the next question of `presser` in the thread take the picture along."""
        return await self._store.keep_reference(name, presser)

    async def _list_files(self, origin: PictureOrigin) -> tuple[FileRef, ...]:
        history = await self._conversations.load(origin.thread, before=AFTER_ANY_TS, limit=0)
        return history.files


def list_press_options(request_text: str, action: PictureAction) -> RequestOptions:
    """Return the options of what a press asks, as far as they decide on its cost."""
    count = VARIATION_COUNT if action is PictureAction.VARY else 1
    return replace(choose_options(request_text), variations=count)


def list_references(files: Sequence[FileRef], picture: FileRef) -> tuple[FileRef, ...]:
    """Return the pictures of a thread that an edit of `picture` may take along, the newest first:
    at most `MAX_OFFERED`."""
    found = [
        ref
        for ref in files
        if ref.is_declared_picture and ref.id and not ref.is_gone and ref.id != picture.id
    ]
    return tuple(found[::-1][:MAX_OFFERED])


def _is_without_request(origin: PictureOrigin, action: PictureAction) -> bool:
    """Whether there is nothing left to ask once more: who asked it has deleted that."""
    return action is PictureAction.AGAIN and not (origin.request_text or origin.files)


def _name_press(name: PictureName, presser: Presser, wish: PictureWish) -> str:
    press = wish.form or f"{presser.person.id}/{presser.ts}"
    return f"{wish.action}:{name.question_id}.{name.version}:{press}"
