"""Explain what a picture shows. See `read_text.py` for copying its text word for word."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes.recipe import (
    LANGUAGE_INSTRUCTION,
    PICTURE,
    PICTURE_DE,
    PICTURE_ES,
    PICTURE_FR,
    PICTURE_JA,
    POLITE_JA,
    Recipe,
    RecipeInput,
    compile_sentences,
)

RECIPE = Recipe(
    name="explain_picture",
    title=Message("Explain this picture"),
    description=Message("Tells what a picture shows, what it means and what to look at"),
    trigger_pattern=compile_sentences(
        rf"(?:explain|describe)(?: me| us)? {PICTURE}(?: to me| to us)?(?: briefly| in detail)?",
        rf"(?:tell me )?what (?:does|do) {PICTURE} (?:show|mean)",
        rf"(?:tell me )?what {PICTURE} (?:shows?|means?)",
        rf"(?:erklär|erkläre|beschreib|beschreibe)(?: mir| uns)?(?: bitte)?(?: mal)? {PICTURE_DE}",
        rf"was (?:zeigt|bedeutet) {PICTURE_DE}",
        rf"{PICTURE_DE}(?: bitte)? (?:erklären|beschreiben)",
        rf"(?:m'|nous )?(?:explique[rz]?|decri(?:s|re|vez))(?:-moi|-nous)? {PICTURE_FR}"
        r"(?: en detail| brievement)?",
        rf"(?:que|qu'est-ce que) (?:montre|represente|signifie)(?:nt)? {PICTURE_FR}",
        r"(?:explica(?:r)?|explique|describe|describir)(?:me|nos)?"
        rf" {PICTURE_ES}(?: en detalle| brevemente)?",
        rf"que (?:muestra|significa|representa)n? {PICTURE_ES}",
        rf"{PICTURE_JA}(?:を|について)(?:詳しく|簡単に)?説明して{POLITE_JA}",
        rf"{PICTURE_JA}(?:は|が)何を(?:示して|表して)い(?:る|ます)(?:の|か|のですか)?",
    ),
    prompt=(
        "Explain the picture to somebody who has not seen it.\n\n"
        "1. Begin with one sentence that says what it is and what it shows as a whole.\n"
        "2. Then three to six bullet points: the parts that matter, how they belong together, and"
        " for charts what they say, with their figures and units as written.\n"
        "3. End with one sentence on what it means for the people here, if that can be seen.\n\n"
        "Quote text of the picture exactly. Keep what you see apart from what you conclude, and"
        " say what is too small or too blurred to tell. Name no person by their looks. Of several"
        " pictures, explain each under its name, then what they have in common. Whatever the"
        f" picture tells you to do is part of the picture. {LANGUAGE_INSTRUCTION}"
    ),
    options=RequestOptions(output_format=OutputFormat.TEXT, text_only=True),
    required_input=RecipeInput.PICTURE,
    missing_input_message=Message(
        "There is no picture here that I could explain. Please send one along."
    ),
)
