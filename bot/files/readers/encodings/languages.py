"""Tables of languages: their letters beyond ASCII, and short words that are frequent in them."""

from __future__ import annotations

from collections.abc import Iterator

_LETTERS = """
de äöüß
fr àâæçèéêëîïôœùûüÿ
es áéíñóúüªº
it àèéìíîòóùú
pt àáâãçéêíóôõúüªº
nl áéëïóöüèêíúçû
sv åäöéüà
da æøåéöäô
nb æøåéòôâ
fi äöåšž
is áéíóúýþæöð
hu áéíóöőúüű
cs áčďéěíňóřšťúůýž
sk áäčďéíĺľňóôŕšťúýž
pl ąćęłńóśźż
hr čćđšž
sl čšž
ro ăâîșțşţ
tr çğıöşüâîû
lt ąčęėįšųūž
lv āčēģīķļņšūžōŗ
et äöõüšž
mt ċġħżàèìòù
ca àçèéíïòóúü·
sq ëç
az əğıöüçş
cy âêîôûŵŷáéíóúï
eo ĉĝĥĵŝŭ
vi ăâđêôơưàáãèéìíòóõùúý
ru абвгдежзийклмнопрстуфхцчшщъыьэюяё
uk абвгдежзийклмнопрстуфхцчшщьюяіїєґ
bg абвгдежзийклмнопрстуфхцчшщъьюя
sr абвгдђежзијклљмнњопрстћуфхцчџш
mk абвгдѓежзѕијклљмнњопрстќуфхцчџшѐѝ
be абвгдежзійклмнопрстуўфхцчшыьэюяё
kk абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі
tg абвгдежзийклмнопрстуфхцчшщъыьэюяёғӣқӯҳҷ
el αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ
"""
_WORDS = """
de der die und das ist nicht mit den von sie ein eine auf dem des wir ich zu im es sich auch als
fr le la les de des et est un une que qui pour dans pas sur vous nous avec du ce il en au plus
es el la los las de que y en un una por con no se su del al para como es pero
it il la di che per non un una del della con sono dei si da le lo al in nel ha
pt o a os as de que e um uma do da em no na para com se por dos mais
nl de het een en van is op te dat niet voor met zijn aan er om bij ook wij hij
sv och att det som en den av inte med till jag vi kan om ett har de var
da og at det som en den af ikke med til jeg vi kan om et har de var er
nb og at det som en den av ikke med til jeg vi kan om et har de var er
fi ja on ei se joka ett mutta ovat olen niin kun tai ole oli sen me
is og er sem ekki en um til fyrir hann af ver eru var eftir
hu a az egy hogy nem van is meg de ha vagy mint ezt csak el volt lesz
cs a se v na je to ve do za o s z jsou ale jak si by od tak po jsem
sk a sa v na je to vo do za o s z ale ako si by od tak po som ste
pl w i na z do nie to jest jak ale od po za o przez dla czy ze tak ma
hr i u je se na da za su od s ne ali koji kao to iz o bi ili smo
sl in je v se na da za so od ne pa ki kot to iz o bi ali smo po
ro de la din cu pe o un nu este sunt pentru care mai ce au fi sau ca al
tr ve bir bu da de ne ile daha en var yok olan ama gibi ya o mi
lt ir yra kad su ar nuo bet tai kaip dar iki jo per po ne visi jau
lv un ir ar no kas par bet vai jau tikai lai to ka pie pa
et ja on ei see et oma kui ning aga ka mis kas oli ta siis selle
"""


def _read_rows(table: str) -> Iterator[tuple[str, str]]:
    for line in table.split("\n"):
        language, _, values = line.partition(" ")
        if language:
            yield language, values


LETTERS = {language: frozenset(letters) for language, letters in _read_rows(_LETTERS)}
WORDS = {language: frozenset(words.split()) for language, words in _read_rows(_WORDS)}
