"""What of a message its speaker states in earnest, sentence by sentence.

Owns: which words are quoted, played, asked, supposed, wished, dreamt or joked.
Knows nothing of: what is stated.

What a user does or says as a figure in a scene is no statement about the person at
the keyboard, and neither is a story with an "I" in it. Characters live in scenes: what
they say there of themselves holds.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ..summaries.extractive import sentences
from ..summaries.telling import said_in
from ..text.patterns import late, small
from ..text.recipes import ends_as_question
from ..text.small_talk import tells_nothing
from ..types import Role

MOST_CHARACTERS: Final = 4_000
"""Of a message; whoever writes more tells a story."""

LONG_TALE: Final = 1_200
"""Characters of a user's message that is a tale if it is told in the past."""


class Stated(NamedTuple):
    """A sentence that is stated.

    Attributes:
        text: Without quotes, deeds and what leads to it.
        earnest: How sure it is that it is meant, from 0 to 1.
        first: It opens its message.
    """

    text: str
    earnest: float
    first: bool


_QUOTED: Final = late(
    '"([^"\n]{1,2000})"|\u201c([^\u201d\n]{1,2000})\u201d'
    "|\u201e([^\u201c\u201d\n]{1,2000})[\u201c\u201d]|\u00bb([^\u00ab\n]{1,2000})\u00ab"
    "|\u300c([^\u300d\n]{1,2000})\u300d|\u300a([^\u300b\n]{1,200})\u300b"
)
_SPEAKS: Final = (
    r"(?:says?|said|asks?|asked|whispers?|mutters?|claims?|replies|calls?|"
    r"shouts?|cries|growls?|adds|answers|laughs|sneers|hisses|barks|murmurs|"
    r"explains|insists|snaps|reads|goes|sagt|ruft|fl\u00fcstert|murmelt)"
)
_BY_OTHERS_AFTER: Final = late(
    r",?\s*(?:(?:the|an?|one of|his|her|another|der|die|"
    rf"ein\w*) [\w' -]{{2,30}}? {_SPEAKS}|{_SPEAKS} (?:the|an?|one of|another|"
    r"der|die|ein\w*) )",
    re.IGNORECASE,
)
_BY_OTHERS_BEFORE: Final = late(
    rf"\b(?:the|an?|another|der|die|ein\w*) [\w' -]{{2,30}}? {_SPEAKS}"
    r'[^.!?"]{0,20}$',
    re.IGNORECASE,
)
_TITLE: Final = late(r"(?!.*\b(?:I|you|my|we|ich|du)\b)(?:[\w'-]+ ?){1,4}")
_STARRED: Final = late(r"\*+([^*\n]{1,2000})\*+|(?<!\w)_([^_\n]{1,2000})_(?!\w)")
_ALL_PARENTHESES: Final = late(r"^\s*\([^()]*\)\s*$")
_PLAYED: Final = late(
    r"\b(?:i|ich) (?:lie|lied|whisper|murmur|mutter|growl|snarl|hiss|declare|reply"
    r"|grin|nod|bow|kneel|draw|raise|unsheathe|fl\u00fcstere|murmele)\b"
    r"|\bmy (?:sword|blade|dagger|cloak|axe|wand|armou?r)\b",
    re.IGNORECASE,
)
_ARMED: Final = late(
    r"\bI (?:draw|drew|raise|raised|lower|lowered|sheathe|swing|swung|grip|"
    r"gripped|unsheathe|lift) (?:my|the) "
    r"(?:\w+ )?(?:sword|blade|dagger|knife|axe|bow|staff|wand|shield|spear|hood"
    r"|torch|gun|pistol|rifle|lantern)\b"
)
_TALE: Final = late(
    r"^\W*(?:once upon a time|there once was|long ago|chapter (?:\d+|one)|es war einmal"
    r"|kapitel \d+|\u4ece\u524d|\u5f88\u4e45\u4ee5\u524d|roses are red"
    r"|(?:lyrics|quote|prologue|opening line)\b[^:]{0,20}:)"
    r"|\b(?:(?:the|in the|from the|this|a|der|die|das|im) (?:\w+ )?(?:diary|letter|song"
    r"|lyrics?|poem|novel|book|movie|film|sign|note|inscription|story|narrator|chorus"
    r"|plaque|journal|lied|brief|buch|tagebuch|roman|gedicht)\b[^.!?]{0,40}"
    r"(?:\breads?|\bgoes|\bsays?|\bsaid|\bbegins|\bstarts|\bsteht|\bsagt|\bhei\u00dft"
    r"|\bgeht)\b\W"
    r"|(?:here'?s|this is|wrote|writing|started) (?:the |an? |my )?(?:\w+ )?"
    r"(?:opening"
    r"|first (?:line|paragraph|page)|draft|chapter|monologue|poem|"
    r"lyrics)\b[^.!?]{0,60}:)"
    r"|\u300b?(?:\u5c0f\u8bf4|\u6b4c\u8bcd|\u4e66|\u7535\u5f71|\u4e3b\u89d2|"
    r"\u65e5\u8bb0)"
    r"[^\u3002]{0,12}(?:\u8bf4|\u5199|\u5531)[\uff1a:]",
)
_SUPPOSED: Final = late(
    r"^\W*(?:(?:and|but|so|ok|okay|haha|lol|oh|well|hmm+|hey|honestly|like|now)\b,? )*"
    r"(?:if|imagine|suppose|supposing|pretend|what if|let'?s (?:pretend|say|imagine"
    r"|assume)|say (?:i|we)\b|assume|wouldn'?t|couldn'?t (?:i|we|you)|one "
    r"(?:could|might)"
    r"|i wish|i'?d|if only|maybe|perhaps|in (?:my|a|the|last night'?s) dreams?"
    r"|(?:last night )?i (?:dreamt|dreamed|had a dream|was dreaming)|someday|one day i"
    r"|would|should i|picture (?:this|me)|hypothetically|in another life"
    r"|it'?s not (?:like|that|as)|not that i|people (?:say|think)|they say|rumou?r"
    r"|i (?:bet|guess|suppose)\b|as if"
    r"|wenn|falls|stell dir vor|angenommen|w\u00e4r'?e?|h\u00e4tte?|tun wir so|"
    r"vielleicht"
    r"|ich w\u00fcnschte|ich w\u00fcrde|ich h\u00e4tte|ich w\u00e4re|im traum"
    r"|ich hab(?:e)? getr\u00e4umt|es hei\u00dft|man sagt)\b",
    re.IGNORECASE,
)
_SUPPOSED_ZH: Final = late(
    "\u5982\u679c|\u8981\u662f|\u5047\u5982|\u5047\u8bbe|\u5047\u88c5|\u60f3\u8c61"
    "|\u68a6\u89c1|\u68a6\u5230|\u68a6\u91cc|\u591a\u5e0c\u671b|\u5c31\u597d\u4e86"
    "|\u4e5f\u8bb8|\u8bf4\u4e0d\u5b9a|\u5927\u6982|\u636e\u8bf4|\u542c\u8bf4|"
    "\u5feb[^\uff0c]{0,4}\u6210"
    "|\u4f60\u662f\u4e0d\u662f|\u5f00\u73a9\u7b11|\u4e07\u4e00"
)
_DREAMT: Final = late(r"\bin (?:my|a|his|her) dreams?\b", re.IGNORECASE)
_JOKED: Final = late(
    r"\b(?:(?:just |only |i'?m |i am |totally |im )*(?:kidding|joking)|jk|j/k|"
    r"not really"
    r"|(?:just )?messing with you|pulling your leg|(?:i'?m|i am|im) lying|i lied|psych"
    r"|nur spa\u00df|kleiner scherz|war nur (?:ein )?(?:spa\u00df|witz|scherz)"
    r"|(?:mach|war) (?:nur )?(?:spa\u00df|quatsch))\b|(?:^|\s)/s\b"
    r"|\u5f00\u73a9\u7b11|\u9a97\u4f60\u7684|\u9017\u4f60",
)
_EXAGGERATED: Final = late(
    r"\b(?:literally|basically) (?:a|an|the|dying|dead|starving)\b|\bi(?:'m|"
    r" am) (?:so )?"
    r"(?:dying|dead|starving|melting)\b|\b(?:kill|murder|die) for\b|\ba "
    r"(?:million|billion"
    r"|thousand|hundred) (?:times|things|tabs)\b|\b(?:million|billion) years\b"
    r"|\bcould (?:eat|murder|kill|sleep)\b|\bso \w+ (?:that )?i could\b"
    r"|\b(?:secretly|obviously|clearly|apparently|officially) (?:a|an|the) "
    r"|\blegally (?:a|an|made|dead)\b|\bmade of\b(?! titanium| steel| metal| plastic)"
    r"|\ballergic to (?:mondays?|mornings?|work|people|stupid\w*|bullshit|drama"
    r"|you|nonsense)\b"
    r"|\bwith my (?:bed|couch|sofa|pillow|fridge|blanket)\b"
    r"|\bevil (?:twin|overlord|genius)\b|\bqueen of england\b|\bking of (?:the|my)\b"
    r"|\bmarried to (?:my|the|this) (?!\w+ and)\b",
)
_REPORTED: Final = late(
    r"\b(?!i\b|we\b)\w+ (?:always |once |just |keeps? |used to |even )*(?:says?|said"
    r"|tells?|told|claims?|claimed|thinks?|thought|telling|insists?|swears?|believes?"
    r"|jokes?|joked|calls? me|sagt|sagte|meint|meinte|behauptet|behauptete|glaubt)\b",
    re.IGNORECASE,
)
_TAG: Final = late(
    r",? (?:ok(?:ay)?|right|yeah|you know|y'?know|remember|alright|deal|got it|"
    r"isn'?t it"
    r"|oder|ne|gell|ja|wei\u00dft du)\?+$",
    re.IGNORECASE,
)
_LEADS: Final = late(
    r"^\W*(?:(?:(?:oh|ok(?:ay)?|well|so|and|but|yes|yeah|yep|no(?=[,.!;])|nope|"
    r"nah|hey|hi|hello|ha"
    r"|haha+|lol|btw|by the way|fyi|actually|honestly|anyway|anyways|also|plus|tbh"
    r"|to be honest|confession|big news|good news|bad news|great news|news|"
    r"fun fact|remind me(?: that)?"
    r"|guess what|not gonna lie|ngl|you know(?: what)?|like i said|i mean|look|listen"
    r"|thing is|the thing is|truth is|sadly|luckily|unfortunately|fortunately|finally"
    r"|sorry|please|wow|ugh|hmm+|um+|uh+|god|omg|man|dude|again|as you know|right|sure"
    r"|of course|thanks|thank you|true|for real|seriously|in fact|as it happens|funny"
    r"|update|i admit|i confess|i have to admit|i must admit|i have to say|i think"
    r"|i guess|to me|for me|personally|just so you know|(?:please )?(?:remember|don'?t"
    r" forget|note|know) that|did i (?:ever )?(?:tell|mention)(?: you)?(?: that)?"
    r"|i (?:should|have to|must|wanted to|forgot to|never) (?:tell|mention|told"
    r"|mentioned?)(?: to)?(?: you)?(?: that)?|(?:let me )?tell you(?: that)?|i told you"
    r"(?: that)?|you should know(?: that)?|ehrlich gesagt|\u00fcbrigens|also|ja"
    r"|nein|ach"
    r"|naja|na ja|tja|und|aber|hallo|hey|ok|okay|oh|weisst du|wei\u00dft du|merk dir"
    r"(?:,? dass)?|leider|doch|so|nee|n\u00f6)\b)[\s,.:;!\u2026\u2013\u2014-]+)+",
    re.IGNORECASE,
)
_NAMES_MANY: Final = late(
    r"(?:the|my|our|these|those) (?P<many>[a-z]{3,}s) (?:are|were|have|need|look)\b",
    re.IGNORECASE,
)
_DOES_THEM: Final = late(
    r"(?P<does>(?:i|we) (?:grow|make|collect|love|hate|sell|breed|keep|bake|paint"
    r"|build|"
    r"repair|restore|play|raise|teach|train|knit|brew)) them\b",
    re.IGNORECASE,
)
_ASKS_ONESELF: Final = late(r"(?:my )?favou?rite [\w -]{3,40}\?", re.IGNORECASE)
_EMOJI: Final = late(r"[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]+|[:;]-?[)D(P]+")
_SPACES: Final = late(r"\s+")
_QUOTATION: Final = "\x01"


def statements(content: str, role: Role) -> list[Stated]:
    """Return what a message states, in order; nothing if it only plays or tells."""
    said = said_in(content[:MOST_CHARACTERS]).replace("\u2019", "'")
    said = said.replace("\u2018", "'")
    if not said or _is_tale(said, role):
        return []
    spoken = _spoken(said, role)
    return list(_stated(spoken)) if spoken else []


def without_leads(text: str) -> str:
    """Return a sentence without what people say first: "Oh, by the way,"."""
    short = _LEADS.sub("", text)
    return short if re.search(r"\w", short) else text


def is_exaggerated(clause: str) -> bool:
    """Say whether a clause says more than is so."""
    return _EXAGGERATED.search(small(clause)) is not None


def _is_tale(said: str, role: Role) -> bool:
    if _TALE.search(small(said)) or _ALL_PARENTHESES.match(said):
        return True
    if role != "user":
        return False
    return len(said) > LONG_TALE and len(re.findall(r"\b(?:was|had)\b", said)) > 12


def _spoken(said: str, role: Role) -> str:
    """Return what its author says of themselves; a user in a scene says nothing."""
    deeds = [one.group() for one in _STARRED.finditer(said)]
    acted = any(not tells_nothing(one) and len(one.split()) > 1 for one in deeds)
    if role == "user":
        quoted = [one for one in _QUOTED.finditer(said) if not _is_title(one)]
        if (
            acted
            or _ARMED.search(said)
            or (quoted and _PLAYED.search(_QUOTED.sub(" ", said)))
        ):
            return ""
    if role == "assistant" and _QUOTED.search(said):
        said = _own_speech(said)
    return (
        _SPACES.sub(" ", _STARRED.sub("\n", said).replace("\n", " \x00 "))
        .replace(" \x00 ", "\n")
        .strip()
    )


def _own_speech(said: str) -> str:
    """Return what a character says in a scene, without what others say."""
    quotes = [one for one in _QUOTED.finditer(said) if not _is_title(one)]
    if not quotes:
        return said
    own = []
    for quote in quotes:
        after = said[quote.end() : quote.end() + 60]
        before = said[max(0, quote.start() - 60) : quote.start()]
        if not (_BY_OTHERS_AFTER.match(after) or _BY_OTHERS_BEFORE.search(before)):
            own.append(next(part for part in quote.groups() if part is not None))
    return "\n".join(own)


def _is_title(quote: re.Match[str]) -> bool:
    inside = next(one for one in quote.groups() if one is not None)
    return _TITLE.fullmatch(inside) is not None


def _stated(spoken: str) -> list[Stated]:
    found: list[Stated] = []
    for at, whole in enumerate(_with_answers(_split(spoken))):
        text = _EMOJI.sub("", whole).strip()
        if _JOKED.search(small(text)):
            # It takes back what was said just before.
            if found and len(text.split()) <= 8:
                found[-1:] = _without_last_clause(found[-1])
            continue
        text = without_leads(_TAG.sub(".", text)).strip(" ()")
        text = _pointing_back(text, found)
        if text and (earnest := _earnest(text)):
            found.append(Stated(text, earnest, at == 0))
    return found


def _pointing_back(text: str, before: list[Stated]) -> str:
    """Return a sentence with what "them" means: "The hens are noisy. I keep them"."""
    named = _NAMES_MANY.match(before[-1].text) if before else None
    if named is None or not (does := _DOES_THEM.match(text)):
        return text
    return f"{does['does']} {named['many']}{text[does.end() :]}"


def _with_answers(split: list[str]) -> list[str]:
    """Put what somebody asks to answer it at once in one: "My favorite film? Dune."."""
    found: list[str] = []
    for one in split:
        if found and _ASKS_ONESELF.fullmatch(found[-1]):
            lead = found.pop()[:-1]
            own = lead if lead.lower().startswith("my ") else f"my {lead.lower()}"
            one = f"{own}: {one}"
        found.append(one)
    return found


def _without_last_clause(one: Stated) -> list[Stated]:
    """Return what is left of a statement whose end was a joke."""
    kept = re.split(r",? (?:and|but|und|aber) (?=(?:now )?\w+ )", one.text)[:-1]
    return [one._replace(text=", ".join(kept))] if kept else []


def _split(spoken: str) -> list[str]:
    """Cut into sentences; what is quoted stays with the sentence around it."""
    # What stands for a quotation may come in a message, too.
    spoken = spoken.replace(_QUOTATION, " ")
    quotes = [one.group() for one in _QUOTED.finditer(spoken)]
    hidden = _QUOTED.sub(_QUOTATION, spoken)
    held = iter(quotes)
    return [
        re.sub(_QUOTATION, lambda _: next(held), sentence)
        for line in hidden.split("\n")
        for sentence in sentences(line)
    ]


def _earnest(text: str) -> float:
    """Say how sure it is that a sentence is meant; 0 if it is not."""
    if ends_as_question(text) or _SUPPOSED.search(text) or _SUPPOSED_ZH.search(text):
        return 0.0
    if _DREAMT.search(text):
        return 0.0
    if any(not _is_title(one) for one in _QUOTED.finditer(text)):
        return 0.0
    return 1.0
