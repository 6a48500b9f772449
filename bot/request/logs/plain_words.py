"""Short questions that ask what failed if a log comes with them, and may mean anything else. Pure.

See `bot.request.recipes.what_failed` for those that mean it by themselves.
"""

from __future__ import annotations

from dataclasses import replace

from bot.request.recipes.recipe import Recipe, compile_sentences
from bot.request.recipes.what_failed import RECIPE

_IT = r"(?:it|this|that|the (?:job|test|script|program|command|service|server|app|container|pod))"
# The part of a run that somebody sees to have failed, and where.
_PART = r"(?:tests?|steps?|jobs?|stages?|checks?|requests?|calls?|rules?|builds?|cases?|tasks?)"
_IN_IT = r"(?:in|on|of|with) (?:the|this|that|our|my|these|those|it)(?: [\w-]{1,20}){0,3}"
_PART_DE = (
    r"(?:tests?|schritte?|jobs?|stufen?|prufungen?|prüfungen?|anfragen?|aufrufe?|regeln?|builds?"
    r"|testfall|testfälle|aufgaben?)"
)
_IN_IT_DE = r"(?:in|im|bei|beim|an|am|mit)(?: (?:diese[mrn]|der|dem|den))?(?: [\w-]{1,20}){1,2}"
_PART_FR = r"(?:tests?|etapes?|jobs?|taches?|requetes?|verifications?|regles?|appels?)"
_PART_ES = r"(?:pruebas?|tests?|pasos?|trabajos?|jobs?|tareas?|peticion(?:es)?|reglas?|llamadas?)"
_PART_JA = r"(?:テスト|ステップ|ジョブ|ステージ|リクエスト|チェック|ルール|ビルド|タスク)"
_IT_DE = r"(?:es|das|der (?:job|test|server|dienst|container|pod)|das (?:skript|programm))"

PLAIN_RECIPE: Recipe = replace(
    RECIPE,
    title=RECIPE.title,
    trigger_pattern=compile_sentences(
        r"what(?:'s| is| has| have)? (?:failed|failing|broken|broke|crashed|wrong|happened"
        rf"|going on)(?: here| there| with (?:it|this|that)| {_IN_IT})?",
        rf"what (?:went|goes|is going) wrong(?: here| there| {_IN_IT})?",
        rf"(?:which|what) (?:of the |of these )?{_PART}(?: (?:has|have|is|are|was|were))?"
        rf" (?:failed|failing|fails?|broken|broke|red|crashed)(?: here| there| {_IN_IT})?",
        rf"why (?:did|does|do|is|are|has|have) (?:the |this |that |these |those |my |our |one |some"
        rf" |\d+ )?(?:[\w-]{{1,20}} )?{_PART} (?:fail|failing|failed|broken|break|crash|red)"
        rf"(?: here| there| {_IN_IT})?",
        r"what(?:'s| is| was) the (?:root )?cause(?: of (?:this|the (?:failure|error|crash)))?",
        rf"why (?:did|does|is|has) {_IT} (?:fail|failing|failed|broken|break|crash|crashed|crashing"
        r"|die|died|red|stop|stopped|not (?:work|working|start|starting|run|running))",
        rf"why (?:doesn't|didn't|won't) {_IT} (?:work|start|run|build|deploy)",
        r"(?:any (?:ideas?|clue)|ideas?)(?: what(?:'s| is) (?:wrong|broken))?",
        r"(?:explain|find|what is|what's) (?:the|this) (?:error|failure|problem|crash)",
        r"was ist (?:hier |da |denn |da |hier )?(?:kaputt|fehlgeschlagen|schief ?gegangen"
        r"|schief ?gelaufen|los|passiert|falsch)",
        rf"was ist {_IN_IT_DE} (?:kaputt|fehlgeschlagen|schief ?gegangen|schief ?gelaufen)",
        rf"welche[rsnm]?(?: der)? {_PART_DE} (?:ist|sind|war|waren)(?: hier| da| {_IN_IT_DE})?"
        r" (?:fehlgeschlagen|kaputt|rot|schief ?gegangen|gescheitert)",
        rf"welche[rsnm]?(?: der)? {_PART_DE} (?:schlägt|schlagen)(?: hier| da)? fehl",
        rf"(?:warum|wieso|weshalb) (?:ist|sind|schlägt|schlagen) (?:der|die|das|diese[rs]?)"
        rf" {_PART_DE}(?: hier| da)? (?:fehlgeschlagen|kaputt|rot|fehl|gescheitert)",
        rf"(?:warum|wieso|weshalb) (?:ist|geht|läuft|startet|klappt|funktioniert) {_IT_DE}"
        r"(?: denn)? (?:fehlgeschlagen|nicht|kaputt|rot|abgestürzt|schief ?gegangen)",
        r"woran (?:liegt|lag) (?:es|das)",
        r"(?:qu'est-ce qui|qu'est ce qui) (?:a echoue|a plante|ne va pas|ne marche pas|cloche"
        r"|s'est passe)",
        rf"quel(?:le)?s? {_PART_FR} (?:a|ont|est|sont) (?:echouee?s?|plantee?s?|en echec)(?: ici)?",
        r"pourquoi (?:ca|cela) (?:a echoue|echoue|plante|a plante|ne marche pas|ne demarre pas)",
        r"(?:c'est quoi|quel est|quelle est) (?:le probleme|l'erreur)",
        r"que (?:fallo|ha fallado|paso|ha pasado|salio mal|esta mal|va mal)",
        rf"que {_PART_ES} (?:fallo|fallaron|falla|fallan|ha fallado|han fallado)(?: aqui)?",
        r"por que (?:fallo|falla|ha fallado|no (?:funciona|arranca|compila))",
        r"cual es el (?:error|problema|fallo)",
        r"何が(?:失敗し(?:た|ました)|おかしい|起き(?:た|ました)|壊れ(?:た|ました))(?:の|ん)?(?:です)?か?",
        rf"どの{_PART_JA}(?:が|で)(?:失敗し(?:た|ました|ている|ています)|落ち(?:た|ました))"
        r"(?:の|ん)?(?:です)?か?",
        r"(?:なぜ|どうして|なんで)(?:失敗し(?:た|ました|ている|ています)|動か(?:ない|ない|ません)"
        r"|落ち(?:た|ました))(?:の|ん)?(?:です)?か?",
        r"(?:何が)?原因は(?:何|なん)(?:です)?か?",
    ),
)
