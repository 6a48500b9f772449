"""Words that carry no wish, in five languages: what is left over after them was not understood.

Japanese has none: what is left over there are runs of kanji or katakana.
"""

from __future__ import annotations

PLAIN_WORDS = {
    "en": """
        a an the some any of in at to from for as is are was be been being do does did i me my mine
        you your yours we us our please could can would will should may let lets let's just only
        now then so very really quite bit little more most less much too also again here there
        what's like have has had get got want need wants i'd i'm make'em thing things one's ones
        show shows showing shown standing sitting sits stands flying flies walking running swimming
        holding beautiful nice pretty cute lovely sweet cool simple simply easy flat clean modern
        friendly funny happy smiling cheerful fine good great best quick quickly cartoon style_of
        clear whole entire all each every both back front middle centre center left right top
        bottom corner side up down over above across between around behind_it high low quality
        hd hq resolution size pixels px version_of kind sort colour_of colour_to color_of go went
        hello hi hey thanks thank ok okay sure well sorry if possible when which who that's
        it's its isn't don't else while but however clearly visible inside out off through onto_it
        change changes remain remains stay stays everything anything leave left_as unchanged
        background_of degrees degree clockwise counterclockwise counter-clockwise anticlockwise
        undo revert copy few_more big_enough company shop brand team project called_it newest latest earlier
        to_the_left_of to_the_right_of to_the_left to_the_right on_the_left on_the_right left_of
        before after first second third fourth last previous original next instead day's form
        aspect ratio square_format format formats nothing
    """,
    "de": """
        der die das den dem des ein_wenig etwas bisschen im in am an zum zur ins ans vom von für als
        ist sind war wird werden sei bin bist hat haben kann kannst könntest würdest bitte mir mich
        ich du dir dein deine deinen deinem wir uns unser unsere mein meine meinen meinem einmal
        mal doch nur jetzt dann so sehr ganz ziemlich mehr weniger auch noch hier da dort man wie
        zeig zeige zeigt steht sitzt liegt stehend sitzend fliegt fliegend läuft laufend schwimmt
        hält schön schöne schöner schönes schönen nett süß süße süßer süßes süßen niedlich
        niedliche niedlichen einfach einfache einfaches klar modern moderne modernes lustig lustige
        freundlich freundliche fröhlich fröhliche fröhlichen gut gute gutes alle alles jeder jede
        jedes ganze ganzen oben unten links rechts mitte seite über zwischen neue hoch hohe hoher
        qualität auflösung größe pixel art sorte farbe danke hallo ja okay gern gerne möchte will
        hätte brauche wenn möglich aber zu sich sein seine seinen seinem ihre ihren ihrem ihrer
        vorher nachher sonst statt anstatt grad erste ersten zweite zweiten dritte dritten letzte
        letzten vorige original nächste seitenverhältnis format firma team projekt darauf
        dazu drauf unverändert bleiben lass daraus ander
        nichts rückgängig gelassen wieder zurück dabei bei beim nach aus um ob eines ihrem wäre sollte soll sollen
    """,
    "fr": """
        un une le la les l' de du des d' en à au aux dans pour est sont a ai as je tu me m' te t' moi
        mon ma mes ton ta tes son sa ses nous notre s'il te plaît svp stp peux pourrais veux voudrais
        juste seulement maintenant très plus moins aussi ici y qui que c'est cela beau belle joli
        jolie mignon simple petit_peu peu tout tous toute haut bas gauche droite entre sur haute
        qualité couleur couleurs merci bonjour fais-moi ressemble comme mais degrés format
    """,
    "es": """
        el la los las un una unos unas de del en a al para es son está están yo tú me te mi mis tu tus
        su sus nos por favor puedes podrías quiero solo ahora muy más menos también aquí que qué
        bonito bonita lindo linda simple todo toda todos arriba abajo izquierda derecha entre alta
        calidad color colores gracias hola pero grados formato como se lo hay poco
    """,
    "ja": "",
}
# What joins a thing and what it wears.
WITH_WORDS = {
    "en": "with wearing wears has in_a", "de": "mit trägt hat mit_einem",
    "fr": "avec porte portant", "es": "con lleva llevando", "ja": "かぶった かけた つけた",
}  # fmt: skip
