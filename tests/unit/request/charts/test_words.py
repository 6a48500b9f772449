"""Words that ask for a chart, or for a change to one, in five languages."""

from __future__ import annotations

import pytest

from bot.request.charts.words import (
    is_chart_change,
    is_chart_of_own_table,
    is_chart_request,
)


@pytest.mark.parametrize(
    "text",
    [
        "plot this CSV as bars by month",
        "draw a pie of revenue by country from sales.csv",
        "Can you plot revenue over time?",
        "show me the sales as a line",
        "make a stacked bar chart of orders per region, log scale",
        "I'd like a histogram of the ages",
        "Zeichne den Umsatz pro Monat als Balken",
        "Diagramm aus dieser Tabelle, bitte",
        "Mach mir ein Kreisdiagramm der Länder",
        "Trace la courbe des ventes par semaine",
        "Fais un camembert des pays",
        "Haz un gráfico de barras con las ventas por mes",
        "dibuja un histograma de las edades",
        "月ごとの売上を棒グラフにしてください",
        "このデータを可視化して",
    ],
)
def test_these_ask_for_a_chart(text: str) -> None:
    assert is_chart_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "what does this chart show?",
        "explain the graph",
        "draw a fox",
        "draw an illustration with a bar chart on the wall",
        "draw a flowchart of this process",
        "make the logo blue, with a line below it",
        "summarise this file",
        "create a dependency graph of requirements.txt",
        "Was zeigt dieses Diagramm?",
        "",
    ],
)
def test_these_do_not(text: str) -> None:
    assert not is_chart_request(text)


@pytest.mark.parametrize(
    "text",
    [
        "as a line instead",
        "2025年だけ",
        "die fünf größten",
        "les 5 premiers",
        "avec une courbe de tendance",
        "トレンド線を付けて",
        "mit logarithmischer Achse",
        "by week",
        "log scale",
        "only 2025",
        "without Switzerland",
        "top 5",
        "now as a pie",
        "sort by value",
        "als Linie stattdessen",
        "nach Woche",
        "nur 2025",
        "par semaine",
        "seulement 2025",
        "por semana",
        "solo 2025",
        "折れ線グラフにして",
        "週ごとに",
        "折れ線で",
        "国別の円グラフにして",
        "by country",
        "as a pie of revenue by country",
        "als Torte nach Land",
        "en camembert par pays",
        "como barras por país",
    ],
)
def test_these_change_the_last_chart(text: str) -> None:
    assert is_chart_change(text)


@pytest.mark.parametrize(
    "text",
    [
        *("why is March so low?", "thanks!", "as a poem, and explain what it means to you", ""),
        *("by the way", "por favor", "par exemple", "by Friday we need the report", "円で払います"),
    ],
)
def test_these_change_nothing(text: str) -> None:
    assert not is_chart_change(text)


@pytest.mark.parametrize(
    "text",
    [
        "as a pie",
        "bars by month",
        "temperature as lines and rain on a second axis",
        "log scale please",
        "Umsatz pro Land als Torte",
        "Balken pro Monat",
        "les ventes en barres par mois",
        "ventas por mes como líneas",
        "月別の折れ線",
    ],
)
def test_with_a_table_a_way_of_drawing_is_enough(text: str) -> None:
    assert is_chart_of_own_table(text)


@pytest.mark.parametrize(
    "text",
    [
        "summarise this as a line",
        "what does the bar say?",
        "sort it please",
        "put this in line with the other file",
        "mets ce fichier en ligne",
        "esto está en línea",
        "Übersetze das in Linien",
        "",
    ],
)
def test_with_a_table_other_words_are_no_chart(text: str) -> None:
    assert not is_chart_of_own_table(text)
