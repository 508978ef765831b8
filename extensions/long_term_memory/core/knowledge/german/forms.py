"""The forms of German clauses that state facts.

Owns: patterns of subjects, names, promises, roles.
Knows nothing of: what is made of them.
"""

from __future__ import annotations

import re
from typing import Final

from ...text.patterns import late
from .rules import NAME, OWN, PET, REL, TIME

EVENT: Final = late(
    r"(?:habe?|bin) (?P<x>(?=.*?(?:gestern|letzte\w*|am \w+tag|im \w+|vor \w+ \w+|"
    r"heute))[^,;.!]+ ge\w+(?:t|en))$",
    re.IGNORECASE,
)
NO: Final = late(r"\b(?:nicht|kein\w*|nie|niemals)\b", re.IGNORECASE)
NO_MORE: Final = late(r"\b(?:nicht mehr|keine?n? \w+ mehr|kein mehr)\b", re.IGNORECASE)
PREDICATE: Final = late(
    r"^(?:ich|(?P<we>wir)) (?P<verb>[a-zäöüß]+) (?P<rest>.+)$", re.IGNORECASE
)
INVERTED: Final = late(
    r"^(?P<front>[^,;]{2,60}?) (?P<verb>[a-zäöüß]+) (?:ich"
    r"|(?P<we>wir))(?: (?P<rest>.+))?$",
    re.IGNORECASE,
)
MINE: Final = late(
    rf"^{OWN} (?P<adj>(?!lieblings)(?:[\w-]+ ){{0,2}}?)(?P<rel>{REL})"
    rf"(?P<name>,? {NAME},?)?(?: (?P<rest>.+))?$",
    re.IGNORECASE,
)
APPOSED: Final = late(
    rf"\b(?:{OWN}|eine?n?|einem|einer) (?:[a-zäöüß]+ )?(?P<rel>{REL}),? "
    rf"(?:namens |heißt )?(?P<name>{NAME})(?: und (?P<second>{NAME}))?",
    re.IGNORECASE,
)
CALLED: Final = late(
    rf"\b(?:namens|heißt|heißen|genannt|er heißt|sie heißt) (?P<name>{NAME})"
    rf"(?: und (?P<second>{NAME}))?",
    re.IGNORECASE,
)
FAVORITE: Final = late(
    rf"^{OWN} (?P<what>lieblings\w+) (?:ist|sind|war|bleibt|heißt) (?P<x>.+)$",
    re.IGNORECASE,
)
BIRTHDAY: Final = late(
    rf"^{OWN} (?P<what>geburtstag|hochzeitstag|jahrestag) ist (?P<x>.+)$",
    re.IGNORECASE,
)
MAKES_AFRAID: Final = late(
    r"^(?P<x>(?!(?:du|das|es|sie|er)\b)[\w -]{3,30}?) (?:machen|macht|jagen|jagt) mir"
    r" (?:\w+ )?angst\b",
    re.IGNORECASE,
)
CALL_ME: Final = late(
    rf"^(?:(?:du )?(?:nenn|kannst) mich (?:bitte |einfach |ruhig )?)(?P<x>{NAME})"
    r"(?: nennen)?$",
    re.IGNORECASE,
)
SWORN: Final = late(
    r"\b(?P<sworn>verspreche|schwöre|gelobe)(?P<to> dir)?, (?=ich\b)", re.IGNORECASE
)
"""A vow in a sentence of its own: "Ich verspreche dir, ich komme"."""

COUPLE: Final = late(
    rf"^(?:(?P<a>{NAME}) und ich|ich und (?P<b>{NAME})) (?P<rest>.+)$", re.IGNORECASE
)
ROLE_FRAME: Final = late(
    r"^\W*(?:für (?:die|unsere|diese) (?:geschichte|runde|szene)|in (?:dieser|der|"
    r"unserer) (?:geschichte|runde|szene)|lass uns spielen|spielen wir|neue "
    r"(?:szene|geschichte)|diesmal|mein charakter|meine figur|rollenspiel)\b[:,. ]*"
    r"(?:ist |spiele ich |bin ich )?",
    re.IGNORECASE,
)
ROLE: Final = late(
    r"(?:(?P<me>ich) (?:bin|spiele)|(?P<you>du) (?:bist|spielst)|^)\s*(?:ab jetzt |"
    r"diesmal |jetzt )?(?P<x>(?:der|die|das|den|dem|eine?n?) [^,;.!]+?)(?= und "
    r"(?:ich|du)\b|$|[,;.!])",
    re.IGNORECASE,
)
PLAYING: Final = late(
    r"^spiele (?:ab jetzt |diesmal |jetzt )?(?P<x>(?:den|die|das|eine?n?) [^,;.!]*"
    r"(?:namens|, der|, die)? ?.*)$",
    re.IGNORECASE,
)
PROMISE: Final = late(
    r"^(?:verspreche|schwöre|gelobe)(?: dir| es dir)?,? ?(?P<x>(?:dass ich|ich|dir|"
    r"zu) .+|.*dir.*)$|^(?P<y>(?:werde|bringe|zeige|erzähle|schicke|helfe|gebe|lese"
    r"|koche|backe|hole|schreibe|sage|mache|leihe|singe) (?=.*\b(?:dir|dich|"
    r"euch)\b)(?=.*\b(?:morgen|nächste\w*|wenn|sobald|bald|am \w+tag|später|niemals"
    r"|nie|immer|versprochen)\b).+)$",
    re.IGNORECASE,
)
CUT: Final = late(
    r"(?:;|,| - |\u2013|\u2014)\s*(?:und |aber |denn |deshalb |also |weil |"
    rf"jetzt |da )?(?=(?:ich|wir|{OWN}|er|sie|es|das|du|drück|schick|wünsch|"
    r"bitte|gleich|direkt|schon|sobald|wenn|weil|obwohl|so|aber|also|die|der|"
    rf"seit|wie|doch)\b)|\s+(?:und|aber|denn|weil)\s+(?=(?:ich|{OWN}|er|sie|es"
    r"|wir|das|du)\s)",
    re.IGNORECASE,
)
TAIL: Final = late(
    r",?\s*(?:und|aber|oder|weil|wie die pest|\behrlich|\becht|haha|lol|weißt du|"
    r"glaub ich|drück.*|wünsch mir.*)?[\s.!,;:\u2026]*$",
    re.IGNORECASE,
)
NO_NAMES: Final = frozenset(
    "Und Aber Ich Der Die Das Ist Hat Er Sie Es Wir Am Im In".split()
)
PETS_ONLY: Final = late(PET, re.IGNORECASE)
WITHOUT_I: Final = late(
    r"^(?!.* ich )(?:in|auf|im|am|bei) [^,;.!]+ (?:geboren|aufgewachsen|gezogen)$",
    re.IGNORECASE,
)
ONE_NAME: Final = late(rf"(?:{NAME}|ich)\s*")
TIME_AT_FRONT: Final = late(
    rf"{TIME}|seit|als|in|im|am|jed|früher|dort|hier", re.IGNORECASE
)
NO_ICH: Final = late(
    r"(?:bin|hab|habe|komme|wohne|arbeite|spiele|studiere|lerne|mag|hasse|liebe) "
    r"(?!ich\b)"
    r"(?=\w)(?!.*\bich\b)",
    re.IGNORECASE,
)
WE_MOVE: Final = late(r"^wir ziehen ", re.IGNORECASE)
WE_PARTED: Final = late(
    rf"^wir haben uns (?P<parted>getrennt|verlobt|verliebt|scheiden lassen), "
    rf"(?:(?P<name>"
    rf"{NAME}) und ich|ich und (?P<other>{NAME}))",
    re.IGNORECASE,
)
JOB_TAKEN: Final = late(
    r"^(?:(?:sie|die) haben|man hat|(?:mein\w*|der|die) (?:chef(?:in)?|boss|firma) "
    r"hat) mich (?P<how>.*\b(?:gefeuert|entlassen|befördert))$|"
    r"^mir (?:wurde|ist) (?P<notice>(?:[^,;.!]+ )?gekündigt)(?: worden)?$",
    re.IGNORECASE,
)
