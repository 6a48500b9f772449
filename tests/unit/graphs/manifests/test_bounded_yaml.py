"""YAML from people: read as it is written, bounded, and nothing of it runs."""

from __future__ import annotations

import pytest

from bot.graphs.graph import GraphError
from bot.graphs.manifests.bounded_yaml import Tagged, load_documents
from tests.support.processor_time import hold_to

LISTS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(30)
)
MERGES = "a0: &a0 {k: x}\n" + "".join(
    f"a{n + 1}: &a{n + 1}\n  <<: [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(30)
)


def test_words_stay_words_except_null_and_truth() -> None:
    text = "on: push\nversion: 3.10\nlist: [yes, true, ~, '', 'true', !!str true, 010]\n"
    values = ["yes", True, None, "", "true", "true", "010"]
    assert load_documents("x", text) == [{"on": "push", "version": "3.10", "list": values}]


def test_several_documents_and_an_empty_one() -> None:
    assert load_documents("x", "a: 1\n---\n- 2\n...\n---\n") == [{"a": "1"}, ["2"], None]
    assert load_documents("x", "") == []


def test_merges_are_merged_and_the_own_key_holds() -> None:
    text = "a: &a {x: 1, y: 1}\nb:\n  <<: *a\n  y: 2\nc: {<<: [*a, {z: 3}]}\n"
    assert load_documents("x", text)[0] == {
        "a": {"x": "1", "y": "1"},
        "b": {"x": "1", "y": "2"},
        "c": {"x": "1", "y": "1", "z": "3"},
    }


def test_tags_of_tools_are_kept_and_construct_nothing() -> None:
    text = "a: !Ref x\nb: !reference [.a, script]\nc: !!python/object/apply:os.system ['true']\n"
    assert load_documents("x", text)[0] == {
        "a": Tagged("!Ref", "x"),
        "b": Tagged("!reference", [".a", "script"]),
        "c": Tagged("tag:yaml.org,2002:python/object/apply:os.system", ["true"]),
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LISTS, "aliases"),
        (MERGES, "aliases"),
        ("[" * 100_000, "levels deep"),
        ("- " * 100_000, "levels deep"),
        ("a: &a [*a]", "contains itself"),
        ("a: *b", "not defined"),
        ("a: 1\nb: 2\na: 3", "“a” twice in one place (line 3)"),
        ("? [a]\n: b", "as a key in line 1"),
        ("name: {{ .Values.name }}\n", "a template"),
        ("a:\n{{- if .x }}\n  b: 1\n{{ end }}\n", "a template and not yet YAML (line 2)"),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", "merge in line 2"),
        ("a: 1\nb: c: d", "I cannot read on from line 2"),
        ("a: \x00", "not valid"),
        ("\ud800", "not valid"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_at_once(text: str, why: str) -> None:
    with hold_to(1):
        with pytest.raises(GraphError) as refused:
            load_documents("a.yaml", text)
        assert why in refused.value.user_message
        assert refused.value.user_message.startswith("a.yaml ")


def test_expressions_of_actions_are_no_template() -> None:
    assert load_documents("x", "a: ${{ secrets.A }}") == [{"a": "${{ secrets.A }}"}]
