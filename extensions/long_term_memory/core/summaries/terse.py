"""Write what somebody said in fewer words: what is left out tells nothing.

Owns: the words that go: hedges, what leads up to news, tags, signs of mood, and the "I"
of whoever is named before the line.
Knows nothing of: which passages are told, prompts.

"honestly i think im allergic to walnuts lol" becomes "allergic to walnuts". Nothing is
added and no order is changed. The words are English and German; texts in other
languages lose signs of mood alone.
"""

from __future__ import annotations

import re
from typing import Final

from ..text.small_talk import tells_nothing
from ..text.tokenizer import stem, tokenize

_MOODS: Final = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u200d\ufe0f]+|(?<!\\w)(?::[-']?[()DPpO/]|<3|x[xX]+)"
    r"(?!\w)"
)
_LEADS: Final = re.compile(
    r"^(?:(?:(?:the |my )?(?:problem|thing|good news|bad news|news|truth|point) is"
    r"(?: that)?|turns out(?: that)?|it turns out(?: that)?|guess what|fun fact"
    r"|by the way|btw|apparently|honestly|actually|basically|obviously|seriously"
    r"|to be (?:honest|fair)|i mean|you know(?: what)?|i (?:think|guess|suppose|reckon)"
    r"(?: that)?|did i (?:tell|mention) (?:you )?(?:that)?|i forgot to (?:say|tell you)"
    r"|one more thing|oh and|and so|also|plus|anyway|anyways|so yeah|right so"
    r"|guess who|listen|look|see|well|okay so|ok so|tja|also|na ja|naja|ehrlich gesagt"
    r"|\u00fcbrigens|eigentlich|ich glaube|ich finde|ich meine|stell dir vor)"
    r"(?:\s*[,:.\u2013-]+\s*|\s+))+",
    re.IGNORECASE,
)
_TAGS: Final = re.compile(
    r"(?:[,.]?\s+(?:lol|lmao|haha+|hehe|tbh|atm|innit|though|tho|right now|you know"
    r"|i (?:think|guess|suppose|reckon|mean)|honestly|actually|apparently|or something"
    r"|or whatever|and (?:all|stuff|things)|so yeah|somehow|to be honest|ehrlich"
    r"|glaub ich|irgendwie|oder so|halt|eben|ne|oder))+(?=[.!?]*$)",
    re.IGNORECASE,
)
_HEDGES: Final = re.compile(
    r"\s(?:just(?! (?:an?|the|in|as|like|about)\b)|really|actually|basically|literally"
    r"|honestly|totally|absolutely|kinda|kind of|sort of|obviously|apparently|somehow"
    r"|i (?:think|guess|suppose)|you know|eigentlich|irgendwie|ehrlich gesagt|halt|eben"
    r"|einfach|sozusagen)(?=\s)",
    re.IGNORECASE,
)
_SELF: Final = re.compile(
    r"^(?:[Ii](?:['\u2019](?:m|ve)| am| have(?= (?:been|got|had|\w+ed)\b))?|[Ii]ve"
    r"|[Ii]m(?= (?:an?|the|in|at|on|off|so|not|\w+(?:ing|ed|ic)|gonna|back|free|sick)"
    r"\b)|[Ii]ch)"
    r"\s+(?!(?:know|hope|wish|bet|mean|suppose|see|guess|think|wei\u00df|hoffe)\b)"
    r"(?=[a-z\u00e4\u00f6\u00fc\d])",
)
_WILL: Final = re.compile(r"^(?:i['\u2019]ll)\s+(?=[a-z])", re.IGNORECASE)
_PLEDGE: Final = re.compile(
    r"\b(?:promis\w+|swear|vow\w*|owe\w*|my word|verspr[eo]ch\w*|schw\u00f6r\w*"
    r"|schulde\w*|gelob\w*)\b",
    re.IGNORECASE,
)
_CHATTER: Final = frozenset(
    stem(word)
    for word in """
    angry annoying barely bad best better big boring busy captain crazy curious dark
    deep excited fast first free half hard hopeful hot hungry idea insane joke joking
    kidding late literal literally long loads loud mad mental mess mostly naturally
    nervous next nuts odd old other others picky point polite promise relieved rough
    rude same scared scary shattered shit short sick slow small sort stressful strange
    stressed stuff terrible terrified thing times tired tricky true twice ugh uhh ugly
    upset used week weird whole wild worse worst worried zero fuck fucking bloody hell
    man mate girl bro dude bestimmt doof echt ehrlich endlich gleich klar komisch
    krass langsam leider lustig mies mist nervig quatsch sauer schade scheisse
    schlimm schon spaeter stress super toll traurig verrueckt versprochen viel wahr
    wenig witzig wirklich wunderbar
    """.split()
)
"""Stems that tell nothing where few words are a sentence: "so weird", "better"."""

MOST_CHATTER: Final = 4
"""Words of a sentence that may be nothing but such."""

_LOUD: Final = re.compile(r"([!?])[!?]+|\.{2,}(?=\s|$)")
_BLANKS: Final = re.compile(r"\s{2,}")
_WORD: Final = re.compile(r"\w")
_WORDS: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_DIGIT: Final = re.compile(r"\d")


def is_chatter(text: str) -> bool:
    """Say whether a short sentence only tells a mood, or nothing: "so weird lol"."""
    if len(_WORDS.findall(text)) > MOST_CHATTER or _DIGIT.search(text):
        return False
    stems = tokenize(text)
    return all(one in _CHATTER or tells_nothing(one) for one in stems) or tells_nothing(
        text
    )


def terse(text: str, *, own: bool) -> str:
    """Return a sentence in fewer words.

    Args:
        text: A sentence, or two.
        own: Whoever says it stands before it, so it needs no "I".
    """
    short = _LOUD.sub(lambda found: found[1] or ".", _MOODS.sub(" ", text))
    short = _HEDGES.sub("", _TAGS.sub("", _LEADS.sub("", short.strip())))
    if own and not _PLEDGE.search(short):
        short = _WILL.sub("will ", _SELF.sub("", short))
    short = _BLANKS.sub(" ", short).strip(" ,;")
    if not _WORD.search(short):
        return text
    return short[:1].upper() + short[1:] if text[:1].isupper() else short
