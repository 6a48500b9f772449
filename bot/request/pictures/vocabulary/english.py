"""English words for what is done to a picture. Pure data; see `words.py`."""

from __future__ import annotations

from bot.request.pictures.vocabulary.words import Language

ENGLISH = Language(
    macros={
        "noun": "one | picture | image | photo | photograph | version | drawing | screenshot"
        " | \ue000",
        "nouns": "pictures | images | photos | photographs | pics | versions | screenshots | ones",
        "side": "side | edge",
        "source": "exif | gps | xmp | iptc",
        "where": "location | coordinates",
        "tags": "data | info | information | tags",
        "two": "two | 2",
        "last": "last | latest | newest",
        "palette": "palette | colour palette | color palette",
        "bit": "a bit | a little bit | a little | slightly | somewhat",
    },
    words={
        "shape portrait": "portrait | portrait format | vertical | vertical format",
        "shape landscape": "landscape | landscape format | horizontal | horizontal format",
        "within": "within | to fit | to fit within | fit within | fit inside | to fit into"
        " | fit into",
        "all both pictures": "both {nouns} | both the {nouns} | the {two} {nouns}"
        " | these {two} {nouns} | {last} {two} {nouns} | the {last} {two} {nouns}"
        " | the {two} {last} {nouns}",
        "all both pictures some": "{two} {nouns}",
        "all pictures": "all {nouns} | all the {nouns} | all of the {nouns} | these {nouns}"
        " | every {noun} | each {noun}",
        "together": "over each other | on top of each other | on top of one another"
        " | over one another",
        "multiple 50": "halve",
        "multiple 200": "double | twice | two times",
        "colouring": "colour | color | all colour | all color",
        "tell": "give me | list | extract | get | get me | find | find me | tell me",
        "it": "it | this | that | this one | that one",
        "it picture": "picture | image | photo | photograph | pic | screenshot | version",
        "all any": "all",
        "all": "all of them | all of these | them all | them | these | each of them | they all",
        "all both": "both of them | both | the two | the last two",
        "position 0": "the first {noun} | the first | first {noun} | 1st {noun}",
        "position 1": "the second {noun} | the second | second {noun} | 2nd {noun}",
        "position 2": "third {noun} | 3rd {noun}",
        "position 3": "fourth {noun} | 4th {noun}",
        "position 4": "fifth {noun} | 5th {noun}",
        "position -1": "last {noun} | latest {noun} | newest {noun}",
        "page 1": "first page | first frame",
        "page 2": "second page",
        "page 3": "third page",
        "page -1": "last page | last frame",
        "filler the": "the | my | its",
        "filler a": "a | an",
        "filler me": "me",
        "filler": "just | print | so that | of | please | for me | now"
        " | so | only by | pixel | them: | one time | once | also | completely | roughly | about"
        " | image's | picture's | on its",
        "and": "and | and then | then | & | + | , | ; | . | and also | as well as",
        "to": "to | into | in | down to | up to | onto | to be",
        "to at": "at | on",
        "by": "by | by a factor of",
        "off away": "off | away | out | off of | out of",
        "off": "from | at the | from the",
        "for": "for | as | to use as | for use as",
        "amount 1/2": "half",
        "amount 1/3": "third | one third | one-third",
        "amount 2/3": "two thirds | two-thirds | the two thirds",
        "amount 1/4": "quarter | one quarter | fourth",
        "amount 3/4": "three quarters | three-quarters",
        "amount 1/5": "fifth | one fifth",
        "amount 1/10": "tenth",
        "subject": "face | faces | head | heads | person | people | man | woman | child | baby"
        " | boy | girl | dog | cat | animal | bird | horse | car | subject | main subject | object"
        " | product | building | house | flower | logo",
        "side top": "top | upper | topmost | uppermost | top {side} | upper {side} | head",
        "side bottom": "bottom | lower | lowest | bottommost | bottom {side} | lower {side}",
        "side left": "left",
        "side left there": "leftmost | left-hand | left hand | left {side} | left-hand {side}"
        " | left hand {side}",
        "side right": "right",
        "side right there": "rightmost | right-hand | right hand | right {side}"
        " | right-hand {side} | right hand {side}",
        "side middle": "middle | central | centre | center",
        "side all": "all sides | all four sides | each side | every side | every edge"
        " | all edges | each edge | all around | around | all the way around | around it"
        " | on all sides | the edges | all four edges",
        "side both": "both sides | either side | both edges",
        "border": "border | borders | margin | margins | padding"
        " | whitespace | white space | letterbox bars | empty space | empty area"
        " | empty areas | frame of white | white edges | blank space | background around",
        "border edge": "edges | the edges",
        "border stripe": "bars",
        "background": "background",
        "blank": "empty | blank | surrounding | extra | unused | outer",
        "width": "wide | width | in width | wide in total | breadth",
        "height": "high | tall | height | in height",
        "longest": "longest side | longer side | long side | longest edge | longer edge"
        " | long edge | no side longer than",
        "ratio": "aspect ratio | aspect | ratio | format | shape | proportions",
        "sizes": "size | dimensions | resolution | original size",
        "file": "file | file size | filesize | size of the file | image file",
        "metadata": "metadata | meta data | metadata {tags} | {source} | {source} {tags}"
        " | location {tags} | camera {tags} | gps {where} | gps {where} {tags}",
        "recorded": "location | camera",
        "colours": "colours | colors | all colours | all colors | hex colours | hex colors"
        " | hex codes | colour codes | color codes",
        "cut": "cut | strip | strip of | cut off | cut away | trim | trim off"
        " | trim away | chop off | chop | slice off | remove | delete | take off | take away"
        " | shave | shave off | lop off | get rid of | drop | clip | clip off"
        " | lose",
        "cut empty": "erase | clear",
        "cut take": "take",
        "crop": "crop | cut out",
        "keep": "keep | only | just | keep only | keep just | only keep | just keep | only need"
        " | i only need | i need only | i just need | i only want | i just want | leave only"
        " | show only | only show | use only | take only | extract | i want only | i'd like only"
        " | i would like only | i'd like just | so only | remains | remain | cut everything but"
        " | remove everything but | remove everything except | crop everything but"
        " | cut everything except | crop everything except | cut away everything but"
        " | so that only",
        "trim": "autocrop | auto-crop | auto crop | autotrim | auto-trim | crop to content"
        " | crop to the content",
        "make": "make | set | change | should be | let it be | must be"
        " | needs to be | has to be | keep it | have it | bring | turn",
        "make new": "i need | i want | get",
        "fit": "fit | to fit | make it fit | fit it",
        "scale": "resize | scale | rescale | i need it resized",
        "scale down": "shrink | reduce | scale down | downscale | downsize | size down | down",
        "scale up": "enlarge | upscale | scale up | increase | blow up | upsize | up | blow",
        "factor 50": "half the size | half its size | half as big | half as large | half size"
        " | half the original size",
        "factor 25": "a quarter of its size | a quarter of the size | quarter the size"
        " | quarter of its size",
        "factor 200": "upscale | twice the size | twice as big | twice as large"
        " | double the size | double its size | 2x bigger | 2x larger | 2x as big"
        " | two times bigger",
        "smaller": "smaller",
        "larger": "larger | bigger",
        "slightly": "{bit}",
        "most": "under | below | less than | smaller than | at most | no more than"
        " | not more than | max | maximum | max. | no larger than | no bigger than | up to"
        " | it must be less than | must be less than | must be under | should be under",
        "compress any": "optimize | optimise",
        "compress": "as small a file as possible | compress | optimize it for the web"
        " | for the web",
        "least": "as small as possible | as small a file as possible | smallest possible"
        " | smallest | as little as possible",
        "rotate": "rotate | turn | spin",
        "turn 90": "clockwise | cw | a quarter turn | quarter turn",
        "turn -90": "counterclockwise | counter-clockwise | counter clockwise | anticlockwise"
        " | anti-clockwise | anti clockwise | ccw",
        "turn 180": "upside down | half a turn | a half turn | half turn | on its head",
        "straighten": "straighten | level | deskew",
        "flip": "flip | mirror | a mirror image | mirror image | mirrored",
        "axis h": "horizontally | horizontal | left to right | left-right | left right | sideways",
        "axis v": "vertically | vertical | top to bottom | upside down",
        "grey": "grayscale | greyscale | gray scale | grey scale | desaturate | monochrome",
        "bw": "black and white | black & white | b&w | b/w | bw | black-and-white",
        "pad": "pad | letterbox | add margins",
        "add": "add | put | give it | add another",
        "with": "with | using",
        "without": "without",
        "convert": "convert | save | export | save it | convert it",
        "show": "show | show me",
        "show mark": "highlight | mark | draw",
        "what": "what | which | what's | everything that | what has | everything that has",
        "have": "are | is | does | do | have | has | has been | use | used | between",
        "have in": "are in | is in | contain",
        "main": "main | dominant | most common | primary | most important",
        "palette": "hex codes | hex colours | hex colors | colour codes | color codes | {palette}",
        "difference": "diff | difference | differences | pixel diff | pixel difference"
        " | pixel differences",
        "changed": "changed | different",
        "overlay": "overlay | superimpose | blend",
        "put": "put | lay | place",
        "over": "over | on top of | on",
        "old": "the old one | old one | the old | old | the previous one | previous one"
        " | previous | the older one | the one before | old picture | old version"
        " | previous version",
        "new": "the new one | new one | new | newer | the newer one | the current one"
        " | current one | new picture | new version",
        "seethrough": "half transparent | half-transparent | semi-transparent | semitransparent"
        " | half see-through | opacity | with opacity | transparency",
        "shape square": "square | quadratic",
        "shape widescreen": "widescreen | wide screen",
    },
)
