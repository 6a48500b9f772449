"""Which earlier pictures a message is about."""

from __future__ import annotations

import pytest

from bot.domain.conversation import Speaker, Turn
from bot.domain.errors import UserError
from bot.domain.files import FileRef
from bot.request.parse import parse_request
from bot.request.picture_references import (
    count_referenced_pictures,
    find_version,
    parse_picture_references,
    select_pictures_to_include,
)
from bot.request.pictures.go_back import GoBack, parse_go_back
from tests.support.values import build_picture_ref


def build_turn(number: int, *, files: tuple[FileRef, ...] = ()) -> Turn:
    return Turn(Speaker.PERSON, f"{number}.0", "x", "U1", files, 100, number)


def build_version(number: int) -> FileRef:
    return FileRef(f"F{number}", f"fox-v{number}.png", "image/png", copy_sha256="x", version=number)


def include(
    text: str, files: list[FileRef], turns: tuple[Turn, ...] = (), own: tuple[FileRef, ...] = ()
) -> list[str]:
    request = parse_request(text)
    found = select_pictures_to_include(
        request.pictures, turns, files, own_files=own, named_files=request.select_named_files(files)
    )
    return [ref.id for ref in found]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("make it blue", 1),
        ("what is in the second picture?", 3),
        ("Kannst du das Bild heller machen?", 3),
        ("remove the background", 1),
        ("", 3),
        ("now in blue", 1),
        ("setz ihr einen Hut auf", 1),
        ("et maintenant en bleu ?", 1),
        ("What is the capital of Peru?", 0),
        ("thanks!", 0),
    ],
)
def test_how_many_pictures_a_question_may_be_about(asked: str, count: int) -> None:
    assert count_referenced_pictures(parse_request(asked).pictures, ()) == count


def test_right_after_a_picture_it_may_mean_the_picture() -> None:
    shown = build_turn(1, files=(build_picture_ref("F1", "fox.png"),))
    references = parse_picture_references("why is it so dark?")
    assert count_referenced_pictures(references, [shown]) == 1
    assert count_referenced_pictures(references, [shown, build_turn(2), build_turn(3)]) == 0


def test_a_picture_that_is_named_goes_before_newer_ones() -> None:
    files = [build_picture_ref(f"F{n}", f"pic{n}.png") for n in range(6)]
    assert include("is pic1.png better?", files) == ["F1"]
    assert include("compare the pictures", files) == ["F3", "F4", "F5"]
    assert include("hello", files) == []


def test_at_most_the_last_three_pictures_are_sent_again() -> None:
    files = [build_picture_ref(f"F{n}", f"{n}.png", copy="ab") for n in range(5)]
    assert include("which of the pictures is best?", files) == ["F2", "F3", "F4"]


def test_a_picture_nobody_has_fetched_yet_counts_and_a_document_does_not() -> None:
    pdf = FileRef("F2", "brief.pdf", "application/pdf")
    assert include("what is in the picture?", [build_picture_ref("F1"), pdf]) == ["F1"]


def test_versions_are_called_by_number_and_by_steps() -> None:
    versions = [build_version(number) for number in range(1, 5)]
    assert include("what of v2 and version 3?", versions) == ["F2", "F3"]
    assert include("two versions back was better, why?", versions) == ["F2"]
    assert include("go back nine versions please, no: back 9 versions", versions) == ["F3"]
    assert include("v9, please", versions) == ["F2", "F3", "F4"], "an unknown one may be any"


def test_the_second_one_is_that_of_the_newest_message_with_several() -> None:
    first, second = build_picture_ref("FA", "a.png"), build_picture_ref("FB", "b.png")
    turns = (build_turn(1, files=(first, second)), build_turn(2))
    assert include("the second one, larger", [first, second], turns) == ["FB"]
    assert include("the last picture", [first, second], turns) == ["FB"]
    assert include("the fifth one", [first, second], turns) == ["FA", "FB"], "there is no fifth"


def test_with_an_upload_it_means_the_upload_unless_both_are_spoken_of() -> None:
    earlier, own = build_picture_ref("F1", "fox.png"), build_picture_ref("F2", "sea.png")
    assert include("make it blue", [earlier], own=(own,)) == []
    assert include("put both together", [earlier], own=(own,)) == ["F1"]


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("undo", GoBack()),
        ("please undo that!", GoBack()),
        ("go back to v12", GoBack(12)),
        ("three versions back", GoBack(steps=3)),
        ("go back 2 versions please", GoBack(steps=2)),
        ("back to the last picture", GoBack()),
        ("go back to v2 and add a hat", None),
        ("undo " * 40, None),
        ("", None),
    ],
)
def test_a_message_goes_back_only_if_it_says_nothing_else(
    text: str, command: GoBack | None
) -> None:
    assert parse_go_back(text) == command


def test_an_unknown_version_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UserError) as refused:
        find_version([build_version(1), build_version(2)], 7)
    assert "v1, v2" in str(refused.value.user_message)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("undo and make it red", 1), ("annule et rends-le rouge", 1),
        ("annule ça, puis ajoute un chapeau", 1), ("annule la dernière modification", 1),
        ("Annuler", 1), ("défais ça et rends-le bleu", 1), ("retour en arrière et plus clair", 1),
        ("deshazlo y hazlo rojo", 1), ("deshacer y ponlo azul", 1), ("deshaz y hazlo rojo", 1),
        ("mach das rückgängig und mach es rot", 1), ("取り消して赤くして", 1),
        ("annule la commande 12", None), ("annuler un contrat de bail", None),
        ("l'annulation et ses effets", None),
    ],
)  # fmt: skip
def test_undo_counts_from_the_newest_in_every_language(text: str, steps: int | None) -> None:
    assert parse_picture_references(text).steps_back == steps


@pytest.mark.parametrize(
    ("text", "versions"),
    [
        ("v1に戻して帽子を追加して", {1}),
        ("v2を赤くして", {2}),
        ("ｖ２を赤くして", {2}),
        ("バージョン2を赤くして", {2}),
        ("バージョン 12を赤く", {12}),
        ("帽子はv3で、背景はV1のままで", {1, 3}),
        ("usa la versión 2 en azul", {2}),
        ("mets la v2, en bleu", {2}),
        ("the V2's sky, and v3.", {2, 3}),
        ("ipv4, v2x, 3v2, dev1, v20000 and év2", set()),
    ],
)
def test_a_version_is_read_whatever_letters_stand_beside_it(text: str, versions: set[int]) -> None:
    assert parse_picture_references(text).versions == versions


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("annule et rends-le rouge", 1),
        ("Annule, puis ajoute un chapeau", 1),
        ("annule la dernière modification et ajoute un chapeau", 1),
        ("annule la commande 12 et rembourse", None),
        ("comment annuler et rembourser ?", None),
    ],
)
def test_a_french_undo_before_a_change_goes_back_a_step(text: str, steps: int | None) -> None:
    assert parse_picture_references(text).steps_back == steps


@pytest.mark.parametrize(
    ("asked", "variations"),
    [
        ("three variations with a red hat", 3),
        ("three variations", 3),
        ("two variations of the cat with a hat", 2),
        ("draw four variations in the snow", 4),
        ("drei Varianten davon mit einem Schal", 3),
        ("Gib mir zwei weitere Varianten!", 2),
        ("trois variantes avec un chapeau", 3),
        ("tres variaciones con sombrero", 3),
        ("それのバリエーションを3つ", 3),
    ],
)
def test_variations_of_nothing_new_are_of_what_was_shown(asked: str, variations: int) -> None:
    shown = build_turn(1, files=(build_picture_ref("F1", "cat.png"),))
    request = parse_request(asked)
    assert request.options.variations == variations
    assert count_referenced_pictures(request.pictures, [shown]) == 1
    assert count_referenced_pictures(request.pictures, [shown, build_turn(2), build_turn(3)]) == 0


@pytest.mark.parametrize(
    "asked",
    [
        "draw three variations of a fox",
        "three variations: a fox, a cat and a dog",
        "zeichne drei Varianten eines Fuchses",
        "drei Varianten von einem Haus",
        "dibuja dos variaciones de un zorro",
        "trois variantes d'un renard",
        "猫のバリエーションを3つ描いて",
        "give me three variations of the headline",
        "Nenne drei Varianten des Satzes",
        "compare the two variations of the text",
    ],
)
def test_variations_of_something_new_or_of_a_text_are_not_of_what_was_shown(asked: str) -> None:
    assert not parse_picture_references(asked).wants_variations
