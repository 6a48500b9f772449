"""Recipes are asked for in French, Spanish and Japanese as well, with and without accents."""

from __future__ import annotations

import pytest

from bot.request.own_words import normalize_letters
from bot.request.parse import parse_request
from bot.request.recipes import RECIPES, match_recipe

SENTENCES = {
    "alt_text": [
        "Écris un texte alternatif pour cette image",
        "Peux-tu rédiger le texte alternatif de l’image, s’il te plaît ?",
        "Décris cette photo pour les aveugles",
        "Escribe un texto alternativo para esta imagen",
        "texto alternativo",
        "Describe la foto para personas ciegas, por favor.",
        "この画像の代替テキストを書いてください。",
        "代替テキストを作成してください",
    ],
    "explain_picture": [
        "Explique-moi cette image",
        "peux-tu m'expliquer ce dessin ?",
        "Décris la capture d'écran en détail",
        "Que montre cette photo ?",
        "Explícame esta imagen",
        "¿Puedes describir la captura de pantalla?",
        "¿Qué muestra esta imagen?",
        "この画像を説明してください",
        "このスクリーンショットについて詳しく説明して",
        "この写真は何を示していますか？",
    ],
    "read_text": [
        "Lis le texte de cette image",
        "Transcris-moi le texte du document, merci",
        "Que dit le texte sur la photo ?",
        "Lee el texto de esta foto",
        "Transcribe esta imagen, por favor",
        "¿Qué dice el texto de la captura?",
        "この画像のテキストを読み取ってください",
        "画像から文字を抽出して",
        "この写真を文字起こししてください。",
    ],
    "extract_csv": [
        "Extrais les données de cette image en CSV",
        "Convertis ce tableau en fichier csv s'il vous plaît",
        "Exporte les chiffres au format CSV",
        "Extrae los datos de esta factura como CSV",
        "Convierte esta tabla a un archivo csv",
        "dame los datos de esta foto en csv, gracias",
        "この画像のデータをCSVで抽出してください",
        "表をCSVに変換して",
    ],
    "what_failed": [
        "Qu'est-ce qui a échoué ici ?",
        "Explique l'erreur sur cette capture d'écran",
        "Qu’est-ce qui ne va pas dans ce log",
        "¿Qué ha fallado aquí?",
        "¿Qué está mal en esta captura?",
        "Explícame el error en este registro",
        "ここで何が失敗しましたか？",
        "このログで何がおかしいのですか",
        "このエラーを説明してください",
    ],
    "diagram_to_table": [
        "Convertis ce diagramme en tableau de dépendances",
        "Fais un tableau des dépendances à partir de ce schéma",
        "Transforma este diagrama en una tabla",
        "Haz una tabla de dependencias de este esquema",
        "この図を表にしてください",
        "この構成図を依存関係の表にまとめて",
    ],
    "architecture_diagram": [
        "Dessine l'architecture de ce projet",
        "Fais-moi un schéma d'architecture",
        "Dibuja la arquitectura de este código",
        "Haz un diagrama de arquitectura",
        "このコードのアーキテクチャを描いてください",
        "システム構成図を作って",
    ],
}
OTHERS = [
    "Explique-moi la photosynthèse",
    "Décris cette image pour ma grand-mère",
    "que montre cette étude ?",
    "Lis le texte et dis-moi si tu es d'accord",
    "donne-moi ça en csv",
    "Qu'est-ce qui a échoué hier ?",
    "Dessine un chat",
    "Fais un tableau des ventes",
    "Explícame la fotosíntesis",
    "¿Qué muestra este estudio?",
    "dame eso en csv",
    "donne les chiffres en csv",
    "dame la tabla en csv",
    "¿Qué ha fallado en el proyecto?",
    "Dibuja un gato",
    "texto alternativo en nuestra web: ¿hace falta?",
    "光合成を説明してください",
    "猫の絵を描いて",
    "これをCSVでください",
    "昨日は何が失敗しましたか",
    "この文章を要約してください",
]


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in SENTENCES.items() for text in texts]
)
def test_a_sentence_asks_for_one_recipe_and_sets_nothing_else(name: str, text: str) -> None:
    for form in (text, normalize_letters(text), f"@Easel {text}", f"{text}\nin two parts"):
        matching = [recipe.name for recipe in RECIPES.values() if recipe.is_requested_by(form)]
        assert matching == [name]
    request = parse_request(text)
    assert request.command is None and request.recipe is RECIPES[name]
    assert request.flag_error is None


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_resembles_one_is_an_ordinary_question(text: str) -> None:
    assert match_recipe(text) is None
