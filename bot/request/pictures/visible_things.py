"""What a message without a verb may be a picture of: “a fox, A4”, “three variations of a red car”.
Pure.

Nearly all nouns may be written about. So these are few, of which one hardly wants anything but a
picture where a size or a number of variations goes with them.
"""

from __future__ import annotations

# In simplified letters (`bot.request.own_words`).
PICTURE_NOUNS = (
    r"(?:logos?|icons?|avatars?|emblems?|posters?|plakate?s?|banners?|flyers?|stickers?|wallpapers?"
    r"|drawings?|paintings?|sketch(?:es)?|illustrations?|pictures?|images?|photos?|portraits?"
    r"|mascots?|maskottchens?|bild(?:er|es)?|zeichnung(?:en)?|gemaldes?|affiches?|dessins?|tableaux?"
    r"|carteles|cartel|dibujos?|retratos?|imagen(?:es)?|ilustracion(?:es)?|fotos?)"
)
_ENGLISH = (
    "fox(?:es)?|cats?|kittens?|dogs?|pupp(?:y|ies)|horses?|birds?|owls?|eagles?|wol(?:f|ves)|lions?"
    "|tigers?|elephants?|whales?|dolphins?|rabbits?|squirrels?|hedgehogs?|penguins?|butterfl(?:y|ies)"
    "|dragons?|unicorns?|cars?|bicycles?|motorcycles?|sailboats?|airplanes?|rockets?|spaceships?"
    "|lighthouses?|castles?|cottages?|skyscrapers?|windmills?|mountains?|waterfalls?|beach(?:es)?"
    "|volcano(?:e?s)?|islands?|sunsets?|sunrises?|sunflowers?|roses?|landscapes?|skylines?"
    "|astronauts?|knights?|pirates?|wizards?|robots?|teddy bears?"
)
_GERMAN = (
    "fuchs(?:es)?|fuchse|katzen?|hund(?:es?)?|hunde|pferd(?:es?)?|vogels?|eulen?|adlers?|wolf(?:es)?"
    "|lowen?|elefant(?:en)?|wal(?:s|es)?|hasen?|igels?|pinguins?|schmetterlings?|drachens?"
    "|einhorns?|autos?|fahrrad(?:es|s)?|rakete|leuchtturm(?:e?s)?|schloss(?:es)?|windmuhle|bergs?"
    "|berge|wasserfalls?|strand(?:e?s)?|vulkans?|insel|sonnenuntergang(?:s|es)?|sonnenblumen?"
    "|landschaft|ritters?|piraten?|roboters?"
)
_FRENCH = (
    "renards?|chats?|chiens?|chev(?:al|aux)|oiseaux?|hiboux?|loups?|lions?|elephants?|baleines?"
    "|lapins?|herissons?|papillons?|dragons?|licornes?|voitures?|velos?|fusees?|phares?|chateaux?"
    "|moulins?|montagnes?|cascades?|plages?|volcans?|iles?|tournesols?|paysages?|chevaliers?|robots?"
)
_SPANISH = (
    "zorros?|gat(?:os?|itos?)|perros?|caballos?|pajaros?|buhos?|aguilas?|lobos?|leon(?:es)?"
    "|elefantes?|ballenas?|conejos?|erizos?|mariposas?|dragon(?:es)?|unicornios?|coches?|bicicletas?"
    "|cohetes?|faros?|castillos?|molinos?|montanas?|cascadas?|playas?|volcan(?:es)?|islas?"
    "|girasol(?:es)?|paisajes?|caballeros?|robots?"
)
_PLACED = (
    "in|on|at|under|over|near|by|behind|with|without|wearing|riding|and|im|in|am|auf|an|unter|uber"
    "|vor|mit|ohne|und|dans|sur|sous|avec|sans|devant|et|en|bajo|sobre|con|sin|y|as|als|comme|como"
    "|for|fur|pour|para|of|von|de|du|del"
)
_PREPOSITION = (
    "about|uber|sur|sobre|of|for|fur|pour|para|de|del|von|in|on|im|en|with|mit|avec|con|that|which"
)
# In French and Spanish the noun comes first: no word behind it makes it another.
_ROMANCE_THING = rf"(?:(?<=\bun )|(?<=\bune )|(?<=\buna ))(?:[a-z]+ )?(?:{_FRENCH}|{_SPANISH})\b"
# The first noun of a thing, with a few words before it and none after it that makes it another: no
# “fox joke”, no “joke about a fox”.
VISIBLE_THING = (
    rf"(?:{_ROMANCE_THING}|(?:(?!(?:{_PREPOSITION})\b)[^\s,.:;!?]+ ){{0,3}}?"
    rf"(?:{PICTURE_NOUNS}|{_ENGLISH}|{_GERMAN})"
    rf"(?= ?(?:$|[,.;:!()–—-](?![a-z])|--|\d)| (?:{_PLACED})\b| [a-z]\d))"
)
