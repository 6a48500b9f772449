"""Words of messages that refer back, as patterns, by language. Pure data.

See `back_references.py`, which holds a whole message against them.
"""

from __future__ import annotations

BEFORE = (
    r"[¿¡]?(?:(?:please|pls|now|ok|okay|so|hey|hi|thanks|great|nice|cool|perfect|and|but|then|also"
    r"|can you|could you|would you|bitte|jetzt|nun|und|aber|dann|danke|super|kannst du"
    r"|könntest du|noch"
    r"|s'il te plaît|svp|et|mais|maintenant|alors|merci|peux-tu|tu peux|por favor|y|pero|ahora"
    r"|entonces|gracias|puedes|じゃあ|では|次は|今度は|そして)[,、!.]?\s*)*"
)
AFTER = (
    r"(?:[,、]?\s*(?:please|pls|now|again|thanks|bitte|mal|jetzt|danke|s'il te plaît|svp|maintenant"
    r"|merci|por favor|ahora|gracias|ください|下さい|お願いします|お願い))*[\s.!?…。！？]*"
)
_QUESTION_WORDS = r"(?!(?:what|which|who|whom|whose|how|where|when|why|case|short|general|fact)\b)"
# “It” is a pronoun, IT a trade.
_NO_TRADE = (
    r"(?!\s+(?:industry|sector|services?|support|security|departments?|teams?|infrastructure"
    r"|systems?"
    r"|jobs?|compan\w+|managers?|admin\w*|help ?desk|budgets?|polic\w+|professionals?|staff|news"
    r"|world|market|strateg\w+|operations|consult\w+|equipment|terms?|basics|audits?|law)\b)"
)
_IT = rf"(?:it|that|this|them|him|her|these|those|both)\b{_NO_TRADE}"
_VERBS = (
    r"make|turn|paint|draw|colou?r|recolou?r|crop|rotate|flip|mirror|blur|sharpen|brighten|lighten"
    r"|darken|resize|enlarge|shrink|invert|change|redo|repeat|convert|put|give|translate"
    r"|summari[sz]e"
    r"|shorten|explain|rewrite|rephrase|reword|simplify|expand|improve|fix|continue|try|do|show"
    r"|write|say|send|draw|zoom into|zoom out of|clean up|cut|extend|move|undo|polish|tidy"
)
_COMPARATIVES = (
    r"(?:darker|brighter|lighter|bigger|larger|smaller|shorter|longer|wider|narrower|taller|warmer"
    r"|cooler|colder|softer|sharper|simpler|clearer|friendlier|funnier|shinier|bolder|redder|bluer"
    r"|greener|yellower|pinker|closer|higher|lower|thinner|thicker|rounder|cuter|happier|sadder"
    r"|older|younger|faster|slower|louder|quieter|stronger|weaker|nicer|prettier|better|cleaner"
    r"|smoother|calmer|stricter|easier|harder|fancier|wilder|scarier|fluffier|grumpier)"
)
_DEGREES = r"(?:(?:just )?a (?:little|bit|tad|touch|lot)|slightly|somewhat|much|far|even|way|still)"
_WORDS = r"(?:\s+[^\s:?!.,]+)"  # one word and the space in front of it
_LOOKS = (
    r"(?:colou?rs?|sky|background|foreground|contrast|hat|eyes|text|font|letters|image|picture)"
)
_WORD = r"[^\s:?!.,]+"
_COLOURS = (
    r"(?:red|blue|green|yellow|orange|purple|violet|pink|black|white|gr[ae]y|brown|gold|silver"
    r"|transparent)"
)
_QUALITIES = (
    r"(?:dark|bright|light|big|large|small|short|long|wide|narrow|warm|cold|cool|soft|sharp"
    r"|blurry|pale"
    r"|colou?rful|red|blue|green|formal|informal|complicated|simple|detailed|verbose|wordy|busy"
    r"|noisy)"
)
ENGLISH = (
    rf"(?:{_VERBS}|what about|how about) {_IT}[^:\n]{{0,80}}",
    rf"(?:add|put|remove|take|draw|write|paint|delete|erase){_WORDS}{{1,6}} (?:to|on|in|from|over"
    rf"|under|behind|into|onto|around|off) {_IT}",
    rf"(?:can|could) {_IT} be [^:\n]{{1,40}}",
    rf"what (?:does|did) {_IT} (?:say|mean|show)",
    rf"{_DEGREES} (?:{_COMPARATIVES}|more|less|fewer)(?! than\b){_WORDS}{{0,4}}",
    rf"{_COMPARATIVES}(?:(?: and|,) {_COMPARATIVES})?(?: {_LOOKS})?",
    rf"(?:with )?(?:more|less|fewer)(?! than\b| or\b| info\b| information\b){_WORDS}{{1,2}}",
    rf"(?:as an? |in the style of |without (?:the |an? |any )){_QUESTION_WORDS}\S+{_WORDS}{{0,2}}",
    rf"(?:and|but|now|then|again|once more|this time|instead)[, ]+(?:{_DEGREES} )?(?:(?:as|in|with"
    rf"|without|on|for) {_QUESTION_WORDS}\S+{_WORDS}{{0,5}}|{_COMPARATIVES})",
    rf"(?:what|how) about (?:in|with|without|as) {_QUESTION_WORDS}\S+{_WORDS}{{0,5}}",
    r"(?:exactly )?(?:the )?same(?: (?:thing|one|picture|image|text|again|style))*(?: ?,? ?(?:but"
    r"|with|without|in|as|for|only|except)\b[^:\n]{1,80})?",
    r"(?:do it |try |once )?(?:again|more)|(?:and )?(?:one more|another one|another (?:version"
    r"|variation|try|attempt))(?: (?:in|with|without|as) \S+(?:\s+\S+){0,4})?",
    rf"(?:I(?: would|'d)? (?:want|like|need|prefer) {_IT}|let's make {_IT}|I(?: want"
    rf"|'d like) {_IT} to be) "
    rf"(?:(?:{_DEGREES} )?(?:more {_WORD}|less {_WORD}|{_COMPARATIVES}|{_COLOURS})|(?:in|as|with"
    rf"|without)"
    rf" {_QUESTION_WORDS}(?!(?:my|your|our|time)\b){_WORD}{_WORDS}{{0,3}}"
    rf"|translated{_WORDS}{{0,3}})",
    rf"(?:(?:{_IT}(?:'s| is)|it looks|they are|they're) )?(?:still )?(?:too|not) {_QUALITIES}"
    rf"(?: enough)?(?: now)?|{_IT}(?:'s| is) not {_QUALITIES} enough",
    rf"make (?:the|his|her|its|their) {_WORD}(?: {_WORD})? (?:{_DEGREES} )?(?:{_COMPARATIVES}"
    rf"|{_COLOURS})",
    rf"(?:remove|delete|erase|blur|crop|change|replace) the (?:{_LOOKS}|person|people|man|woman"
    rf"|logo"
    rf"|watermark|shadows?|frame|border|trees?|clouds?|caption|title)(?: (?:to|with"
    rf"|into) [^:\n]{{1,30}})?",
    rf"add (?:an? (?:{_COLOURS} )?(?:hat|moon|sun|tree|cloud|rainbow|frame|border|caption|shadow"
    rf"|smile"
    r"|scarf|beard|crown|bow ?tie|title|logo|background)|(?:some|more) (?:snow|stars|clouds|trees"
    r"|flowers"
    r"|light|contrast|colou?r))",
    r"in (?:black and white|sepia|colou?r|red|blue|green|yellow|orange|purple|pink|black|white"
    r"|gr[ae]y|brown|gold|silver|english|german|french|spanish|italian|japanese|chinese"
    r"|portuguese|dutch"
    r"|polish|turkish|korean|russian|plain english|simple words|python|javascript|typescript|rust"
    r"|go|java|bullet points|one sentence)(?: (?:too|as well|instead))?",
)
_COMPARATIVES_DE = (
    r"(?:dunkler|heller|größer|kleiner|kürzer|länger|breiter|schmaler|wärmer|kühler|kälter|bunter"
    r"|einfacher|schärfer|weicher|freundlicher|formeller|lustiger|besser|schöner|genauer|dicker"
    r"|dünner|runder|höher|tiefer|röter|blauer|grüner|näher|klarer|ruhiger|älter|jünger|netter)"
)
_DEGREES_DE = r"(?:noch|viel|etwas|deutlich|ein (?:bisschen|wenig|klein wenig))"
_LANGUAGES_DE = (
    r"(?:englisch|deutsch|französisch|spanisch|italienisch|japanisch|chinesisch|türkisch)"
)
GERMAN = (
    r"(?:mach|mache|male?|zeichne|drehe?|färbe?|schneide|übersetze?|fasse?|kürze?|erkläre?"
    r"|schreibe?"
    r"|zeige?|gib|setze?|nimm|änder[en]?|wiederhole?|vereinfache?)"
    r" (?:es|ihn|sie|ihm|ihr)\b[^:\n]{0,80}",
    r"(?:mach|mache|male?|zeichne|drehe?|färbe?|schneide|übersetze?|fasse?|kürze?|erkläre?"
    r"|schreibe?"
    r"|zeige?|gib|setze?|nimm|änder[en]?|wiederhole?) (?:mir )?(?:das|dies|die|den)(?: (?:bitte|mal"
    r"|noch|jetzt|noch ?mal|ein bisschen|etwas|ins?|auf|als|für|zu|mit|ohne|kurz|zusammen|um|neu"
    rf"|anders|kürzer|{_COMPARATIVES_DE})\b[^:\n]{{0,60}})?",
    rf"(?:{_DEGREES_DE} )?{_COMPARATIVES_DE}(?: (?:und|,) {_COMPARATIVES_DE})?",
    rf"(?:mit )?(?:{_DEGREES_DE} )?(?:mehr|weniger)(?! als\b| oder\b){_WORDS}{{1,2}}",
    rf"(?:und|aber|jetzt|nun|noch ?mal|nochmals|noch einmal|diesmal) (?:in|als|mit|ohne|auf|im)"
    rf"(?! (?:welche\w*|wie|was)\b){_WORDS}{{1,5}}",
    r"noch ?mal|nochmals|noch einmal|noch eine?[srn]?",
    r"(?:(?:es|das|er|sie) ist )?(?:noch |immer noch )?(?:zu|nicht) (?:dunkel|hell|groß|klein"
    r"|kurz|lang"
    r"|breit|bunt|blass|förmlich|kompliziert|warm|kalt)(?: genug)?",
    rf"(?:mach|mache|färbe?|male?) (?:den|die|das) {_WORD}(?: (?:bitte|etwas|viel|noch"
    rf"|ein bisschen))*"
    rf" (?:{_COMPARATIVES_DE}|rot|blau|grün|gelb|schwarz|weiß|grau|lila|rosa|braun)",
    r"(?:entferne?|lösche?) (?:den|die|das) (?:hintergrund|himmel|text|hut|person|leute|schrift"
    r"|logo"
    r"|rahmen|schatten|wasserzeichen)",
    rf"auf {_LANGUAGES_DE}|als (?:poster|plakat|logo|icon|skizze|zeichnung|liste|tabelle|e-?mail)"
    r"|in (?:rot|blau|grün|gelb|schwarz|weiß|grau|orange|lila|rosa|schwarz-?weiß|farbe)"
    rf"|ohne (?:den|die|das|ein\w*){_WORDS}{{1,2}}",
    r"(?:genau )?(?:dasselbe|das ?gleiche|dieselbe|die gleiche|derselbe)(?: bild)?(?: (?:noch ?mal"
    r"|nochmals))?(?: ?,? ?(?:aber|nur|mit|ohne|in|als|auf|für)\b[^:\n]{1,80})?",
)
FRENCH = (
    r"(?:fais|rends|mets|tourne|dessine|peins|colorie|traduis|résume|explique|raccourcis|change"
    r"|montre|refais|agrandis|réduis|écris|éclaircis|assombris|continue)"
    r"(?:-(?:le|la|les|moi ça|moi cela)|(?:-moi)? (?:ça|cela))\b[^:\n]{0,80}",
    rf"(?:un peu |beaucoup |encore |bien |avec )?(?:plus|moins)(?! de la\b| que\b| ou\b)"
    rf"(?: de | d['’]| )?{_WORDS}?\S*",
    rf"(?:et|mais|maintenant|encore|cette fois) (?:en|avec|sans|comme|sur)(?! (?:quel\w*|quoi)\b)"
    rf"{_WORDS}{{1,5}}",
    r"(?:c'est |il est |elle est )?(?:encore |toujours )?trop (?:sombre|claire?|grande?|petite?"
    r"|long(?:ue)?"
    r"|court(?:e)?|foncée?|formel(?:le)?|compliquée?)",
    rf"(?:rends|fais|mets|enlève|supprime|efface) (?:le |la |les |l')(?:ciel|fond|arrière-plan"
    rf"|chapeau|texte"
    rf"|logo|cadre|couleurs?)(?: {_WORD}){{0,4}}",
    r"encore une fois|encore une?|une autre(?: version)?",
    r"(?:la même chose|le même|la même|pareil)(?: image| dessin)?(?: ?,? ?(?:mais|avec|sans|en|pour"
    r"|comme)\b[^:\n]{1,80})?",
    r"en (?:anglais|allemand|français|espagnol|italien|japonais|rouge|bleu|vert|jaune|noir|blanc"
    r"|gris|rose|violet|noir et blanc|affiche|couleur)",
    rf"sans (?:le |la |les |l['’]){_WORDS}?\S*",
)
SPANISH = (
    r"(?:haz|pon|p[ií]nta|convi[eé]rte|trad[uú]ce|res[uú]me|expl[ií]ca|ac[oó]rta|g[ií]ra|rec[oó]rta"
    r"|c[aá]mbia|dib[uú]ja|mu[eé]stra|escr[ií]be|env[ií]a|agr[aá]nda|rep[ií]te|simplif[ií]ca"
    r"|mej[oó]ra)"
    r"(?:me)?(?:lo|la|los|las)\b[^:\n]{0,80}",
    rf"(?:un poco |mucho |aún |todavía |con )?(?:más|menos)(?! de\b| que\b| o\b){_WORDS}{{1,2}}",
    rf"(?:y|pero|ahora|otra vez|esta vez) (?:en|con|sin|como)(?! (?:qué|cuál\w*)\b){_WORDS}{{1,5}}",
    r"(?:es |está )?(?:todavía |aún )?(?:demasiado|muy) (?:oscur[oa]|clar[oa]|grande|pequeñ[oa]"
    r"|larg[oa]"
    r"|cort[oa]|formal|complicad[oa])",
    rf"(?:haz|pon|quita|elimina|borra) (?:el |la |los |las )(?:cielo|fondo|sombrero|texto|logo"
    rf"|marco"
    rf"|colores)(?: {_WORD}){{0,4}}",
    r"otra vez|una más|uno más|otra versión",
    r"(?:lo mismo|el mismo|la misma|igual)(?: (?:imagen|dibujo))?(?: ?,? ?(?:pero|con|sin|en|para"
    r"|como)\b[^:\n]{1,80})?",
    r"en (?:inglés|alemán|francés|español|italiano|japonés|rojo|azul|verde|amarillo|negro|blanco"
    r"|gris|rosa|morado|blanco y negro|color)",
    rf"sin (?:el |la |los |las )\S+{_WORDS}{{0,2}}",
)
JAPANESE = (
    r"(?:それ|これ|あれ)(?:を|も|は|に|で)?[^\n:：、]{0,40}(?:して|にして|訳|変えて|直して|塗って|描いて|教えて"
    r"|説明して|何ですか|は何|大きく|小さく|明るく|暗く)[^\n:：、]{0,12}",
    r"(?:もっと|もう少し|もうちょっと|少し|ちょっと)[^\n:：、はを]{1,10}(?:く|に|めに)(?:して|描いて|お願い)?",
    r"(?:同じ(?:もの|絵|画像|の)?(?:を|で|だけど|ですが)?[^\n:：]{0,40})",
    r"(?:ちょっと|少し)?(?:暗|明る|大き|小さ|長|短)(?:すぎる|すぎます|過ぎる)",
    r"(?:背景|空|文字|帽子|髪|目)を[^\n:：、]{1,10}(?:して|消して|変えて)",
    r"もう一度|もう一回|もう一枚|もうひとつ",
    r"[^\n:：、はが]{1,8}(?:くして|にして|風にして)",
    r"(?:赤|青|緑|黄色|黒|白|白黒|ポスター|ロゴ|イラスト|漫画|英語|日本語|フランス語|ドイツ語|スペイン語|中国語|韓国語)"
    r"(?:で|に|では|でも)(?:も|は)?(?:書いて|描いて|訳して|翻訳して)?",
)
