"""How people say what is wrong with a diagram, in five languages. Pure.

Each pattern is a whole sentence. `n` is the number of a connection; `s`, `t` and `x` are names of
things, or their numbers; `label` is new words. See `corrections.py` for what each becomes.
"""

from __future__ import annotations

import re

_EDGE = (
    r"(?:the )?(?:edge|arrow|connection|line|link|dependency|row|relation)(?: (?:no\.?|number))?"
)
_N = r" ?#?(?P<n>\d{1,4})"
_NODE = r"(?:the )?(?:node|box|component|element|shape|thing|service)"
_IT = (
    r"(?: (?:is|was) (?:wrong|not right|incorrect))?(?:[,;:.\-–—]* ?(?:it|this|that|and|but"
    r" it|because it))?"
)
_END = r"(?:,? (?:instead|please|not (?:to|from) [^,.]{1,60})){0,2}"
_A = r"(?:an? |another |the )?(?:missing |new )?"
_NAMED = (
    r"(?: (?:labell?ed|called|named|with (?:the )?label|saying|that says):? (?P<label>.{1,120}?))?"
)

_EDGE_DE = (
    r"(?:die |der |das )?(?:kante|pfeil|verbindung|linie|zeile|abhängigkeit|beziehung)(?:"
    r" nr\.?| nummer)?"
)
_NODE_DE = r"(?:den |der |die |das )?(?:knoten|kasten|kästchen|box|komponente|element|form)"
_IT_DE = (
    r"(?: (?:ist|war) (?:falsch|nicht richtig))?(?:[,;:.\-–—]* ?(?:sie|er|es|das|die|und|denn"
    r" sie|denn er))?"
)

_EDGE_FR = (
    r"(?:la |le |l['’])?(?:fl[eè]che|ar[eê]te|connexion|liaison|lien|ligne|relation)(?:"
    r" n[°ºo]\.?)?"
)
_NODE_FR = r"(?:le |la |l['’])?(?:n(?:œ|oe)ud|bo[iî]te|composant|[ée]l[ée]ment|forme)"
_IT_FR = (
    r"(?: est (?:fausse|faux|incorrecte?|erron[ée]e?))?(?:[,;:.\-–—]* ?(?:elle|il|[cç]a|et"
    r"|car elle|car il))?"
)

_EDGE_ES = (
    r"(?:la |el )?(?:flecha|arista|conexi[oó]n|l[ií]nea|enlace|relaci[oó]n|fila)(?: n[úu]mero"
    r"| n\.?º)?"
)
_NODE_ES = r"(?:el |la )?(?:nodo|caja|componente|elemento|forma)"
_IT_ES = (
    r"(?: est[aá] (?:mal|equivocad[ao])| es incorrect[ao])?(?:[,;:.\-–—]* ?(?:ella|eso|y|pues"
    r"|porque))?"
)

_EDGE_JA = r"(?:エッジ|矢印|線|接続|つながり|行|辺)(?:番号)?"
_NODE_JA = r"(?:ノード|ボックス|箱|要素|コンポーネント)"
_N_JA = r" ?#?(?P<n>[0-9０-９]{1,4})(?:番目?)?"
_IT_JA = (
    r"(?:(?:は|が)(?:間違い|間違って|違い|違って|誤り)(?:です|います|いる|だ"
    r"|ます)?[。、 ]*)?(?:は|が|を)?[、 ]*"
)

MOVE = (
    rf"{_EDGE}{_N}{_IT},? (?:should |must |has to |actually |really )?(?:go(?:es)?|points?|leads?"
    rf"|runs?) from (?P<s>.+?) to (?P<t>.+?){_END}",
    rf"{_EDGE}{_N}{_IT},? (?:should |must |has to |actually |really )?(?:go(?:es)?|points?|leads?"
    rf"|runs?|ends?)(?: to| at| in)+ (?P<t>.+?){_END}",
    rf"{_EDGE}{_N}{_IT},? (?:should |must |has to |actually |really )?(?:comes?|starts?"
    rf"|begins?|go(?:es)?)(?: from| at| in)+ (?P<s>.+?){_END}",
    rf"{_EDGE_DE}{_N}{_IT_DE},? (?:geht|führt|zeigt|läuft|verläuft|muss|soll|sollte)(?:"
    rf" eigentlich)? von (?P<s>.+?) (?:zur?|zum|nach|auf|in) (?P<t>.+?)(?: (?:gehen|führen"
    rf"|zeigen))?(?: bitte)?",
    rf"{_EDGE_DE}{_N}{_IT_DE},? (?:geht|führt|zeigt|läuft|endet|muss|soll|sollte)(?:"
    rf" eigentlich)? (?:zur?|zum|nach|auf|in|bei) (?P<t>.+?)(?: (?:gehen|führen|zeigen"
    rf"|enden))?(?: bitte)?",
    rf"{_EDGE_DE}{_N}{_IT_DE},? (?:kommt|beginnt|startet|geht)(?: eigentlich)? (?:von|bei|in)"
    rf" (?P<s>.+?)(?: aus)?(?: bitte)?",
    rf"{_EDGE_FR}{_N}{_IT_FR},? (?:va|m[eè]ne|pointe|doit aller|devrait aller|part) de"
    rf" (?P<s>.+?) (?:à|vers|a|et va (?:à|vers)) (?P<t>.+?)",
    rf"{_EDGE_FR}{_N}{_IT_FR},? (?:va|m[eè]ne|pointe|doit aller|devrait aller|arrive) (?:à"
    rf"|vers|a|sur) (?P<t>.+?)",
    rf"{_EDGE_FR}{_N}{_IT_FR},? (?:part|vient|commence) (?:de|à) (?P<s>.+?)",
    rf"{_EDGE_ES}{_N}{_IT_ES},? (?:va|lleva|apunta|debe ir|debería ir) de(?:sde)? (?P<s>.+?)"
    rf" (?:a|hacia|hasta) (?P<t>.+?)",
    rf"{_EDGE_ES}{_N}{_IT_ES},? (?:va|lleva|apunta|debe ir|debería ir|termina) (?:a|hacia"
    rf"|hasta|en) (?P<t>.+?)",
    rf"{_EDGE_ES}{_N}{_IT_ES},? (?:sale|viene|empieza|parte) (?:de|desde|en) (?P<s>.+?)",
    rf"{_EDGE_JA}{_N_JA}{_IT_JA}(?P<s>[^、。]+?)から(?P<t>[^、。]+?)(?:へ|に|まで)(?:向か|行き"
    rf"|行く|つなが|です|なり|伸び).*",
    rf"{_EDGE_JA}{_N_JA}{_IT_JA}(?P<t>[^、。]+?)(?:へ|に)(?:向か|行き|行く|つなが|です|なり"
    rf"|伸び).*",
    rf"{_EDGE_JA}{_N_JA}{_IT_JA}(?P<s>[^、。]+?)から(?:出|始ま|来|です).*",
)
REVERSE = (
    rf"(?:reverse|flip|turn around) {_EDGE}{_N}{_END}",
    rf"{_EDGE}{_N}{_IT},? (?:goes|points|should go|should point) (?:in )?the other (?:way"
    rf"|direction)(?: (?:a)?round)?",
    rf"{_EDGE}{_N} is (?:reversed|backwards|the wrong way (?:a)?round)",
    rf"(?:drehe?|kehre?) {_EDGE_DE}{_N} um(?: bitte)?",
    rf"{_EDGE_DE}{_N} (?:umdrehen|umkehren)(?: bitte)?",
    rf"{_EDGE_DE}{_N}{_IT_DE},? (?:geht|zeigt) (?:anders ?herum|andersrum|in die andere richtung)",
    rf"(?:inverse[rz]?|retourne[rz]?) {_EDGE_FR}{_N}",
    rf"{_EDGE_FR}{_N}{_IT_FR},? va dans l['’]autre sens",
    rf"(?:invierte|invertir|gira) {_EDGE_ES}{_N}",
    rf"{_EDGE_ES}{_N}{_IT_ES},? va (?:en la otra dirección|al revés)",
    rf"{_EDGE_JA}{_N_JA}(?:は|を|の向きは|の向きを)(?:逆|反対)(?:です|だ|向き|に).*",
)
REMOVE_EDGE = (
    rf"(?:delete|remove|drop|erase|cut) {_EDGE}{_N}{_END}",
    rf"{_EDGE}{_N} (?:does not|doesn['’]t) exist|there is no {_EDGE}{_N.replace('<n>', '<n2>')}",
    rf"(?:lösche?|entferne?|streiche?) {_EDGE_DE}{_N}(?: bitte)?"
    rf"|{_EDGE_DE}{_N.replace('<n>', '<n2>')} gibt es nicht",
    rf"(?:supprime[rz]?|enl[eè]ve[rz]?|efface[rz]?|retire[rz]?) {_EDGE_FR}{_N}",
    rf"{_EDGE_FR}{_N} n['’]existe pas",
    rf"(?:borra(?:r)?|elimina(?:r)?|quita(?:r)?) {_EDGE_ES}{_N}"
    rf"|{_EDGE_ES}{_N.replace('<n>', '<n2>')} no existe",
    rf"{_EDGE_JA}{_N_JA}を?(?:削除|消|取り除).*"
    rf"|{_EDGE_JA}{_N_JA.replace('<n>', '<n2>')}は(?:ありません|存在しません)",
)
ADD_EDGE = (
    rf"(?:add|draw|insert) {_A}(?:edge|arrow|connection|line|link|dependency) (?:from|between)"
    rf" (?P<s>.+?) (?:to|and) (?P<t>.+?){_NAMED}{_END}",
    r"(?:there is |there['’]s )?(?:an? |the )?(?:missing )?(?:edge|arrow|connection|line"
    r"|link) from (?P<s>.+?) to (?P<t>.+?) is missing",
    r"(?:füge?|ergänze?) (?:eine[n]? )?(?:kante|pfeil|verbindung|linie) von (?P<s>.+?)"
    r" (?:zur?|zum|nach|auf) (?P<t>.+?)(?: hinzu| ein)?(?: bitte)?",
    r"(?:es fehlt )(?:eine?|die|der) (?:kante|pfeil|verbindung|linie) von (?P<s>.+?) (?:zur?"
    r"|zum|nach|auf) (?P<t>.+?)",
    r"(?:ajoute[rz]?|dessine[rz]?) (?:une? )?(?:fl[eè]che|ar[eê]te|connexion|liaison|lien"
    r"|ligne) (?:de|entre) (?P<s>.+?) (?:à|vers|a|et) (?P<t>.+?)",
    r"il manque (?:une? )?(?:fl[eè]che|ar[eê]te|connexion|liaison|lien|ligne) (?:de|entre)"
    r" (?P<s>.+?) (?:à|vers|a|et) (?P<t>.+?)",
    r"(?:añad[ea]|agrega|añadir|agregar|dibuja) (?:una? )?(?:flecha|arista|conexi[oó]n"
    r"|l[ií]nea|enlace) (?:de|desde|entre) (?P<s>.+?) (?:a|hacia|hasta|y) (?P<t>.+?)",
    r"falta (?:una? )?(?:flecha|arista|conexi[oó]n|l[ií]nea|enlace) (?:de|desde|entre)"
    r" (?P<s>.+?) (?:a|hacia|hasta|y) (?P<t>.+?)",
    rf"(?P<s>[^、。]+?)から(?P<t>[^、。]+?)(?:へ|に|まで)の?{_EDGE_JA}(?:を|が)(?:追加|加え"
    rf"|足し|足り|ありません|抜け).*",
)
LABEL_EDGE = (
    rf"{_EDGE}{_N} (?:is|should be) (?:labell?ed|called|named) (?P<label>.+?){_END}",
    rf"(?:the )?(?:label|text|name) (?:of|at|on) {_EDGE}{_N} (?:is|should be)"
    rf" (?P<label>.+?){_END}",
    rf"(?:label|name|rename) {_EDGE}{_N} (?:as |to )?(?P<label>.+?){_END}",
    rf"{_EDGE_DE}{_N} (?:heißt|ist beschriftet mit) (?P<label>.+?)",
    rf"{_EDGE_FR}{_N} s['’]appelle (?P<label>.+?)",
    rf"{_EDGE_ES}{_N} se llama (?P<label>.+?)",
    rf"{_EDGE_JA}{_N_JA}の(?:ラベル|名前|文字)は(?P<label>.+?)(?:です|だ)?",
)
RENAME = (
    rf"{_NODE} #?(?P<x>.+?) (?:is|should be) (?:called|named|labell?ed) (?P<label>.+?){_END}",
    rf"rename (?:{_NODE} )?#?(?P<x>.+?) (?:to|as|into) (?P<label>.+?){_END}",
    rf"{_NODE_DE} (?P<x>.+?) heißt(?: eigentlich)? (?P<label>.+?)",
    rf"(?:benenne?) (?:{_NODE_DE} )?(?P<x>.+?) in (?P<label>.+?) um(?: bitte)?",
    rf"{_NODE_FR} (?P<x>.+?) s['’]appelle (?P<label>.+?)",
    rf"renomme[rz]? (?:{_NODE_FR} )?(?P<x>.+?) en (?P<label>.+?)",
    rf"{_NODE_ES} (?P<x>.+?) se llama (?P<label>.+?)",
    rf"(?:renombra(?:r)?|cambia el nombre de) (?:{_NODE_ES} )?(?P<x>.+?) (?:a|por|como)"
    rf" (?P<label>.+?)",
    rf"{_NODE_JA} ?(?P<x>[^、。]+?)(?:番)?(?:の名前)?は(?P<label>[^、。]+?)(?:という名前)?(?:で"
    rf"す|だ)",
    r"(?P<x>[^、。]+?)の名前を(?P<label>[^、。]+?)に(?:変更|変え|して|直し).*",
)
REMOVE_NODE = (
    rf"(?:delete|remove|drop|erase) {_NODE} #?(?P<x>.+?){_END}",
    rf"(?:lösche?|entferne?|streiche?) {_NODE_DE} (?P<x>.+?)(?: bitte)?",
    rf"(?:supprime[rz]?|enl[eè]ve[rz]?|efface[rz]?|retire[rz]?) {_NODE_FR} (?P<x>.+?)",
    rf"(?:borra(?:r)?|elimina(?:r)?|quita(?:r)?) {_NODE_ES} (?P<x>.+?)",
    rf"{_NODE_JA} ?(?P<x>[^、。]+?)(?:番)?を(?:削除|消|取り除).*",
)
ADD_NODE = (
    r"(?:add|insert) (?:an? |another |the )?(?:missing |new )?(?:node|box|component)(?:"
    r" (?:called|named|labell?ed))? (?P<label>.+?)(?: please)?",
    r"(?:füge?|ergänze?) (?:eine[n]? |ein )?(?:knoten|kasten|kästchen|box|komponente)"
    r"(?: namens| mit (?:dem )?namen)? (?P<label>.+?)(?: hinzu| ein)?(?: bitte)?",
    r"ajoute[rz]? (?:une? )?(?:n(?:œ|oe)ud|bo[iî]te|composant)(?: (?:appel|nomm)[ée]e?)?"
    r" (?P<label>.+?)",
    r"(?:añad[ea]|agrega|añadir|agregar) (?:una? )?(?:nodo|caja|componente)(?: llamad[oa])?"
    r" (?P<label>.+?)",
    r"(?:ノード|ボックス|箱)「?(?P<label>[^、。」]+?)」?を(?:追加|加え|足し).*",
    r"(?P<label>[^、。]+?)という(?:名前の)?(?:ノード|ボックス|箱)を(?:追加|加え|足し).*",
)


def compile_patterns(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Compile whole sentences; what people say before and after them means nothing."""
    before = r"(?:(?:no|nein|non|ok|and|also|please|bitte|und|et|y|そして)[,:]? )*"
    return tuple(re.compile(rf"{before}(?:{one})[\s.!。！]*", re.IGNORECASE) for one in patterns)
