"""What is asked of a part of a picture, and what is found for it. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.conversation import ThreadHistory
from bot.domain.files import FileContext, Image
from bot.domain.pictures.areas import AreaChoice
from bot.domain.questions import Question
from bot.files.masking.maker import FoundAreas
from bot.files.owners import build_person_owner
from bot.files.sandbox.pool import TaskOwner
from bot.request.parse import ParsedRequest


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and the files that are known of it.

    `area` is how the part is named, now or in the wish that is only added to.
    """

    question: Question
    request: ParsedRequest
    history: ThreadHistory
    files: FileContext
    area: AreaChoice

    @property
    def owner(self) -> TaskOwner:
        return build_person_owner(self.question.asker)


@dataclass(frozen=True, slots=True)
class Part:
    """The picture that is changed, the copy that a person drew on, if any, and the areas."""

    picture: Image
    found: FoundAreas
    marked: Image | None = None
