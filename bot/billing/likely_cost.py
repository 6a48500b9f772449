"""Says what drawing a picture will likely cost: what comparable ones cost lately, else the price.

What a request may cost at most is another figure: see `pricing.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from statistics import median

from bot.billing.pricing import find_picture_tokens
from bot.domain.conversation import Thread
from bot.domain.model_info import ModelInfo
from bot.domain.options import RequestOptions
from bot.domain.stores.pictures import PictureCost, PictureCosts

# With fewer a place's costs are asked for each time: the next picture may change them.
_FEW = 3
MAX_AGE_SECONDS = 300.0
_MAX_PLACES = 200
_MILLION = Decimal(1_000_000)
_FLAG_PATTERN = re.compile(r"--(quality|size) (\S+?)(?=[\s,]|$)")


class LikelyCosts:
    """Estimates what is about to be drawn in a workspace.

    `list_model_infos` returns the current info of the wanted model first, `find_defaults` the
    options that hold in a thread where a message sets none; `get_time` is a clock of seconds. What
    the ledger says is asked for again after `MAX_AGE_SECONDS`.
    """

    def __init__(
        self,
        costs: PictureCosts,
        list_model_infos: Callable[[], Sequence[ModelInfo]],
        find_defaults: Callable[[Thread], RequestOptions],
        get_time: Callable[[], float],
    ) -> None:
        self._costs = costs
        self._list_model_infos = list_model_infos
        self._find_defaults = find_defaults
        self._get_time = get_time
        self._known: dict[tuple[str, str], tuple[float, Sequence[PictureCost]]] = {}

    @property
    def can_draw(self) -> bool:
        """Whether the wanted model draws at all."""
        return self._list_model_infos()[0].draws

    async def estimate(self, thread: Thread, options: RequestOptions) -> Decimal | None:
        """Return the likely US dollars of all pictures that a message with `options` gets in
        `thread`, None if unknown, or if none is drawn there.

        Raises `StoreError`.
        """
        info = self._list_model_infos()[0]
        resolved = options.override(self._find_defaults(thread))
        if resolved.text_only:
            return None
        costs = await self._list_costs(thread.team, info.model)
        one = estimate_picture_cost(costs, resolved, info)
        return None if one is None else one * (resolved.variations or 1)

    async def _list_costs(self, team: str, model: str) -> Sequence[PictureCost]:
        key, now = (team, model), self._get_time()
        known = self._known.get(key)
        if known is not None and now - known[0] < MAX_AGE_SECONDS and len(known[1]) >= _FEW:
            return known[1]
        costs = await self._costs.list_costs(team, model)
        self._known.pop(key, None)
        if len(self._known) >= _MAX_PLACES:
            del self._known[next(iter(self._known))]
        self._known[key] = now, costs
        return costs


def estimate_picture_cost(
    costs: Sequence[PictureCost], options: RequestOptions, info: ModelInfo
) -> Decimal | None:
    """Return what one picture of `options` will likely cost in US dollars, None if unknown.

    That is the median of those of the same quality and size, be it one, else the price of what is
    drawn.
    """
    wanted = {"quality": options.quality or "", "size": str(options.size or "")}
    comparable = [one.cost for one in costs if _read_flags(one.parameters) == wanted]
    return median(comparable) if comparable else _compute_price(options, info)


def _read_flags(parameters: str) -> dict[str, str]:
    return {"quality": "", "size": ""} | dict(_FLAG_PATTERN.findall(parameters))


def _compute_price(options: RequestOptions, info: ModelInfo) -> Decimal | None:
    """Return the price of a drawn picture; of an unset quality that of a medium one."""
    if info.price is None or not info.draws:
        return None
    by_quality = info.drawing.bound_tokens(options.size) if info.drawing else {}
    return find_picture_tokens(by_quality, options.quality) * info.price.picture / _MILLION
