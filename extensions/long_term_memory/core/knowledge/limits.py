"""What somebody cannot have, do or face, and at which occasions that matters.

Owns: the wordings of a limit: what is not borne, not allowed, given up, feared, broken.
Knows nothing of: chats, scores, facts.

"No gin, my tongue swells up" states no fact that a rule could put into a slot, and yet
whoever is handed a glass needs it. So this asks for less than a fact: that a sentence
limits somebody, and which occasions are named near by. It is a key to its message and
is never told by itself.
"""

from __future__ import annotations

from typing import Final

from ..text.patterns import late
from .bearing import BODY, LIMIT, TASTE, occasions_of

READ_CHARACTERS: Final = 2_000
SHORT: Final = 240
"""A message of so many characters is about one thing; of a longer one each sentence
is read with the ones beside it."""

_DO: Final = (
    "have|eat|do|stand|bear|take|handle|touch|go|swim|drive|fly|see|hear|sleep|lift"
    "|carry|drink|face|run|climb|ride|breathe|afford|digest|tolerate|set foot|cross"
    "|dance|smoke|read|bleed|bend|kneel|use"
)
_BODILY: Final = (
    "back|knees?|wrist|ankle|shoulder|hip|legs?|foot|feet|achilles|heart|lungs?|ears?"
    "|eyes?|hands?|elbow|neck|spine|arm|ribs?|head"
)
_AILING: Final = (
    "shot|bad|gone|plate|titanium|metal|broken|sprained|torn|weak|hurts?|killing me"
    "|dislocat\\w+|useless|stiff|splitting|hates?|aches?|went|numb|done for|fused"
)
_NOT: Final = (
    "can't|cannot|can not|cant|couldn't|mustn't|must not|won't|will not|don't|doesn't"
    "|do not|never|no longer|not allowed to|am not to|isn't allowed to|not supposed to"
    "|kann|darf|mag"
)
_REACTION: Final = late(
    r"\b(?:allerg\w+|intoleran\w+|c(?:o?)eliac|epi-?pen|vegan|vegetarian|anaphyla\w+"
    r"|sober|teetotal|hives|lactose"
    r"|(?:throat|tongue|lips|face|airways?)(?: always| just)? (?:closes?|swells?"
    r"|swell(?:ed|s)? up|swollen|goes?|went|gets?|turns?|shuts?)"
    r"|(?:shuts|closes) (?:my|his|her|your) throat"
    r"|(?:turns?|upsets?) (?:my|his|her) stomach"
    r"|allergi\w*|vertrage? (?:kein|das nicht)\w*|vegetarier\w*|veganer\w*)\b"
    r"|\u8fc7\u654f|\u904e\u654f|\u5403\u7d20|\u6212\u9152|\u4e0d\u80fd\u5403"
    r"|\u4e0d\u80fd\u559d",
)
"""Of what is eaten or drunk."""

_INJURY: Final = late(
    rf"\b(?:(?:{_BODILY})(?:'s| is| are| has| was|'ve)?(?: \w+){{0,3}} (?:{_AILING})"
    rf"|(?:bad|bum|dodgy|gammy|weak|trick) (?:{_BODILY})|(?:did|hurt|broke|tore"
    rf"|sprained|twisted) (?:my|his|her) (?:{_BODILY})|slipped dis[ck]|hernia"
    rf"|nothing works in my (?:\w+ )?(?:{_BODILY})|plate in it|pregnant|asthma\w*"
    r"|diabet\w+|epilep\w+|ulcers?|migraines?|surgery|heart condition|arthritis"
    r"|bandscheib\w+|schwanger|\w+ (?:gebrochen|verstaucht))\b"
    r"|\u6000\u5b55|\u61f7\u5b55|\u54ee\u5598|\u54ee\u5598|\u7cd6\u5c3f\u75c5"
    r"|\u6247\u4f24|\u9aa8\u6298",
)
"""Of the body."""

_LIMITED: Final = late(
    rf"\b(?:(?:{_NOT})(?: even| really| just| ever| always| be)? (?:{_DO})\b"
    r"|(?:scared|afraid|terrified|frightened|petrified|sick with fear) of\b"
    r"|(?:phobia|claustrophobi\w+|vertigo|colou?r-?blind|red (?:and|from) green"
    r"|deaf in|insomnia|dyslexi\w+"
    r"|left-?handed|skint|broke(?= (?:until|till|now|this))|in debt)\b"
    r"|haven't (?:\w+ ){1,6}since\b|(?:run|ran|stayed?|stay) (?:away )?from "
    r"(?:\w+ ){1,3}(?:ever )?since\b"
    r"|(?:gives?|gave) (?:me|him|her) (?:\w+ )?(?:cramps|a rash|headaches?|nightmares"
    r"|panic attacks?|the creeps|heartburn|the shakes|a migraine)\b"
    r"|makes? (?:me|him|her) (?:\w+ )?(?:sick|ill|dizzy|faint|sneeze|throw up|itch"
    r"|panic|gag)\b|(?:nearly|almost) (?:killed me|drowned|died|choked|fainted)\b"
    r"|swore off\b|swear off\b|(?:gave|given|giving) up (?:on )?\w+"
    r"|fell out\b|(?:so )?that's me and (?:\w+ ){1,4}done\b|not allowed\b"
    r"|(?:doctor|physio|doc|vet|midwife) (?:said|says|told)\b"
    r"|(?:i|he|she) (?:just )?freezes?\b|hands go numb\b|legs (?:go|went|turn)\b"
    r"|failed (?:the|my|his|her) driving\b|no (?:driving )?licen[cs]e\b"
    r"|(?:never|not) learn(?:ed|t) to\b|(?:got|was|were) (?:stuck|shut|trapped"
    r"|bitten|stung) \b|(?:bit|stung|kicked|chased|got) me\b|stitches\b"
    r"|get (?:sea|car|travel)?sick\b|was sick on\b"
    r"|hate(?:s)? (?:the |all |every )?(?:flying|heights?|crowds?|needles?|spiders?"
    r"|snakes?|dogs?|cats?|the dark|water|boats?|lifts|elevators?|thunder|storms?"
    r"|swimming|driving|parties|noise)\b"
    r"|hab(?:e)? (?:\w+ ){0,2}angst\b|(?:darf|kann|vertrage?|mag) (?:\w+ ){0,3}"
    r"(?:nicht|kein\w*|nie)\b|h\u00f6henangst\b|flugangst\b|platzangst\b)"
    r"|\u6015|\u6050\u60e7|\u6050\u61fc|\u4e0d\u80fd|\u4e0d\u6562",
)
"""What is not borne, not allowed, given up or feared."""

_REFUSED: Final = late(
    rf"\b(?:no|not|nothing with|anything with|without|hold the)(?: any| the| more"
    rf"| that)?(?: \w+)? (?:{TASTE})\b"
    rf"|\b(?:{TASTE}) (?:and i|nearly killed)\b",
)
"""What is not wanted on the plate or in the glass."""

_DENIED: Final = late(
    r"\b(?:not|n't|no longer|never|used to be) (?:\w+ )?(?:allergic|afraid|scared"
    r"|terrified|frightened|vegan|vegetarian)\b|\bnot (?:a )?problem\b"
    r"|\b(?:outgr[eo]wn?|got over|over my) (?:\w+ ){0,2}(?:allerg|fear)",
)
_CUT: Final = late(r"(?<=[.!?\u2026\u3002\uff01\uff1f\n])[\s\"'\u201d*]*")


def limits_of(text: str) -> int:
    """Return the occasions at which a message limits somebody, with the bit of limits.

    Args:
        text: What was said.

    Returns:
        Bits as of `bearing`; 0 if it limits nobody, or at no occasion that is known.
    """
    text = text[:READ_CHARACTERS].lower().replace("\u2019", "'")
    sentences = [one for one in _CUT.split(text) if one.strip()]
    found = 0
    for at, sentence in enumerate(sentences):
        if implied := _implied(sentence):
            near = " ".join(sentences[max(at - 1, 0) : at + 2])
            found |= implied | occasions_of(text if len(text) <= SHORT else near)
    return found if found & ~LIMIT else 0


def _implied(sentence: str) -> int:
    """Return the bit of limits with the occasions that the wording itself implies."""
    if _DENIED.search(sentence) or sentence.rstrip(" \"*'").endswith("?"):
        return 0
    found = 0
    if _REACTION.search(sentence):
        found |= LIMIT | occasions_of("eat drink")
    if _INJURY.search(sentence):
        found |= LIMIT | BODY
    if _LIMITED.search(sentence) or _REFUSED.search(sentence):
        found |= LIMIT
    return found
