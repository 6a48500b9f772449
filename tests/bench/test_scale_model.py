"""The paper model of docs/scale.md: it is quoted as it is computed, and grows with the load."""

from __future__ import annotations

from pathlib import Path

from bench.replicas.scale_model import Load, Measured, Prices, compute_need, format_table

_DOCUMENT = Path(__file__).parents[2] / "docs" / "scale.md"


def test_the_document_quotes_the_table_that_the_model_computes() -> None:
    assert format_table() in _DOCUMENT.read_text(encoding="utf-8")


def test_a_load_that_needs_more_processor_time_needs_more_replicas() -> None:
    load = Load(1_000, questions_per_second=100.0, answer_seconds=0.0)
    cheap = compute_need(load, Measured(easel_cpu=0.005), Prices())
    dear = compute_need(load, Measured(easel_cpu=0.020), Prices())
    assert cheap.replicas < dear.replicas
    assert cheap.machine_dollars < dear.machine_dollars
    assert cheap.model_dollars == dear.model_dollars


def test_long_answers_need_replicas_for_their_places() -> None:
    need = compute_need(
        Load(1, questions_per_second=10.0, answer_seconds=100.0),
        Measured(easel_cpu=0.0, concurrency=100),
        Prices(),
    )
    assert need.model_concurrency == 1_000
    assert need.replicas == 10


def test_nobody_asking_still_needs_one_replica() -> None:
    need = compute_need(Load(1, questions_per_second=0.0), Measured(), Prices())
    assert need.replicas == 1
    assert need.gb_per_day == 0
