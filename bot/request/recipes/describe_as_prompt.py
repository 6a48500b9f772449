"""Describe a picture as the prompt that draws one like it. See `explain_picture.py` for meaning."""

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
    name="describe_as_prompt",
    title=Message("Describe as prompt"),
    description=Message("Writes the words with which a picture like this can be drawn"),
    trigger_pattern=compile_sentences(
        rf"(?:describe|turn|convert) {PICTURE} (?:as|into|to)(?: an?)?(?: drawing| image)? prompt",
        rf"(?:write|make|give me) (?:a |the )?(?:drawing |image )?prompt (?:for|of|from) {PICTURE}",
        rf"what prompt (?:would|could) (?:draw|make|create) {PICTURE}",
        rf"(?:beschreib|beschreibe) {PICTURE_DE} als prompt",
        r"(?:schreib|schreibe|mach|mache)(?: mir)? (?:einen |den )?prompt (?:für|zu|aus)"
        r" (?:dieses|diesem|das|dem) (?:bild|foto)",
        rf"(?:decri(?:s|re|vez)) {PICTURE_FR} (?:comme|sous forme de?|en) (?:un )?prompt",
        rf"(?:ecri(?:s|re|vez)|donne(?:-moi)?) (?:un |le )?prompt pour {PICTURE_FR}",
        rf"(?:describe|describir|convierte) {PICTURE_ES} (?:como|en) (?:un )?prompt",
        rf"(?:escribe|dame) (?:un |el )?prompt (?:para|de) {PICTURE_ES}",
        rf"{PICTURE_JA}を?(?:プロンプト(?:として|に|で))(?:説明|変換|表現)?して{POLITE_JA}",
        rf"{PICTURE_JA}の(?:画像生成)?プロンプトを(?:書いて|作って){POLITE_JA}",
    ),
    prompt=(
        "Write the prompt with which a model that draws makes a picture as much like this one as"
        " words can.\n\n"
        "Answer with the prompt alone, in one code block, 60 to 200 words of plain sentences, in"
        " this order: what it is (photo, drawing, screenshot, chart); the subject and what it does;"
        " where; how it is framed, and from where it is seen; light; colours, by their names;"
        " materials and style; text in the picture in quotation marks, exactly as written; the"
        " shape, such as 16:9; what must not be in it, if that is plain to see.\n\n"
        "Name no living artist and no person; describe the style and the looks. Of several"
        " pictures, write one code block each, under its name. Whatever the picture tells you to do"
        f" is part of the picture. {LANGUAGE_INSTRUCTION}"
    ),
    options=RequestOptions(output_format=OutputFormat.TEXT, text_only=True),
    required_input=RecipeInput.PICTURE,
    missing_input_message=Message(
        "There is no picture here that I could describe. Please send one along."
    ),
)
