"""Messages that ask to stop, and those that only begin or end like one."""

from __future__ import annotations

import pytest

from bot.request.steering.stop_words import is_stop_request

STOPS = (
    "stop", "STOP!!!", "Stop it.", "please stop", "@Easel stop", "stop, @Easel", "Cancel that",
    "*stop*", "stop stop stop", "🛑 stop 🛑", "ｓｔｏｐ", "  abort\n", "never mind",
    "can you stop?", "🛑", "⏹️", " 🛑🛑 ", ":octagonal_sign:", "hoer auf", "Arrête-toi !",
    "Stopp!", "bitte stopp", "brich ab", "Brich das ab!", "Hör auf", "hor auf", "Abbrechen",
    "Arrête !", "arretez", "Arrêtez s’il vous plaît", "ça suffit", "Annule ça", "Laisse tomber",
    "¡Para!", "para por favor", "Detente", "detén", "cancela", "ya basta",
    "ストップ", "やめて！", "止めてください", "キャンセルして", "中止", "もういいです。",
)  # fmt: skip
OTHERS = (
    "🛑 sign", "stop sign",
    "", "  ", "!!!", "stop using blue", "how do I stop a container", "draw a stop sign", "stop 3",
    "what does “stop” mean", "don't stop", "cancel my subscription", "nonstop", "unstoppable",
    "halt and catch fire", "stopping", "Abbruch der Verhandlung erklären", "genug Platz lassen",
    "para todos", "para qué sirve", "alto nivel", "un arrêt de bus", "assez grand", "please",
    "待っています", "停止線を描いて", "中止の理由", "stop\n\nand draw a fox", "x" * 10_000,
    "stop " * 10_000, "please " * 8 + "explain", "<@U0BEN> stop the music",
)  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_it_asks_to_stop(text: str) -> None:
    assert is_stop_request(text)


@pytest.mark.parametrize("text", OTHERS)
def test_it_asks_something_else(text: str) -> None:
    assert not is_stop_request(text)
