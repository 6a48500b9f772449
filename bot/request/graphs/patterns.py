"""Sentences that ask for a dependency graph, in all of Easel's languages. Pure data.

Each pattern is a whole message without its options, held against simplified text (`own_words.py`).
Groups: `target` is a file or a thing, `name` a thing.
"""

from __future__ import annotations

# One word: a package, a service, a path; in code's quotes or without.
NAME = r"[`'\"]?(?P<name>[\w@.+:/~-]{1,100}?)[`'\"]?"
_TARGET_WORD = r"[`'\"]?(?P<target>[\w@.+:/~-]{1,100}?)[`'\"]?"
_THING = (
    r"(?:files?|project|repo(?:sitory)?|lock ?files?|manifests?|zip|archive|package|app|code"
    r"|attachment|attached files?)"
)
_THIS = rf"(?:this|that|it|these|those|them|here|(?:the|this|that|my|our|these) {_THING})"
_OF = rf"(?: (?:of|for|from|in|out of) (?:{_THIS}|{_TARGET_WORD}))?"
_KIND = r"(?:(?:whole|full|complete|all|all the|package|module|project|npm|python) )?"
_GRAPH = (
    rf"{_KIND}(?:dependency (?:graph|tree|diagram|chart|map|picture)|deps? graph"
    r"|(?:graph|tree|diagram|picture) of (?:the |all |all the )?dependencies)"
)
_SHOW = (
    r"(?:draw|show|give|render|plot|make|create|visuali[sz]e|display|sketch|generate)(?: me| us)?"
)
_ART = r"(?:a |the |its |our |my |all |all the )?"

_DE_THING = r"(?:datei(?:en)?|projekts?|repo(?:sitory)?s?|pakets?|archivs?|anhangs?|zip)"
_DE_THIS = rf"(?:hier|davon|(?:d(?:er|ie|as|em|es)|dies(?:er|e|es|em)) {_DE_THING})"
_DE_OF = rf"(?: (?:(?:von|aus|fur|zu|in|der|des) (?:{_DE_THIS}|{_TARGET_WORD})|{_DE_THIS}))?"
_DE_DEP = r"abh(?:a|ae)ngigkeit"
_DE_GRAPH = (
    rf"(?:den |die |das |einen |ein |alle )?(?:{_DE_DEP}s(?:graph(?:en)?|baum|diagramm|bild)"
    rf"|{_DE_DEP}en(?:graph(?:en)?)?|graph(?:en)? der {_DE_DEP}en)"
)
_DE_SHOW = r"(?:zeige?|zeichne|male?|visualisiere?|erstelle?|mach(?:e)?|gib)(?: mir| uns)?"

_FR_THIS = (
    r"(?:ca|cela|ici|(?:ce|cet|cette|ces|le|la|les|l'|mon|notre) ?"
    r"(?:fichiers?|projet|depot|paquet|archive))"
)
_FR_OF = rf"(?: (?:de |du |d'|des |pour |a partir de )(?:{_FR_THIS}|{_TARGET_WORD}))?"
_FR_GRAPH = (
    r"(?:(?:le |un |l')?(?:graphe|graphique|arbre|schema|diagramme) (?:de |des )dependances"
    r"|(?:toutes )?les dependances)"
)
_FR_SHOW = (
    r"(?:montre[rz]?|dessine[rz]?|affiche[rz]?|trace[rz]?|fais|donne|visualise[rz]?|voir)"
    r"(?:-moi|-nous)?"
)

_ES_THIS = (
    r"(?:esto|eso|aqui|(?:este|esta|el|la|los|mi|nuestro) "
    r"(?:archivos?|fichero|proyecto|repositorio|paquete))"
)
_ES_OF = rf"(?: (?:de |del |para |a partir de )(?:{_ES_THIS}|{_TARGET_WORD}))?"
_ES_GRAPH = (
    r"(?:(?:el |un )?(?:grafo|grafico|arbol|diagrama|esquema) de (?:las )?dependencias"
    r"|(?:todas )?las dependencias)"
)
_ES_SHOW = (
    r"(?:muestra|mostrar|dibuja|dibujar|ensena|haz|hacer|crea|crear|visualiza|ver)(?:me|nos)?"
)

_JA_THIS = r"(?:これ|この(?:ファイル|プロジェクト|リポジトリ))"
_JA_OF = rf"(?:(?:{_JA_THIS}|{_TARGET_WORD}) ?の ?)?"
_JA_GRAPH = r"(?:依存関係(?:の?(?:グラフ|図|ツリー))?|依存グラフ|依存ツリー)"
_JA_END = r"(?:して|描いて|書いて|見せて|作って|出して|表示して)?(?:ください|下さい|ほしい|ね)?"

WHOLE_PATTERNS = (
    rf"{_SHOW} {_ART}{_GRAPH}{_OF}",
    rf"{_ART}{_GRAPH}{_OF}",
    rf"(?:draw|visuali[sz]e|graph|plot|map|chart|sketch) {_ART}{_KIND}(?:dependencies|deps){_OF}",
    rf"show(?: me| us)? (?:the |all |all the |our |its )?{_KIND}dependencies{_OF}",
    r"what depends on what(?: (?:here|in (?:here|this|it)))?",
    rf"{_DE_SHOW} {_DE_GRAPH}{_DE_OF}",
    rf"{_DE_GRAPH}{_DE_OF} (?:zeigen|anzeigen|zeichnen|malen|erstellen|visualisieren)",
    rf"{_DE_DEP}s(?:graph|baum|diagramm){_DE_OF}",
    r"was hangt (?:hier )?(?:wovon|von was) ab",
    rf"{_FR_SHOW} {_FR_GRAPH}{_FR_OF}",
    rf"(?:graphe|arbre|schema|diagramme) (?:de |des )dependances{_FR_OF}",
    r"(?:qu'est-ce qui|qui) depend de quoi",
    rf"{_ES_SHOW} {_ES_GRAPH}{_ES_OF}",
    rf"(?:grafo|arbol|diagrama) de dependencias{_ES_OF}",
    r"que depende de que",
    rf"{_JA_OF}{_JA_GRAPH}(?:を|に){_JA_END}",
    rf"{_JA_OF}(?:依存関係の?(?:グラフ|図|ツリー)|依存グラフ|依存ツリー)",
    r"何が何に依存して(?:いる|る|います)(?:か|の)?",
)

_THERE = (
    r"(?:there|here|in there|in here|installed|needed|used|included|required|pulled in"
    r"|a dependency|in (?:this|it|the|our|my)(?: (?:tree|graph|lock ?file|project|list))?)"
)
PATHS_PATTERNS = (
    rf"why (?:is|are) {NAME} {_THERE}",
    rf"why (?:do we|do i|does it|does this) (?:have|need|use|require|depend on) {NAME}",
    rf"(?:who|what|which packages?|which modules?|which services?) (?:all )?"
    rf"(?:needs?|uses?|requires?|depends? on|pulls? in|brings? in|imports?) {NAME}",
    rf"(?:who|what)(?:'s| is) (?:using|requiring|importing|depending on|pulling in) {NAME}",
    rf"where does {NAME} come from",
    rf"where is {NAME} (?:used|needed|required|imported)",
    rf"(?:warum|wieso|weshalb) (?:ist|steht|gibt es) {NAME}"
    r" (?:da|dabei|drin|darin|hier|installiert|notig|hier drin)",
    rf"(?:warum|wieso|weshalb) (?:haben|brauchen|benutzen|verwenden) wir {NAME}",
    rf"(?:wer|welches paket|welche pakete) (?:braucht|brauchen|benutzt|benutzen|verwendet"
    rf"|verwenden|nutzt) {NAME}",
    rf"(?:was|wer) hangt (?:alles )?von {NAME} ab",
    rf"woher kommt {NAME}",
    rf"pourquoi (?:est-ce que )?{NAME} est(?:-il|-elle)?"
    r" (?:la|ici|installee?|presente?|necessaire|utilisee?)",
    rf"pourquoi (?:avons-nous|utilisons-nous|a-t-on) (?:besoin de )?{NAME}",
    rf"(?:qui|qu'est-ce qui) (?:a besoin de|utilise|depend de|requiert) {NAME}",
    rf"d'ou vient {NAME}",
    rf"por que (?:esta|aparece) {NAME} (?:ahi|aqui|instalad[oa]|incluid[oa])",
    rf"por que esta {NAME}",
    rf"por que (?:tenemos|necesitamos|usamos) {NAME}",
    rf"(?:quien|que) (?:necesita|usa|depende de|requiere|utiliza) {NAME}",
    rf"de donde viene {NAME}",
    rf"(?:なぜ|どうして|なんで) ?{NAME} ?(?:が|は) ?(?:ここに)?"
    r"(?:ある|あります|入っている|入っています|必要)(?:です)?(?:か|の|のか|のですか|なの|なのか)?",
    rf"(?:何|誰|どれ)が ?{NAME} ?(?:を(?:使って|必要として)|に依存して)"
    r"(?:いる|る|います)(?:か|の)?",
    rf"{NAME} ?(?:が|は) ?(?:なぜ|どうして|なんで) ?(?:ここに)?(?:ある|あります|必要|入っている"
    r"|入っています)(?:です)?(?:か|の|のか|のですか|なの|なのか|なのですか)?",
    rf"{NAME} ?(?:に依存して|を(?:使って|利用して|必要として))(?:いる|る)(?:のは|もの(?:は)?)"
    r"(?:何|どれ|誰)?(?:ですか)?",
)

FROM_PATTERNS = (
    rf"(?:{_SHOW} )?(?:me )?(?:the |all |all the )?(?:dependencies|deps|sub-?graph|sub-?tree) of"
    rf" {NAME}",
    rf"what does {NAME} (?:all )?(?:need|depend on|require|use|import|pull in)",
    rf"(?:{_DE_SHOW} )?(?:alle |die )?{_DE_DEP}en von {NAME}",
    rf"wovon hangt {NAME} ab",
    rf"was (?:braucht|benotigt) {NAME}",
    rf"(?:{_FR_SHOW} )?(?:toutes )?(?:les )?dependances de {NAME}",
    rf"de quoi depend {NAME}",
    rf"de quoi {NAME} (?:a-t-il |a )besoin",
    rf"(?:{_ES_SHOW} )?(?:todas )?(?:las )?dependencias de {NAME}",
    rf"de que depende {NAME}",
    rf"{NAME} ?の ?依存関係",
    rf"{NAME} ?は何に依存して(?:いる|る|います)(?:か|の)?",
    rf"{NAME} ?は何(?:が必要|を(?:必要として|使って)(?:いる|る|います))(?:です)?(?:か|の)?",
)

_DEV_EN, _DEV_DE = r"dev(?:elopment)?", r"entwicklung(?:sabh(?:a|ae)ngigkeiten)?"
_DEPS = r"(?: dependencies| deps| ones)?"
# By what they set, each with the group `depth` where it names a number.
OPTION_PATTERNS = {
    "direct": (
        rf"(?:only|just) (?:the )?direct{_DEPS}|direct{_DEPS} only"
        rf"|nur (?:die )?direkten?(?: {_DE_DEP}en)?"
        r"|(?:seulement|uniquement) (?:les )?(?:dependances )?directes?"
        r"|solo (?:las )?(?:dependencias )?directas?|直接(?:の(?:もの|依存))?(?:のみ|だけ)"
    ),
    "depth": (
        r"(?:(?:with |up to )?(?:a )?depth(?: of)?|tiefe|(?:bis )?tiefe|profondeur(?: de)?"
        r"|profundidad(?: de)?|深さ) ?(?P<depth>\d{1,2})"
    ),
    "levels": (
        r"(?:(?:only|up to|nur|bis) )?(?P<levels>\d{1,2})"
        r" (?:levels?|steps?|ebenen?|stufen?|niveaux?|niveles)(?: deep)?"
    ),
    "development": (
        rf"(?:only|just) (?:the |for )?{_DEV_EN}{_DEPS}|{_DEV_EN}{_DEPS} only"
        rf"|nur (?:die )?{_DEV_DE}"
        r"|(?:seulement|uniquement) (?:le |pour le )?developpement"
        r"|solo (?:de |para )?desarrollo|開発(?:用)?(?:のみ|だけ)"
    ),
    "production": (
        rf"(?:without|no|excluding) (?:the )?{_DEV_EN}{_DEPS}|only (?:the )?(?:prod(?:uction)?"
        rf"|runtime){_DEPS}|(?:prod(?:uction)?|runtime){_DEPS} only|ohne (?:die )?{_DEV_DE}"
        r"|nur (?:die )?(?:produktion|laufzeit)|sans (?:le |les )?(?:dependances de )?developpement"
        r"|(?:seulement|uniquement) (?:la )?production|sin (?:las )?(?:dependencias de )?desarrollo"
        r"|solo (?:de )?produccion|開発(?:用)?(?:なし|以外|を除く)|本番(?:用)?(?:のみ|だけ)"
    ),
}
