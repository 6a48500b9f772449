"""The played model's sentences about pictures, in English and German. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.playground.drawing.kinds.things import THINGS
from bot.playground.drawing.kinds.worn import WEARS
from bot.playground.drawing.scene import Scene
from bot.playground.wishes import english, german
from bot.playground.wishes.scenes import Deed

_SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "drawn": "Here it is: {what}.",
        "again": "Here it is again: {what}.",
        "changed": "Here is your picture, {what}.",
        "left_out": "I left out what I do not know how to do: {words}.",
        "nothing_drawn": "I drew nothing: I do not know {words}.",
        "nothing_changed": "I changed nothing: I do not know how to do that ({words}).",
        "nothing_found": "I changed nothing: I found nothing in your words that I can do.",
        "no_subject": "I drew nothing: I found nothing in your words that I can draw.",
        "no_picture": "I changed nothing: there is no picture in this thread yet.",
        "which_words": "I changed nothing: put the words that I shall write in quotes, please.",
        "sky": "As the sky I took what is smooth and touches the upper edge: {share} % of "
        "the picture.",
        "plain": "As the background I took what is smooth and touches the edges: {share} % of "
        "the picture.",
        "worn": "What a photo shows I cannot tell, so it may sit in the wrong place.",
        "can": "I am the playground's model, not a real one, and draw flat pictures of a few"
        " things: {things}; in any colour and number, by day or night, at sunset, at "
        "sea, in the snow, the forest, the desert or the city, in the rain, indoors; "
        "as a logo with a name; with a hat, glasses or a scarf. A picture I can make "
        "grey, sepia, brighter, darker, blurred, like a watercolour or a pencil "
        "drawing; rotate, mirror, crop; give a border, a caption, or another colour "
        "of its sky or background. With `OPENROUTER_API_KEY` set, the real model "
        "draws anything.",
        "played": "_I am the playground's model, not a real one: I draw flat pictures of a few "
        "things._",
        "diagram": "Here it is: a box for each of the {count} names that I found ({names}), and "
        "{arrows}. I found them by their form, and did not understand what they do.",
        "no_diagram": "I drew nothing: I found no names for boxes. I look for classes, functions, "
        "services of a compose file, and lines like `web -> database`.",
    },
    "de": {
        "drawn": "Hier ist es: {what}.",
        "again": "Hier ist es noch einmal: {what}.",
        "changed": "Hier ist dein Bild: {what}.",
        "left_out": "Weggelassen habe ich, was ich nicht kann: {words}.",
        "nothing_drawn": "Ich habe nichts gezeichnet: {words} kenne ich nicht.",
        "nothing_changed": "Ich habe nichts geändert: Das kann ich nicht ({words}).",
        "nothing_found": "Ich habe nichts geändert: In deinen Worten ist nichts, was ich kann.",
        "no_subject": "Ich habe nichts gezeichnet: In deinen Worten ist nichts, was ich zeichnen "
        "kann.",
        "no_picture": "Ich habe nichts geändert: In diesem Thread gibt es noch kein Bild.",
        "which_words": "Ich habe nichts geändert: Setz die Worte, die ich schreiben soll, bitte in "
        "Anführungszeichen.",
        "sky": "Als Himmel habe ich genommen, was glatt ist und den oberen Rand berührt: "
        "{share} % des Bildes.",
        "plain": "Als Hintergrund habe ich genommen, was glatt ist und die Ränder berührt: "
        "{share} % des Bildes.",
        "worn": "Was ein Foto zeigt, erkenne ich nicht; deshalb sitzt es vielleicht falsch.",
        "can": "Ich bin das Modell des Spielplatzes, kein echtes, und zeichne einfache "
        "Bilder von ein paar Dingen: {things}; in jeder Farbe und Anzahl, am Tag, bei"
        " Nacht, bei Sonnenuntergang, am Meer, im Schnee, im Wald, in der Wüste, in "
        "der Stadt, im Regen, im Zimmer; als Logo mit Namen; mit Hut, Brille oder "
        "Schal. Ein Bild kann ich grau, sepia, heller, dunkler, unscharf, wie ein "
        "Aquarell oder wie eine Bleistiftzeichnung machen, drehen, spiegeln, "
        "zuschneiden, mit Rahmen oder Beschriftung versehen, und Himmel oder "
        "Hintergrund umfärben. Mit `OPENROUTER_API_KEY` zeichnet das echte Modell "
        "alles.",
        "played": "_Ich bin das Modell des Spielplatzes, kein echtes: Ich zeichne einfache "
        "Bilder von ein paar Dingen._",
        "diagram": "Hier ist es: je ein Kasten für die {count} Namen, die ich gefunden habe "
        "({names}), und {arrows}. Gefunden habe ich sie an ihrer Form; was sie tun, "
        "habe ich nicht verstanden.",
        "no_diagram": "Ich habe nichts gezeichnet: Ich habe keine Namen für Kästen gefunden. Ich "
        "suche Klassen, Funktionen, Dienste einer Compose-Datei und Zeilen wie `web "
        "-> database`.",
    },
}  # fmt: skip
# By these, an earlier answer has said that the model is played, and what it can draw.
_TOLD = tuple(_SENTENCES[language]["played"][1:30] for language in ("en", "de"))
_LISTED = tuple(_SENTENCES[language]["can"].partition("{")[0] for language in ("en", "de"))


class Speech:
    """Sentences in one language, after what the model said `earlier` in the thread."""

    def __init__(self, language: str, earlier: Sequence[str]) -> None:
        self._language = "de" if language == "de" else "en"
        self._has_listed = any(mark in text for text in earlier for mark in _LISTED)
        self._has_told = any(mark in text for text in earlier for mark in (*_TOLD, *_LISTED))

    def say(self, name: str, **values: object) -> str:
        return _SENTENCES[self._language][name].format(**values)

    def describe_scene(self, scene: Scene) -> str:
        """Say what a scene shows."""
        if self._language == "de":
            return german.describe_scene(scene)
        return english.describe_scene(scene)

    def join_deeds(self, deeds: Sequence[Deed]) -> str:
        """Say all that was done to a picture."""
        if self._language == "de":
            return english.join([german.describe_deed(deed) for deed in deeds], " und ")
        return english.join([english.describe_deed(deed) for deed in deeds])

    def quote(self, words: Sequence[str]) -> str:
        """Return words in quotes, those of the concepts in the language of the answer."""
        marks = "„{}“" if self._language == "de" else "“{}”"
        names = [self._name(word) for word in dict.fromkeys(words)]
        return ", ".join(marks.format(name) for name in names)

    def _name(self, word: str) -> str:
        if self._language == "de":
            return german.SURROUNDINGS.get(word, german.name_thing(word))
        return english.SURROUNDINGS.get(word, english.PARTS.get(word, word))

    def count_arrows(self, count: int) -> str:
        """Say how many arrows there are."""
        if self._language == "de":
            return f"{count or 'kein'} Pfeil{'e' if count > 1 else ''}"
        return f"{count or 'no'} arrow{'' if count == 1 else 's'}"

    def introduce(self) -> list[str]:
        """Say that the model is played, once in a thread."""
        return [] if self._has_told else [self.say("played")]

    def list_abilities(self) -> list[str]:
        """Say what the model can draw, once in a thread."""
        words = [*THINGS.keys() - WEARS.keys()]
        in_order = [word for word in THINGS if word in words]
        things = ", ".join(map(self._name, in_order))
        return [] if self._has_listed else [self.say("can", things=things)]
