"""Short questions that ask what failed if a log comes with them, and may mean anything else. Pure.

See `bot.request.recipes.what_failed` for those that mean it by themselves.
"""

from __future__ import annotations

from dataclasses import replace

from bot.request.recipes.recipe import Recipe, compile_sentences
from bot.request.recipes.what_failed import RECIPE

_IT = r"(?:it|this|that|the (?:job|test|script|program|command|service|server|app|container|pod))"
_IT_DE = r"(?:es|das|der (?:job|test|server|dienst|container|pod)|das (?:skript|programm))"

PLAIN_RECIPE: Recipe = replace(
    RECIPE,
    title=RECIPE.title,
    trigger_pattern=compile_sentences(
        r"what(?:'s| is| has| have)? (?:failed|failing|broken|broke|crashed|wrong|happened"
        r"|going on)(?: here| there| with (?:it|this|that))?",
        r"what (?:went|goes|is going) wrong(?: here| there)?",
        rf"why (?:did|does|is|has) {_IT} (?:fail|failing|failed|broken|break|crash|crashed|crashing"
        r"|die|died|red|stop|stopped|not (?:work|working|start|starting|run|running))",
        rf"why (?:doesn't|didn't|won't) {_IT} (?:work|start|run|build|deploy)",
        r"(?:any (?:ideas?|clue)|ideas?)(?: what(?:'s| is) (?:wrong|broken))?",
        r"(?:explain|find|what is|what's) (?:the|this) (?:error|failure|problem|crash)",
        r"was ist (?:hier |da |denn |da |hier )?(?:kaputt|fehlgeschlagen|schief ?gegangen"
        r"|schief ?gelaufen|los|passiert|falsch)",
        rf"(?:warum|wieso|weshalb) (?:ist|geht|läuft|startet|klappt|funktioniert) {_IT_DE}"
        r"(?: denn)? (?:fehlgeschlagen|nicht|kaputt|rot|abgestürzt|schief ?gegangen)",
        r"woran (?:liegt|lag) (?:es|das)",
        r"(?:qu'est-ce qui|qu'est ce qui) (?:a echoue|a plante|ne va pas|ne marche pas|cloche"
        r"|s'est passe)",
        r"pourquoi (?:ca|cela) (?:a echoue|echoue|plante|a plante|ne marche pas|ne demarre pas)",
        r"(?:c'est quoi|quel est|quelle est) (?:le probleme|l'erreur)",
        r"que (?:fallo|ha fallado|paso|ha pasado|salio mal|esta mal|va mal)",
        r"por que (?:fallo|falla|ha fallado|no (?:funciona|arranca|compila))",
        r"cual es el (?:error|problema|fallo)",
        r"何が(?:失敗し(?:た|ました)|おかしい|起き(?:た|ました)|壊れ(?:た|ました))(?:の|ん)?(?:です)?か?",
        r"(?:なぜ|どうして|なんで)(?:失敗し(?:た|ました|ている|ています)|動か(?:ない|ない|ません)"
        r"|落ち(?:た|ました))(?:の|ん)?(?:です)?か?",
        r"(?:何が)?原因は(?:何|なん)(?:です)?か?",
    ),
)
