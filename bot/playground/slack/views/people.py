"""What people do in an open modal: they send it or close it, and read what the app answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.playground.slack.delivery import Delivery
from bot.playground.slack.views.checks import find_view_problem
from bot.playground.slack.views.modals import Modals, PlayedModal, build_view_payload, read_errors
from bot.playground.slack.views.values import Given, find_mistakes
from bot.playground.slack.workspace import Workspace

NO_ANSWER_SENTENCE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person sees after sending a form.

    `errors` are by block id; `problem` is Slack's own sentence where the app did not answer as it
    has to.
    """

    is_closed: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""


class FormActions:
    """`send` delivers a payload to the app, once: Slack sends no form a second time by itself."""

    def __init__(
        self,
        modals: Modals,
        workspace: Workspace,
        send: Callable[[dict[str, object]], Delivery],
        *,
        get_ack_seconds: Callable[[], float],
    ) -> None:
        self._modals = modals
        self._workspace = workspace
        self._send = send
        self._get_ack_seconds = get_ack_seconds

    async def submit(self, modal_id: str, given: Given, *, user: str = "U0ALEX") -> Sent:
        """Send a modal with what was filled in. Raises `LookupError` if it is not open."""
        modal = self._modals.get(modal_id, user)
        if mistakes := find_mistakes(modal.view, given):
            return Sent(errors=mistakes)
        delivery = self._send(self._build_payload("view_submission", modal, given))
        try:
            async with asyncio.timeout(self._get_ack_seconds()):
                await delivery.acknowledged.wait()
        except TimeoutError:
            return Sent(problem=NO_ANSWER_SENTENCE)
        return self.show_response(modal, delivery.response)

    def close(self, modal_id: str, *, user: str = "U0ALEX") -> Delivery | None:
        """Close a modal, which the app hears of only if it asked to. Raises `LookupError`."""
        modal = self._modals.get(modal_id, user)
        self._modals.close(modal)
        if not modal.view.get("notify_on_close"):
            return None
        return self._send(self._build_payload("view_closed", modal, None))

    def _build_payload(
        self, kind: str, modal: PlayedModal, given: Given | None
    ) -> dict[str, object]:
        name = self._workspace.people[modal.user].lower()
        user = {"id": modal.user, "name": name, "username": name}
        number = self._workspace.create_ts().replace(".", "")
        view = self._modals.describe(modal, given)
        return build_view_payload(kind, view, user, f"{number}.0.played")

    def show_response(self, modal: PlayedModal, response: object) -> Sent:
        """Do what `response_action` says (docs.slack.dev, "Modals")."""
        told = response if isinstance(response, dict) else {}
        match told.get("response_action"):
            case None if not told:
                self._modals.close(modal)
                return Sent(is_closed=True)
            case "clear":
                self._modals.close(modal)
                return Sent(is_closed=True)
            case "errors" if errors := read_errors(modal.view, told):
                return Sent(errors=errors)
            case "update" if not find_view_problem(told.get("view")):
                self._modals.replace(modal, told["view"])
                return Sent()
            case _:
                return Sent(problem=NO_ANSWER_SENTENCE)
