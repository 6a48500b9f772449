"""Turn a drawn diagram into a table of dependencies and a Mermaid diagram. Draws nothing."""

from __future__ import annotations

from bot.domain.messages import Message
from bot.domain.options import OutputFormat, RequestOptions
from bot.request.recipes.recipe import (
    LANGUAGE_INSTRUCTION,
    PICTURE,
    POLITE_JA,
    Recipe,
    RecipeInput,
    compile_sentences,
)

_DIAGRAM = (
    r"(?:the|this|that|my)(?: attached)?(?: architecture| dependency| component| system| network)?"
    r" (?:diagram|flow ?chart)"
)
_DRAWING = rf"(?:{_DIAGRAM}|{PICTURE}|(?:the|this|that|my) (?:graph|sketch|whiteboard))"
_DIAGRAM_DE = (
    r"(?:dem|diesem|das|dieses|den|der|dieser|die|diese)"
    r" (?:\w{0,20}diagramm|schaubild|bild|skizze|screenshot)"
)

_DIAGRAM_FR = r"(?:ce |le |cette |l'|l')(?:diagramme|schema|dessin|image|capture(?: d'ecran)?)"
_DIAGRAM_ES = r"(?:este |el |esta |la )(?:diagrama|esquema|dibujo|imagen|captura)"
_DIAGRAM_JA = r"(?:この|その)?(?:図|構成図|ダイアグラム|フローチャート|画像)"

RECIPE = Recipe(
    name="diagram_to_table",
    title=Message("Diagram to table"),
    description=Message("Turns a drawn diagram into a dependency table and a Mermaid diagram"),
    trigger_pattern=compile_sentences(
        rf"(?:turn|convert|transform|make) {_DRAWING} (?:into|to) a dependency table",
        rf"(?:turn|convert|transform|make) {_DIAGRAM} (?:into|to) (?:a table|mermaid)",
        r"(?:make|give me|write|extract|create) a dependency table"
        rf" (?:from|of|for|out of) {_DRAWING}",
        rf"dependency table (?:from|of|for) {_DRAWING}",
        rf"(?:list|extract|read) (?:all |the |all the )?dependencies (?:in|of|from) {_DRAWING}"
        r"(?: as a table)?",
        rf"(?:mach|mache|erstelle)(?: mir)?(?: bitte)? aus {_DIAGRAM_DE} eine"
        r" (?:abhängigkeits)?tabelle",
        rf"(?:mach|mache|erstelle)(?: mir)?(?: bitte)? eine abhängigkeitstabelle"
        rf" (?:aus|von|zu) {_DIAGRAM_DE}",
        rf"(?:wandle|wandel)(?: mir)?(?: bitte)? {_DIAGRAM_DE} in eine (?:abhängigkeits)?tabelle"
        r" um",
        rf"abhängigkeitstabelle (?:aus|von|zu) {_DIAGRAM_DE}",
        rf"(?:converti(?:s|r|ssez)|transforme[rz]?)(?:-moi)? {_DIAGRAM_FR} en"
        r" (?:(?:un )?tableau(?: de dependances| des dependances)?|mermaid)",
        r"(?:fais|faire|faites|cree[rz]?|donne[rz]?)(?:-moi)? (?:un|le) tableau"
        rf" (?:de|des) dependances (?:de|a partir de|d'apres) {_DIAGRAM_FR}",
        rf"(?:convert(?:ir)|convierte|transforma(?:r)?|pasa(?:r)?) {_DIAGRAM_ES} (?:en|a)"
        r" (?:(?:una )?tabla(?: de dependencias)?|mermaid)",
        r"(?:haz|hacer|crea(?:r)?|da|dar)(?:me)? (?:una|la) tabla de dependencias"
        rf" (?:de|a partir de) {_DIAGRAM_ES}",
        rf"{_DIAGRAM_JA}を(?:依存関係の?)?(?:表|テーブル|mermaid)に(?:して|変換して|まとめて){POLITE_JA}",
        rf"{_DIAGRAM_JA}(?:から|の)依存関係の?(?:表|テーブル)を(?:作って|作成して){POLITE_JA}",
    ),
    prompt=(
        "Turn the diagram into data: first a table of its dependencies, then the same as Mermaid.\n"
        "\n"
        "1. A Markdown table with the columns From, To, Kind and Label. One row for each"
        " connection, in reading order; From depends on, calls or points to To. A line without"
        " arrow heads is one row of the kind “connected”, one with two heads is two rows. Kind is"
        " how it is drawn (solid, dashed, …) or what the legend says of it. Label is what is"
        " written at the line, – where nothing is. A component without connections has a row with"
        " – under To.\n"
        "2. One fenced code block that begins with ```mermaid and holds a `flowchart` (LR or TD,"
        " as drawn): the same components and connections as the table and no others. Ids are"
        " plain letters and digits, labels stand in double quotes, groups are subgraphs.\n"
        "3. Only if there are any: a list of what could not be read or could be read in two"
        " ways.\n\n"
        "Write names exactly as they stand in the diagram; where one cannot be read, write"
        " [unreadable]. Add no component and no connection that is not drawn. If there is no"
        " diagram, say in one sentence what there is instead, and write neither table nor code."
        f" {LANGUAGE_INSTRUCTION}"
    ),
    options=RequestOptions(output_format=OutputFormat.TEXT, text_only=True),
    required_input=RecipeInput.FILE_OR_PICTURE,
    missing_input_message=Message(
        "There is no diagram here. Please send it along as a picture or a PDF."
    ),
)
