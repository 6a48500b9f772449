"""The failures that a person has set on the page: which there are, which are still to come.

See `slack_failures.py` and `model_failures.py` for what each one does.
"""

from __future__ import annotations

from typing import Any

from bot.playground.model import PlayedModel
from bot.playground.model_failures import MODEL_FAILURES, ModelFailure
from bot.playground.slack import PlayedSlack
from bot.playground.slack.faults import Fault
from bot.playground.slack.workspace import Change
from bot.playground.slack_failures import SLACK_FAILURES, SLACK_METHODS, list_failures

MODEL_PLACE = "model"
CHANGE_KIND = "failures"
_MODEL_LABEL = "Answering"
_MAX_TIMES = 100


class Failures:
    """Sets failures in the played Slack and the played model. The real model (None) has none."""

    def __init__(self, slack: PlayedSlack, model: PlayedModel | None) -> None:
        self._slack = slack
        self._model = model
        self._faults: list[tuple[str, Fault]] = []
        self._model_failures: list[ModelFailure] = []
        slack.api.faults.on_take = self._publish
        if model is not None:
            model.on_request = self._fail_request

    def list_choices(self) -> list[dict[str, Any]]:
        """List where something can fail, and how it can there."""
        places = [
            {
                "group": "Slack",
                "name": method,
                "label": label,
                "ways": [
                    _describe_way(name, SLACK_FAILURES[name]) for name in list_failures(method)
                ],
            }
            for method, label in SLACK_METHODS.items()
        ]
        if self._model is None:
            return places
        ways = [_describe_way(name, failure) for name, failure in MODEL_FAILURES.items()]
        answer = {"group": "The model", "name": MODEL_PLACE, "label": _MODEL_LABEL, "ways": ways}
        return [answer, *places]

    def list_pending(self) -> list[dict[str, Any]]:
        """List what is still to fail, in words, with how many times."""
        self._faults = [(label, fault) for label, fault in self._faults if fault.times > 0]
        pending: list[dict[str, Any]] = [
            {"label": label, "times": fault.times} for label, fault in self._faults
        ]
        for failure in self._model_failures:
            label = f"{_MODEL_LABEL}: {failure.label}"
            if pending and pending[-1]["label"] == label:
                pending[-1]["times"] += 1
            else:
                pending.append({"label": label, "times": 1})
        return pending

    def add(self, place: str, way: str, times: int) -> None:
        """Let the next `times` uses of a place fail. Raises `LookupError` for unknown names."""
        times = max(1, min(times, _MAX_TIMES))
        if place == MODEL_PLACE and self._model is not None:
            self._model_failures += [MODEL_FAILURES[way]] * times
        elif way in list_failures(place) and place in SLACK_METHODS:
            failure = SLACK_FAILURES[way]
            fault = Fault(place, **{**failure.fields, "times": times})
            self._slack.api.faults.add(fault)
            self._faults.append((f"{SLACK_METHODS[place]}: {failure.label}", fault))
        else:
            raise LookupError(place, way)
        self._publish()

    def clear(self) -> None:
        """Let nothing fail any more."""
        self._slack.api.faults.clear()
        self._faults.clear()
        self._model_failures.clear()
        self._publish()

    def _fail_request(self) -> None:
        """Apply the next failure to the request that the model has just got."""
        if self._model is not None and self._model_failures:
            self._model_failures.pop(0).apply(self._model)
            self._publish()

    def _publish(self) -> None:
        self._slack.workspace.publish(Change(CHANGE_KIND, "", ""))


def _describe_way(name: str, failure: Any) -> dict[str, str]:
    return {"name": name, "label": failure.label}
