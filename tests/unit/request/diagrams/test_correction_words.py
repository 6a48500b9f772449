"""Which sentences correct a diagram, in five languages, and which do not."""

from __future__ import annotations

import pytest

from bot.graphs.diagrams.corrections import (
    AddEdge,
    AddNode,
    Correction,
    LabelEdge,
    MoveEdge,
    RemoveEdge,
    RemoveNode,
    RenameNode,
)
from bot.request.diagrams.corrections import can_correct_diagram, parse_diagram_corrections
from bot.request.parse import parse_request
from tests.support.processor_time import hold_to


@pytest.mark.parametrize(
    ("text", "correction"),
    [
        ("edge 3 is wrong, it goes to Billing", MoveEdge(3, target="Billing")),
        ("Edge 3 should go to Billing", MoveEdge(3, target="Billing")),
        ("arrow 3 points to Billing, not to Mail", MoveEdge(3, target="Billing")),
        ("edge #3 goes to Billing instead", MoveEdge(3, target="Billing")),
        ("Kante 3 umdrehen", MoveEdge(3, reverses=True)),
        ("Edge 3 is wrong. It goes to Billing.", MoveEdge(3, target="Billing")),
        ("edge 3 goes from Orders to Billing", MoveEdge(3, "Orders", "Billing")),
        ('Arrow 2 should point to "Data Base" please', MoveEdge(2, target="Data Base")),
        ("connection #4 comes from API", MoveEdge(4, "API")),
        ("edge 5 goes the other way", MoveEdge(5, reverses=True)),
        ("please delete edge 4", RemoveEdge(4)),
        ("there is no edge 4", RemoveEdge(4)),
        ("add an edge from node 2 to Billing", AddEdge("2", "Billing")),
        ("add an arrow from A to B labelled HTTP", AddEdge("A", "B", "HTTP")),
        ("edge 1 is labelled HTTPS", LabelEdge(1, "HTTPS")),
        ("node 2 is called Payments", RenameNode("2", "Payments")),
        ("rename “Paymets” to Payments", RenameNode("Paymets", "Payments")),
        ("remove node Cache", RemoveNode("Cache")),
        ("add a node called Queue", AddNode("Queue")),
        ("Kante 3 ist falsch, sie geht zu Abrechnung", MoveEdge(3, target="Abrechnung")),
        ("Der Pfeil 3 geht von Bestellung nach Lager", MoveEdge(3, "Bestellung", "Lager")),
        ("Lösche Kante 4 bitte", RemoveEdge(4)),
        ("Füge eine Verbindung von A nach B hinzu", AddEdge("A", "B")),
        ("Knoten 2 heißt Zahlungen", RenameNode("2", "Zahlungen")),
        ("La flèche 3 est fausse, elle va à Facturation", MoveEdge(3, target="Facturation")),
        ("supprime la flèche 4", RemoveEdge(4)),
        ("ajoute une flèche de A vers B", AddEdge("A", "B")),
        ("le nœud 2 s’appelle Paiements", RenameNode("2", "Paiements")),
        ("la flecha 3 está mal, va a Facturación", MoveEdge(3, target="Facturación")),
        ("borra la flecha 4", RemoveEdge(4)),
        ("añade una flecha de A a B", AddEdge("A", "B")),
        ("el nodo 2 se llama Pagos", RenameNode("2", "Pagos")),
        ("矢印３は間違いです。請求に向かいます", MoveEdge(3, target="請求")),
        ("エッジ3は注文から請求へ向かいます。", MoveEdge(3, "注文", "請求")),
        ("エッジ4を削除してください", RemoveEdge(4)),
        ("AからBへの矢印を追加して", AddEdge("A", "B")),
        ("ノード2は支払いです", RenameNode("2", "支払い")),
    ],
)
def test_a_sentence_corrects(text: str, correction: Correction) -> None:
    found = parse_request(text).diagram_correction
    assert found is not None and found.corrections == (correction,)


def test_several_sentences_are_several_corrections() -> None:
    found = parse_diagram_corrections("- delete edge 4\n- add an edge from A to B; reverse edge 1")
    assert found is not None and len(found.corrections) == 3
    assert parse_diagram_corrections("delete edge 4. And tell me a joke.") is None


@pytest.mark.parametrize(
    "text",
    ["what does edge 3 mean?", "does edge 3 go to Billing?", "delete the file", "edge 3 is nice",
     "remove the background", "draw an edge case", "this is edge 3", "", "add a cat",
     "make the sky blue"],
)  # fmt: skip
def test_others_do_not(text: str) -> None:
    assert parse_diagram_corrections(text) is None and not can_correct_diagram(text)


def test_other_words_about_it_may_correct_it() -> None:
    assert can_correct_diagram("both arrows on the left are wrong")
    assert can_correct_diagram("der Pfeil zwischen A und B fehlt") and not can_correct_diagram("hi")
    assert can_correct_diagram("the diagram is wrong: A calls B")
    assert not can_correct_diagram("the diagram should be in our docs")


@pytest.mark.parametrize("text", ["edge 3 goes from " + "to " * 300, "add an edge from " * 55,
                                  "edge 3 goes to a" + " not to a" * 50,
                                  "rename " + "a to " * 190, "矢印3は" + "から" * 400])  # fmt: skip
def test_hostile_sentences_are_read_quickly(text: str) -> None:
    with hold_to(1):
        parse_diagram_corrections(text)
