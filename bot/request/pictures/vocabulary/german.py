"""German words for what is done to a picture. Pure data; see `words.py`."""

from __future__ import annotations

from bot.request.pictures.vocabulary.words import Language

GERMAN = Language(
    decimal_mark=",",
    macros={
        "noun": "bild | foto | version | zeichnung | screenshot | \ue000",
        "nouns": "bilder | bildern | fotos | versionen | screenshots",
        "e": "e | en | er | es | em",
        "bit": "etwas | ein bisschen | ein wenig | leicht",
        "two": "zwei | 2 | beiden",
        "last": "letzten | neuesten",
        "edge": "rand | seite | kante",
    },
    words={
        "shape portrait": "hochformat | portrait",
        "shape landscape": "querformat | landscape",
        "all both pictures": "beide {nouns} | die {two} {nouns} | den {two} {nouns}"
        " | {last} {two} {nouns} | die {last} {two} {nouns}"
        " | den {last} {two} {nouns} | die {two} {last} {nouns} | den {two} {last} {nouns}",
        "all both pictures some": "zwei {nouns} | 2 {nouns}",
        "all pictures": "alle {nouns}",
        "together": "übereinander",
        "multiple 50": "halbiere | halbieren",
        "multiple 200": "verdopple | verdoppeln | das doppelte",
        "colouring": "farbe",
        "tell": "gib mir | nenne | nenn mir",
        "it": "es | das | dies | dieses | daraus | davon",
        "it picture": "bild | foto | grafik | screenshot",
        "it the picture": "diesem bild | dem foto | diesem foto | im foto | das bild"
        " | dieses bild | das foto | dieses foto | dem bild | im bild | vom bild | des bildes"
        " | aus dem bild | aus dem foto",
        "all any": "alle | sämtliche",
        "all": "alle drei | alle vier | sie | sie alle | alle davon",
        "all both": "beide | die beiden",
        "position 0": "erste {noun} | erstes {noun} | ersten {noun}",
        "position 1": "zweite {noun} | zweites {noun} | zweiten {noun}",
        "position 2": "dritte {noun} | drittes {noun}",
        "position 3": "vierte {noun} | viertes {noun}",
        "position 4": "fünfte {noun} | fünftes {noun}",
        "position -1": "letzte {noun} | neueste {noun} | letztes {noun}",
        "page 1": "erste seite | ersten seite",
        "page 2": "zweite seite | zweiten seite",
        "page 3": "dritte seite | dritten seite",
        "page -1": "letzte seite | letzten seite",
        "filler the": "der | die | den | dem",
        "filler a": "ein | eine | einen | einem | einer",
        "filler": "aus | druck | mir | mal | je | jeweils | bitte | von | vom | zu | zum | einmal"
        " | noch | doch | dann | am | an | es | soll | sein | werden | sich | so | rand | ein-"
        " | pixelgenau | dafür | muss | darf",
        "and": "und | und dann | dann | , | ; | . | & | +",
        "to": "auf | in | ins | im | auf das | auf die | nach | eine auflösung von",
        "by": "um",
        "off away": "ab | weg",
        "off": "von",
        "for": "für | als | fürs | für ein | für einen | für eine | für mein | für meinen",
        "amount 1/2": "hälfte | bildhälfte",
        "amount 1/3": "drittel | ein drittel",
        "amount 2/3": "zwei drittel",
        "amount 1/4": "viertel | ein viertel",
        "amount 3/4": "drei viertel | dreiviertel",
        "amount 1/5": "fünftel | ein fünftel",
        "amount 1/10": "zehntel",
        "subject": "gesicht | gesichter | kopf | person | personen | leute | mann | frau | kind"
        " | hund | katze | tier | vogel | pferd | auto | motiv | hauptmotiv | gegenstand | produkt"
        " | gebäude | haus | blume | logo",
        "side top": "ober{e} | oberste | obersten | oberstes | oben | von oben"
        " | am oberen {edge} | vom oberen {edge} | an der oberen {edge} | auf der oberen seite",
        "side bottom": "unter{e} | unterste | untersten | unten | von unten | am unteren {edge}"
        " | vom unteren {edge} | an der unteren {edge}",
        "side left": "links | nach links",
        "side left there": "link{e} | von links | am linken {edge} | vom linken {edge}"
        " | auf der linken seite | an der linken seite",
        "side right": "rechts | nach rechts",
        "side right there": "recht{e} | von rechts | am rechten {edge} | vom rechten {edge}"
        " | auf der rechten seite | an der rechten seite",
        "side middle": "mittlere | mittleres | mittleren | mitte",
        "side all": "allen seiten | auf allen seiten | an allen seiten | jeder seite"
        " | auf jeder seite | an jeder seite | rundherum | ringsum | ringsherum | rundum"
        " | von allen seiten | an allen rändern | an jedem rand | außen herum | außen"
        " | um das bild | ums bild | um das foto",
        "side both": "beiden seiten | auf beiden seiten | an beiden seiten",
        "border": "rand | ränder | rändern | leerraum | weißraum | rahmenrand",
        "border stripe": "balken | streifen",
        "background": "hintergrund",
        "blank": "leere | leeren | leerer | überflüssigen | überflüssige | äußeren",
        "colour white": "weiß{e} | weiß",
        "colour black": "schwarz{e} | schwarz",
        "colour grey": "grau{e}",
        "colour red": "rot{e}",
        "colour blue": "blau{e}",
        "colour green": "grün{e}",
        "colour yellow": "gelb{e}",
        "colour transparent": "transparent{e} | durchsichtig{e} | transparent | durchsichtig",
        "width": "breit | breite | in der breite",
        "height": "hoch | höhe | in der höhe",
        "longest": "lange seite | längere seite | längste seite | die lange seite"
        " | die längere seite | die längste seite | lange kante",
        "ratio": "seitenverhältnis | format | bildformat",
        "sizes": "größe | bildgröße | auflösung | abmessungen",
        "file": "datei | die datei | dateigröße | als datei | die dateigröße",
        "metadata": "metadaten | exif-daten | exifdaten | exif | gps-daten | gpsdaten"
        " | standortdaten | alle metadaten | aufnahmedaten",
        "colours": "farben | alle farben | farbcodes | die farben",
        "cut": "abschneiden | schneide ab | wegschneiden | entferne | entfernen | lösche"
        " | löschen | mach weg | nimm weg | wegnehmen | kappe | kappen | abtrennen | weg"
        " | beschneide | wegmachen | entfern | lösch | stutze",
        "cut take": "nimm",
        "crop": "schneide | schneid | zuschneiden | beschneiden | schneiden | croppe | croppen"
        " | ausschneiden | freistellen auf",
        "keep": "nur | behalte | behalte nur | behalten | nur noch | ich brauche nur"
        " | ich will nur | nimm nur | lass nur | übrig | zeig nur | bloß | lass | stehen"
        " | ich möchte nur | ich hätte gern nur",
        "trim": "automatisch zuschneiden | auf den inhalt zuschneiden",
        "make": "mach | mache | machen | setze | setz | ändere | ändern | soll | stell"
        " | stelle | bring | bringe | stellen | bringen",
        "make new it": "ich brauche es",
        "make new": "ich brauche | ich will",
        "fit": "anpassen | passe an",
        "scale": "skaliere | skalier | skalieren | ändere die größe | größe ändern"
        " | größe anpassen | bring auf",
        "scale down": "verkleinere | verkleinern | verkleiner | reduziere | reduzieren"
        " | verringern | verringere | schrumpfe",
        "scale up": "vergrößere | vergrößern | vergrößer",
        "factor 50": "halb so groß | auf halbe größe | halbe größe",
        "factor 25": "ein viertel so groß",
        "factor 200": "doppelt so groß | auf das doppelte | doppelte größe",
        "smaller": "kleiner | kleinere",
        "larger": "größer | größere",
        "slightly": "{bit}",
        "most": "unter | kleiner als | maximal | max | max. | höchstens | weniger als"
        " | nicht mehr als | auf unter | nicht größer als | bis zu | auf maximal | auf höchstens"
        " | soll unter",
        "compress any": "optimiere | optimieren",
        "compress": "komprimiere | komprimieren | komprimier"
        " | fürs web optimieren | für das web optimieren",
        "least": "so klein wie möglich | möglichst klein | möglichst kleine | kleinstmögliche"
        " | möglichst wenig",
        "rotate": "drehe | dreh | drehen | rotiere | rotieren | kippe | kippen",
        "turn 90": "im uhrzeigersinn",
        "turn -90": "gegen den uhrzeigersinn",
        "turn 180": "auf den kopf | kopfüber",
        "straighten": "begradige | begradigen | richte gerade | gerade richten | gerade | richte"
        " | geraderichten | ausrichten",
        "flip noun": "spiegel",
        "flip": "spiegle | spiegl | spiegeln | spiegelverkehrt",
        "axis h": "horizontal | waagerecht | waagrecht",
        "axis v": "vertikal | senkrecht",
        "grey": "graustufen | in graustufen | monochrom",
        "bw": "schwarzweiß | schwarz-weiß | schwarz weiß | schwarz und weiß | sw | s/w",
        "pad": "ergänze | ergänzen | fülle | auffüllen | fülle auf",
        "add": "hinzufügen | füge | hinzu | füge hinzu | dazu",
        "with": "mit",
        "without": "ohne",
        "convert": "umwandeln | um | wandle | wandle um | speichern | speichere | konvertiere"
        " | konvertieren | exportieren | ausgeben",
        "show": "zeig | zeige | zeig mir | zeige mir | anzeigen",
        "show mark": "markieren | markiere",
        "what": "was | welche | was für",
        "have in": "sind in | sind auf | darin | drin | sind im",
        "have": "hat | sind | ist | zwischen | haben | gibt es | kommen | vor",
        "main": "wichtigsten | häufigsten",
        "palette": "farbcodes | hauptfarben | palette | farbpalette",
        "difference": "unterschied | unterschiede | differenz",
        "changed": "geändert | verändert | anders",
        "overlay": "überlagere | überlagern | überblende | übereinanderlegen",
        "put": "lege | leg | legen",
        "over": "über",
        "old": "das alte | die alte | alte | das vorige | das alte bild | die alte version"
        " | das vorherige",
        "new": "das neue | die neue | neue | das neue bild | die neue version | das aktuelle",
        "seethrough": "halb durchsichtig | halbtransparent | halb transparent | halbdurchsichtig",
        "shape square": "quadratisch | quadrat | quadratisches | im quadrat",
        "shape widescreen": "breitbild | widescreen",
    },
)
