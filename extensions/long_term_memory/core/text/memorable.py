"""Which messages are memories at all, and which need the message before them.

Owns: telling a question from a telling, what is said to be kind, and scraps that mean
nothing alone.
Knows nothing of: other messages, names, scores, stores.

Of two who chat every second message asks, greets or agrees. "What snack do I dislike?"
lies nearer to the same question than its answer does, and tells nothing. So a message
is read clause by clause, and what holds no clause that tells is no memory; in doubt it
is one, for a fact that is left out costs more than a line too many.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Final

from ..types import Role
from .courtesies import is_bare_answer, is_courtesy
from .own_blocks import without_blocks
from .patterns import late
from .scripts import UNSPACED
from .small_talk import tells_nothing
from .tokenizer import tokenize


class Worth(IntEnum):
    """What a message is worth by itself."""

    MEMORY = 0
    """It tells something."""
    SCRAP = 1
    """It tells something only as the answer to the question before it."""
    NOTHING = 2
    """A bare question of the user's, small talk, or what memory itself had said."""


LONG: Final = 400
"""Characters; whoever writes more tells something."""
QUESTION_WORDS: Final = 14
"""A longer question tells something by the way."""
QUESTION_SIGNS: Final = 20
"""The same in a script without spaces."""
SHORT_WORDS: Final = 6
"""An answer of so few words leans on its question."""

# Where a clause ends: an apostrophe or a hyphen within a word ends none.
_CLAUSE: Final = late(
    r"(?<=[.!?\u2026;:,\u3002\uff01\uff1f\uff1b\uff1a\uff0c\u3001\u061f\n])(?![.!?\u2026])"
    r"|\s[-\u2013\u2014]+\s|[*\"\u201c\u201d\u300c\u300d()\uff08\uff09]+"
)
_ENDS_ASKING: Final = late(r"[?\uff1f\u061f][\s!?\uff01\uff1f.\u2026]*$")
_WORD: Final = late(r"\w+(?:['\u2019]\w+)?")
_NO_WORD: Final = late(rf"[^\s{UNSPACED}]{{120,}}")
"""Nobody says a word so long: a key was held down, or a file was pasted."""
_SIGNS: Final = late(r"[\u3040-\u30ff\u4e00-\u9fff]")

_AUXILIARY: Final = (
    r"(?:is|are|was|were|am|do|does|did|have|has|had|can|could|will|would|shall|should"
    r"|may|might|must)(?:n['\u2019]?t)?"
)
_SUBJECT: Final = (
    r"(?:i|you|u|ya|we|he|she|it|they|there|this|that|these|those|the|a|an|any|anyone"
    r"|anything|my|your|his|her|our|their|some\w*)"
)
_LEAD: Final = (
    r"^(?:(?:and|so|but|or|then|well|ok(?:ay)?|hey|hi|oh|um+|uh|hm+|haha|lol|btw|wait"
    r"|also|now|anyways?|please|pls|again|und|aber|oder|na|sag(?:\ mal)?|ach|du)"
    r"\b[\s,.]*)*"
)
_ASKS: Final = late(
    rf"""{_LEAD}(?:
      (?:what|where|who|whom|whose|which|when|why|how)(?:['\u2019]?(?:s|re|d|ll)\b
        |\b(?:\ \w+){{0,3}}?\ {_AUXILIARY}\b|\ about\b|\ come\b|\ else\b)
      | {_AUXILIARY}\ (?:\w+\ )??{_SUBJECT}\b
      | wh(?:at|ere|o|en|y|ich)\ (?:my|your|the|kind|sort|colou?r|time|day|name)\b
      | (?:do|did|you)\ (?:you\ )?(?:still\ )?(?:remember|recall|know)\b
      | (?:can|could|would|will)\ you\b | any\ (?:idea|clue|guess)\b
      | (?:please\ )?(?:tell|remind|ask)\ me\ (?:again\ )?
        (?:about|of|how|what|who|where|when|why|if|whether|something|a\ story|more)\b
      | (?:was|wer|wen|wem|wessen|wo|wohin|woher|wann|warum|wieso|weshalb|wozu|wie
        |wof\u00fcr|womit|wovon|wor\u00fcber|welche[rsnm]?)\b
        (?:\ \w+){{0,2}}?\ (?:\w+st|ist|sind|war|waren|hat|haben|habe?|bin|wird|werden
        |kann|k\u00f6nnen|soll\w*|darf|muss|mag|m\u00f6chte|wir|ich|du|ihr|er|sie|es
        |man)\b
      | (?:hast|bist|kannst|wei\u00dft|weisst|willst|magst|machst|gehst|findest|kennst
        |darfst|musst|sollst|warst|wirst|m\u00f6chtest|erinnerst|glaubst|denkst)\ du\b
      | (?:ist|sind|war|waren|hat|haben|hab|kann|soll|darf|muss|gibt)[ ]
        (?:das|der|die|es|ich|wir|er|sie|man|mein\w*|dein\w*)\b
      | (?:qu\u00e9|qui[e\u00e9]n|cu\u00e1ndo|d\u00f3nde|c\u00f3mo|cu\u00e1l|quels?
        |quelles?|qui|quand|o\u00f9|comment|pourquoi|combien|est-ce|chi|quando|dove
        |perch[e\u00e9]|quale|quem|onde|qual|wat|wie|waar|wanneer|waarom)\b.*\?
      | \u00bf
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_UNSPACED: Final = late(
    "什么|甚么|什麼|啥|谁|誰|哪|怎么|怎麼|为什么|為什麼|为啥|几[个点岁次]|多少|多久|多大|多远"
    "|(?:吗|嗎|呢|么)[\\s?\uff1f!\uff01~\uff5e]*$|是不是|有没有|有沒有|记不记得|还记得|能不能"
    "|(.)不\\1"
    "|何|誰|どこ|いつ|なぜ|どう|どの|どれ|(?:か|の)[?\uff1f]?$"
)

_I: Final = late(
    r"""\bi['\u2019]?(?:m|ve|d|ll)?\b | \b(?:me|my|mine|we|our|us)\b
    | \b(?:ich|mein\w{0,2}|mir|mich|wir|unser\w{0,2}|uns)\b
    | \b(?:je|j['\u2019]\w+|mon|ma|mes|moi|nous|yo|mis?|mio|mia|miei|eu|meu|minha|ik
      |mijn|m\u00f3j|moja|benim)\b
    | \b\u044f\b | \b\u043c\u043e[\u0439\u044f\u0451\u0438]\b
    | [\u6211\u4ffa\u54b1\u79c1\u50d5] | \ub0b4\s | \ub098
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Who speaks of himself, tells; unless in a phrase that everybody says."""
_STOCK: Final = late(
    r"""\bi['\u2019]?(?:m|\ am)\ (?:fine|good|ok(?:ay)?|great|well|sorry|here|back|ready
        |listening|glad|happy\ to|so\ (?:happy|glad)|kidding|not\ sure|all\ ears)\b
    | \bi\ (?:(?:see|get|know)\ what\ you\ mean|see|know(?:\ right)?|guess(?:\ so)?
        |think\ so|agree|understand|hope\ so
        |(?:really\ )?(?:love|like|miss(?:ed)?|adore)\ (?:you|u|it|that|this)
        |(?:don['\u2019]?t|do\ not)\ (?:know|mind|care)|can['\u2019]?t\ wait|will|do
        |did|have|can|would|promise)\b(?!['\u2019\ ]\w)
    | \bi\ gotta\ (?:go|run|dash|bounce|sleep)\b
    | \bi(?:\ have|(?:['\u2019]ve|\ have)\ got|\ need)\ to\ (?:go|run|sleep)\b
      (?:\ now\b)?(?!\ \w)
    | \b(?:tell|let|excuse|forgive|hug|kiss|hold|trust|believe|give|show|help)\ me\b
    | \b(?:me|us)\ (?:too|neither|either)\b
    | \boh\ my\b(?:\ (?:god|gosh|goodness))?
    | \bmy\ (?:god|gosh|goodness|dear|love|friend|pleasure|bad)\b
    | \bich\ (?:wei(?:\u00df|ss)|verstehe|liebe\ dich|auch|hab\ dich\ lieb|glaube?)\b
      (?!\ \w)
    | \b(?:mir|mich)\ (?:auch|nicht)\b | \btut\ mir\ leid\b
    | \u6211(?:\u77e5\u9053|\u660e\u767d|\u61c2)\u4e86?$
    | \u6211\u7231\u4f60 | \u6211\u4e5f(?:\u662f)?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TELLING_QUESTION: Final = late(
    r"""\b(?:did|do)\ (?:you|u)\ know\ (?:that\b|i\b|my\b|i['\u2019])
    | \bguess\ (?:what|who)\b
    | \b(?:have|did)\ i\ (?:ever\ )?(?:tell|told|mention(?:ed)?|say|said)\b
      .*\b(?:that|i|my)\b
    | \b(?:that|because|since|if|when|while)\ (?:i|we|my)\b
    | \bi['\u2019](?:m|ve)\b | \bi\ am\ \w
    | \bi\ (?:was|got|went|quit|broke|bought|moved)\b
    | \bwei(?:\u00df|ss)t\ du,?\ dass\ (?:ich|mein\w*|wir)\b
    | \b(?:dass|weil|wenn|obwohl)\ (?:ich|wir|mein\w*)\b
    | \u4f60\u77e5\u9053\u6211.{4,} | \u56e0\u4e3a\u6211 | \d{2}
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What is asked and yet tells: "Should I tell my boss that I'm pregnant?"."""
_OF_MEMORY: Final = late(
    r"""\b(?:remember|recall|remind|forgot|forget)\b
    | \b(?:did|do|have|had|was|am|were|are|is)\ i\b
    | \b(?:erinner\w*|wei(?:\u00df|ss)t\ du\ noch)\b
    | \b(?:hab|habe|bin|war|hatte)\ ich\b
    | \b(?:acuerdas|recuerdas|souviens|rappelles|ricordi|lembras?)\b
    | \u8bb0\u5f97 | \u8bb0\u4e0d\u8bb0
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OF_ONES_OWN: Final = late(
    r"""\b(?:what|who|where|when|which|how\ (?:old|tall|big|many|much))
      (?:['\u2019]s|\ (?:is|are|was|were|do|does|did))\ (?:again\ )?(?:my|our)\b
    | \b(?:wie|wer|wo|was|wann|woher|wohin)\ (?:(?:alt|gro\u00df|viele?|lange?)\ )?
      (?:hei(?:\u00df|ss)\w*|ist|sind|war|waren|wohnt|arbeitet|kommt)
      \ (?:(?:noch\ ?mal|nochmals|eigentlich|denn)\ )?(?:mein|unser)\w{0,2}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What asks the other one for what the user told of his own."""
_OF_ONES_OWN_WORDS: Final = 10
"""A longer one may tell something by the way."""
_OWN: Final = late(
    r"\b(?:my|our|mein(?:e[mnrs]?)?|unser(?:e[mnrs]?)?|mi|mon|ma)\s+\w{2,}"
    r"|\u6211[\u7684\u5bb6\u5988\u7238\u8001\u5973\u513f]",
    re.IGNORECASE,
)
_OWN_WORDS: Final = 4
"""So many words of its own has a question that tells of somebody's own things."""

_KNOWS_NOT: Final = late(
    r"""\b(?:you|u)(?:['\u2019]ve|\ have)?(?:\ (?:just|only|still))?
      \ (?:never|not|haven['\u2019]?t|have\ not|didn['\u2019]?t|did\ not)
      (?:\ (?:yet|ever|really|actually|even))?
      \ (?:told|tell|mention(?:ed)?|said|say|shared?|spoken)\b
    | \bi\ (?:don['\u2019]?t|do\ not|can['\u2019]?t|cannot)
      (?:\ (?:really|actually|quite))?\ (?:know|remember|recall|say|tell)
      (?:(?:\ (?:that|it|this|yet|for\ sure|exactly|right\ now))*\W*$
        |.*\byou(?:r|rs)?\b)
    | \bno\ (?:idea|clue)\W*$ | \bi['\u2019]?m\ not\ sure(?:\ about\ (?:that|it))?\W*$
    | \bhast\ du\ (?:mir\ )?(?:das\ )?(?:noch\ |bisher\ )?(?:gar\ )?(?:nie|nicht)\b
      .*\b(?:erz\u00e4hlt|gesagt|erw\u00e4hnt|verraten)\b
    | \bwei(?:\u00df|ss)\ ich\ (?:leider\ )?nicht\W*$
    | \bich\ wei(?:\u00df|ss)\ (?:es\ |das\ )?(?:leider\ )?nicht\W*$
    | \bkeine\ ahnung\W*$
    | \berinner\w*\ (?:ich\ )?mich\ (?:leider\ )?nicht(?:\ daran)?\W*$
    | \u4f60[\u8fd8\u4ece\u5f9e]?\u6765?[\u6ca1\u6c92\u672a]\u6709?(?:\u8ddf\u6211)?
      (?:\u544a\u8bc9|\u544a\u8a34|\u8bf4|\u8aaa|\u63d0|\u8bb2)
    | \u6211?(?:\u4e0d\u77e5\u9053|\u4e0d\u6e05\u695a|\u4e0d\u8bb0\u5f97
      |\u60f3\u4e0d\u8d77\u6765)\u4e86?\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The character does not know what was asked: said again, it would be believed."""
_KNOWS_NOT_WORDS: Final = 14
"""Whoever says more beside it tells something."""

_YES_OR_NO: Final = late(
    r"""^\W*(?:yes|yeah|yep|yup|ye[sa]+h*|no|nope|nah|sure|maybe|of\ course|exactly
      |never|definitely|ja|jap|jep|nein|n\u00f6|nee|klar|genau|doch|vielleicht|oui|non
      |si|s\u00ed|sim|n\u00e3o|\u0434\u0430|\u043d\u0435\u0442|evet|hay\u0131r|tak|nie
      |\u306f\u3044|\u3046\u3093|\u3044\u3044\u3048|\ub124|\uc544\ub2c8)(?!\w)
    | ^\W*(?:\u662f[\u7684\u554a\u5440]?|\u5bf9|\u55ef+|\u4e0d[\u662f\u5bf9\u4f1a]?
      |\u6ca1\u6709?|\u6709|\u597d\u7684?|\u5f53\u7136)(?=[\s,\uff0c\u3002\uff01!.]|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_POINTING: Final = frozenset(
    "that this one those these it them there here thing stuff same other another both "
    "das dies dieser diese dieses der die da dort den dem selbe beide eins "
    "那个 这个 那些 这些 那里 这里 同样".split()
)
_POINTS: Final = late(
    r"\b(?:that|this|these|those|the\ \w+)\ ones?\b|\bboth\b"
    r"|\bthe\ (?:same|other|former|latter)\b|\b(?:das|den|die|der)\ da\b|\bbeides?\b"
    r"|[那这][个只些]",
    re.IGNORECASE,
)
"""What points at something that the message before it named: "That one!"."""
_WHO: Final = late(
    r"\b(?:i|i['\u2019]\w+|we|he|she|they|my|our|his|her|their|you['\u2019]\w+|\w+['\u2019]s"
    r"|ich|wir|er|sie|mein\w{0,2}|unser\w{0,2}|ist|war|hat)\b|[\u6211\u4ed6\u5979\u54b1]",
    re.IGNORECASE,
)
_DIGIT: Final = late(r"\d")


def worth(text: str, role: Role) -> Worth:
    """Say what a message is worth by itself.

    Args:
        text: What was said.
        role: Who said it: of the character's questions nobody gets tired.
    """
    bare = _NO_WORD.sub(" ", without_blocks(text))
    if len(text) > LONG:
        return Worth.MEMORY if bare.strip() else Worth.NOTHING
    rest = [one for one in _clauses(bare) if is_bare_answer(one) or not _is_kind(one)]
    if role == "user":
        rest = [one for one in rest if not _only_asks(one)]
    else:
        rest = [one for one in rest if not _knows_not(one)]
    if not rest or (_is_kind(bare) and not is_bare_answer(bare)):
        return Worth.SCRAP if _POINTS.search(bare) else Worth.NOTHING
    return Worth.SCRAP if _is_scrap(rest) else Worth.MEMORY


def leans_back(text: str) -> bool:
    """Say whether a message is understood only beside the one before it.

    That is an answer such as "Yes, in March." or "That one!".
    """
    if len(text) > LONG:
        return False
    size = _size(text)
    if size > 2 * SHORT_WORDS:
        return False
    if _YES_OR_NO.search(text):
        return True
    return size <= SHORT_WORDS and not _WHO.search(text)


def question_in(text: str) -> str:
    """Return what a message asks at last; empty if it asks nothing."""
    asked = [one for one in _sentences(text) if _ENDS_ASKING.search(one)]
    return asked[-1] if asked else ""


def _clauses(text: str) -> list[str]:
    parts = (one.strip(" \t\n,;:-~*\"'") for one in _CLAUSE.split(text) if one)
    return [one for one in parts if _WORD.search(one)]


_SENTENCE: Final = late(r"(?<=[.!?\u2026*\"\u201d])\s+|(?<=[\u3002\uff01\uff1f])|\n+")


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in _SENTENCE.split(text) if one.strip()]


def _size(text: str) -> int:
    """Count words; two signs of a script without spaces count as one."""
    if text.isascii():
        return len(_WORD.findall(text))
    signs = len(_SIGNS.findall(text))
    return len(_WORD.findall(_SIGNS.sub(" ", text))) + (signs + 1) // 2


def _is_kind(clause: str) -> bool:
    """Say whether a clause is said to be kind, and not to tell."""
    if is_courtesy(clause):
        return True
    if not tells_nothing(clause):
        return False
    # The words of small talk are common ones: "I had a baby" is made of them, too.
    return not _I.search(_STOCK.sub(" ", clause))


def _only_asks(clause: str) -> bool:
    """Say whether a clause asks, and tells nothing by the way."""
    if not _is_question(clause) or _TELLING_QUESTION.search(clause):
        return False
    signs = len(_SIGNS.findall(clause))
    if signs > QUESTION_SIGNS or len(_WORD.findall(clause)) > QUESTION_WORDS:
        return False
    if _OF_ONES_OWN.search(clause) and _size(clause) <= _OF_ONES_OWN_WORDS:
        return True
    own = _OWN.search(clause) is not None
    return not own or bool(_OF_MEMORY.search(clause)) or _size(clause) - 2 < _OWN_WORDS


def _knows_not(clause: str) -> bool:
    return bool(_KNOWS_NOT.search(clause)) and _size(clause) <= _KNOWS_NOT_WORDS


def _is_question(clause: str) -> bool:
    if _ASKS.search(clause):
        return True
    if _SIGNS.search(clause):
        return _ASKS_UNSPACED.search(clause) is not None
    # "You up?" asks, "you are knitting me a scarf?" repeats what was told.
    asks = _ENDS_ASKING.search(clause) is not None
    return asks and _size(clause) < _OWN_WORDS and not _I.search(clause)


def _is_scrap(clauses: list[str]) -> bool:
    """Say whether clauses have no word of their own and nobody they are about."""
    if all(map(is_bare_answer, clauses)):
        return True
    text = " ".join(clauses)
    if _WHO.search(text) or _DIGIT.search(text):
        return False
    return all(one in _POINTING or tells_nothing(one) for one in tokenize(text))
