"""Shows pictures of the golden set as they are sent, and in the plain way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.files import Image
from bot.domain.pictures.closeup import ViewOptions
from bot.files.detail.plan import plan_views
from bot.files.sandbox.pool import TaskOwner
from bot.files.sandbox.sandbox import Sandbox
from tests.support.golden_pictures import GoldenPicture, count_readable
from tests.support.pages import Page

OWNER = TaskOwner("U0ALEX", "details")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is sent of a golden picture, and of the same in the plain way."""

    golden: GoldenPicture
    page: Page
    source: bytes
    sent: Sequence[Image]
    plain: Image

    @property
    def readable_share(self) -> float:
        return count_readable(self.page, self.sent) / len(self.page.words)


async def show_golden(sandbox: Sandbox, golden: GoldenPicture, *, takes_original: bool) -> Seen:
    """Draw a golden picture, and let it be read and cut as in a question."""
    page = await asyncio.to_thread(golden.draw)
    data = await asyncio.to_thread(golden.encode, page)
    (plain,) = (await sandbox.read("a.png", data, owner=OWNER)).pictures
    plans = plan_views([plain], [], ViewOptions(takes_original=takes_original))
    sent: Sequence[Image] = [plain]
    for plan in filter(None, plans.values()):
        sent = await sandbox.cut_picture("a.png", data, plan, owner=OWNER)
    return Seen(golden, page, data, sent, plain)
