"""The words by which a language is recognized: data, and nothing else.

`CERTAIN_WORDS` are words of one language that hardly occur in a text of another one; one of them is
enough. `LIKELY_WORDS` occur in others too, or are names somewhere. Languages that Easel does not
speak are here so that they are not taken for a neighbour; `en` so that English words weigh.
Japanese is known by its letters; its words here are commands that have none of them.
"""

from __future__ import annotations

CERTAIN_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": """
        the this that these those what which who where when why how please thanks thank
        you your is are was were have has does did can could would should with without and
        from about make show explain draw translate summarize give write of it its they
        them there here
        """,
        "de": """
        zwei drei ich du wir ihr mich dich mir dir und oder aber nicht kein keine keinen
        keinem ist sind warst wurde werden wird kannst kann könntest könnte möchte würde
        soll sollte muss musst bitte danke das dem des den ein eine einen einem einer mit
        ohne für über unter zwischen zurück auf aus was bei nach vom zum zur wie wer wo
        wann warum wieso welche welcher welches diese dieser dieses diesen hier dort noch
        mal nochmal auch nur sehr mehr weniger mach mache zeichne zeichnen zeig zeige
        erkläre erklär übersetze übersetz schreib schreibe hilf hilfe bild bilder datei
        hallo guten verlauf vergleiche heller dunkler größer kleiner alles zusammen fasse
        habe hast haben hat gibt gib schau siehst gesehen einstellungen rückgängig gehe
        mach wiederhole jetzt breite breit pixeln
        """,
        "fr": """
        je vous nous tu il elle ils elles moi toi est sont était être avoir avez avec sans
        pour dans sur sous chez et ou où quoi quel quelle quels quelles pourquoi comment
        combien merci bonjour salut stp svp plaît ceci cela cette ces ce cet une des du au
        aux mon ma mes ton ta tes leur leurs notre votre peux peut pouvez pourrais
        voudrais veux fais faites fait dessine dessinez montre explique traduis résume
        écris dessin fichier aide historique plus moins encore aussi très toujours jamais
        rien quelque c'est qu'est n'est d'un d'une l'image j'ai deux trois rends mets
        enlève retour reviens annule annuler paramètres réglages recommence largeur ajoute
        ajoutez peins recadre
        """,
        "es": """
        dos tres yo tú usted nosotros ellos ellas mí eres es son está están estoy tienes
        tiene puedes puede podrías quiero quisiera hola gracias porfa qué cómo cuándo
        dónde quién cuál cuáles por favor los las una unos unas del con sin pero muy más
        menos también hasta desde entre sobre esto este esta estos estas eso ese esa aquí
        allí haz hazlo hazme dibuja dibújame muestra muéstrame explica explícame traduce
        escribe imagen archivo ayuda historial compara vuelve deshaz deshacer ajustes ancho dame
        dime ahora otra otro nada todo buenos buenas píntame añade añádele recorta
        """,
        "ja": "設定 履歴 比較 使い方",
        "pt": """
        você vocês não é são está estão uma umas com sem por para obrigado obrigada olá
        isto isso aquilo esse essa faça desenhe mostre explique traduza o os ao aos da das
        do dos na nas no nos em muito mais também onde quando porque qual meu minha quero
        pode imagem
        """,
        "it": """
        io noi voi lui lei sono sei è siamo siete hai ha abbiamo che cosa come quando dove
        perché chi quale grazie ciao prego per favore con senza una uno gli le dello della
        delle degli nel nella questo questa questi queste quello quella fai disegna
        mostrami spiega traduci riassumi immagine più meno anche molto ancora puoi vorrei
        """,
        "nl": """
        ik jij je jullie wij hij zij het een van voor met zonder niet geen maar ook
        nog wat wie waar wanneer waarom hoe deze dit die dat bedankt alsjeblieft
        alstublieft kun kan teken maak laat zien uitleggen vertaal samenvatten afbeelding
        hebben heeft zijn wordt
        """,
        "sv": """
        jag du vi ni han hon det den och eller inte ett är var varför hur vad vem när med
        utan för på som tack snälla rita visa förklara översätt sammanfatta bild kan ska
        """,
        "da": """
        jeg du vi det den og eller ikke et er var hvorfor hvordan hvad hvem hvornår med
        uden for på som tak tegn vis forklar oversæt billede kan skal
        """,
        "pl": """
        ja ty my jest są nie tak co kto gdzie kiedy dlaczego jak proszę dziękuję to ten ta
        te narysuj pokaż wyjaśnij przetłumacz obraz się na do dla czy może
        """,
    }.items()
}
LIKELY_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a an i to in on as at by for not be do if or so we me my all now more help image",
        "de": "der die es er sie so im am an zu in von um was war alle man sich dass",
        "fr": "le la les un de en à a y ne pas se si on me te que qui d'accord par compare image",
        "es": "el la un una de en y o a que no se si me te lo le mi tu su al como para por resume",
        "pt": "a e um de que se em me te como para por na no os as",
        "it": "il la lo i un di e a che non si mi ti ci da in se tu",
        "nl": "de en is in te op aan er als zo bij of of ja",
        "sv": "en att av till om i de",
        "da": "en at af til om i de",
        "pl": "w z i a o po",
    }.items()
}
