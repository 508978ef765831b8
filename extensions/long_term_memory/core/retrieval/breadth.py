"""Whether a message asks for all that is known of somebody, and what tells of them.

Owns: reading such a message, the words for whom it is about, which lines tell of them
and in what order; in English, German and Chinese.
Knows nothing of: vectors, chances, stores, how a message is asked otherwise.

"What do you know about me?" has no word that an answer would have: it asks by nothing
but a word of knowing and a person. So it is read by what is left when little words are
taken off. Nothing is left: it is about one of the two, or both. The one thing it is
about is left: it is about that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from ..summaries.telling import Passage, passages_of, word_count
from ..summaries.turning_points import WEIGHTS as LENGTH_WEIGHTS
from ..summaries.turning_points import Echoes, weigh
from ..text.languages import language_of
from ..text.patterns import late
from ..text.scripts import count_unspaced, is_unspaced
from ..text.tokenizer import term_ids, written_words


class Subject(Enum):
    """Of whom a message asks to be told all that is known."""

    SPEAKER = "speaker"
    OTHER = "other"
    BOTH = "both"
    NAMED = "named"


class Said(NamedTuple):
    """A line that may be told.

    Attributes:
        user: Whether the user said it; None of what a person wrote about both.
        part: Which stretch of all that was told it stands in.
    """

    name: str
    content: str
    user: bool | None
    part: int


MOST_CHARACTERS: Final = 200
"""Whoever writes more has something in mind."""
READ_CHARACTERS: Final = 1_500
"""Of each line; what tells of somebody is said soon."""
NAMED_WORDS: Final = 2
"""So many words name whom or what it is about: "my sister", "old Tom"."""
PARTS: Final = 8
"""Into so many stretches a bank is divided, so that each has its say."""
LEAST_WEIGHT: Final = 0.6
"""What weighs less, as `turning_points` weighs it, tells nothing of anybody."""
OF_OTHERS: Final = 0.3
"""What weighs a character's line in which it does not speak of itself."""
SIGNS_OF_A_WORD: Final = 2
"""So many signs of a script without spaces are about a word."""

_LEAD: Final = r"""^\W*(?:(?:hey|hi|hello|so|ok|okay|well|oh|um+|please|now|and|but|btw
    |na|also|ach|und|aber|du|sag|mal|bitte)\b\W*)*"""
_TELLS: Final = late(
    _LEAD
    + r"""(?:i|we|he|she|they|it|my|your|you(?!\s*(?:still\s+)?(?:know|remember)\b.*\?)
    |ich|wir|er|es|sie|mein\w*|dein\w*|du)\b
    | ^\W*我(?!是谁|是誰|叫什么|叫什麼)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Who begins so tells; "you know me?" asks."""
_ASKER: Final = late(
    r"""\b(?:do|did|can|could|have|would|will|are)\ (?:you|u|ya)\b
    | \b(?:you|u|ya)
      (?='ve\b|\ (?:\w+\ )?(?:know|remember|recall|learn\w*|have|can|got)\b)
    | \b(?:tell|give|show|remind|teach|list)\ (?:me|us)\b
    | \b(?:erz\w+|sag\w*|nenn\w*|zeig\w*)\ (?:mir|uns)\b
    | \b(?:wei(?:ß|ss)t|kennst|erinnerst|hast|kannst)\ du\b | \bdu\b | \bdich(?=\ an\b)
    | 你(?=.{0,3}(?:知道|了解|记得|記得|认识|認識|记住|还|還))
    | (?:告诉|告訴|跟|对|對|给|給)我(?=$|\W|[听聽说說讲講]) | ^请?把?你""",
    re.IGNORECASE | re.VERBOSE,
)
"""Who is asked and who asks: neither is whom it is about."""
_TOLD: Final = late(
    r"""\b(?:have|did)\ (?:i|we)\ (?:\w+\ )?(?:tell|told|mention\w*|say|said|shared?)
      (?:\ (?:to\ )?you)?\b | \bi(?:'ve|\ have)?\ (?:told|shared\ with)\ you\b
    | \b(?:hab|habe)\ ich\ (?:dir\ )?(?:\w+\ ){0,3}?(?:erz\w+|gesagt|verraten)\b
    | \bich\ dir\ (?:\w+\ ){0,3}?(?:erz\w+|gesagt|verraten)\ hab\w*
    | 我.{0,2}[跟和对對]?(?:你)?.{0,2}(?:告诉|告訴|说过|說過|讲过|講過|提过|提過)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What I told you is about me."""
_WHO_AM_I: Final = late(
    r"\bwho (?:am i|i am)\b|\bwer (?:bin ich|ich bin)\b|我是[谁誰]", re.IGNORECASE
)
_SPEAKER: Final = late(
    r"\b(?:i|me|my|myself|mine|ich|mich|mir|mein\w{0,2})\b|[我俺]", re.IGNORECASE
)
_OTHER: Final = late(
    r"\b(?:you|your|yourself|u|dich|dir|dein\w{0,2})\b|[你您]", re.IGNORECASE
)
_BOTH: Final = late(r"\b(?:us|our|we|uns|unser\w{0,2}|wir)\b|我们|我們|咱", re.I)
_KNOWING: Final = late(
    r"""\b(?:know\w*|remember\w*|recall|learn(?:ed|t)?|memor(?:y|ies)|describe
      |summari[sz]e|summary|wei(?:ß|ss)t|kennst|erinner\w*|gemerkt|beschreib\w*
      |zusammen|wissen)\b
    | \b(?:tell|talk)\b.{0,8}?\babout\ (?:me|myself|you|yourself|us)\b
    | \berz\w+\ .{0,12}?\bvon\ (?:mir|dir|uns)\b
    | 知道|了解|记得|記得|记住|認識|认识|介绍|介紹|总结|總結|描述""",
    re.IGNORECASE | re.VERBOSE,
)
_ALL: Final = late(
    r"""\b(?:what|everything|all|anything|how\ (?:much|well)|things|facts|was|alles
      |woran|etwas)\b
    | 什么|什麼|多少|一切|所有|全部|哪些|啥|[的点點些]事""",
    re.IGNORECASE | re.VERBOSE,
)
_LITTLE: Final = late(
    r"""(?:'(?:s|ve|re|d|ll|t|m)\b)|\b(?:
    a|an|the|of|to|on|at|by|for|from|with|about|as|into|and|or|is|are|am|be|was|were
    |do|does|did|don|have|has|had|can|could|will|would|should|may|that|this|these|what
    |who|how|much|well|more|some|any|anything|everything|all|every|single|thing|things
    |stuff|facts?|details?|list|give|tell|told|show|say|said|mention\w*|shared?|write
    |talk|please|pls|now|still|so|far|yet|already|ever|even|really|actually|again|just
    |me|you|u|hey|hi|hello|ok|okay|well|oh|um+|btw|by\ now|up|down|there|here|exactly
    |short|person|like|kind|sort|if|know\w*|remember\w*|recall|learn(?:ed|t)?|describe
    |memor(?:y|ies)|summari[sz]e|summary|sum|bit|lot|little|own|words?|not|hm+|hmm
    |i|my|myself|mine|your|yourself|us|our|we|life
    |ich|mich|mir|mein\w{0,2}|dich|dir|dein\w{0,2}|uns|unser\w{0,2}|wir|du|der|die|das
    |dem|den|ein|eine|einen|es|und|oder|in|im|an|auf|von|zu|zur|zum|bei|mit|f\w{1,2}r
    |über|ueber|was|wer|wie|woran|alles|etwas|viel|gut|noch|so|mal|doch|denn|eigentlich
    |schon|bisher|bis|jetzt|bitte|nochmal|wieder|bin|bist|ist|sind|war|hab|habe|hast
    |hat|kannst|wei(?:ß|ss)t|weiß|wissen|kennst|erinner\w*|erz\w+|sag\w*|gesagt|nenn\w*
    |zeig\w*|gemerkt|beschreib\w*|fass\w*|zusammen|dass|na|ach|also|aber|einmal|leben
    |ganz|genau|überhaupt|verraten
    )\b
    | 我们|我們|咱们|咱|[我你您俺]|知道|了解|记得|記得|记住|认识|認識|介绍|介紹|总结
    |總結|描述|什么|什麼|多少|一切|所有|全部|哪些|些|啥|关于|關於|有关|告诉|告訴|请|請
    |[吗嗎呢吧啊呀的了过過把被都还還又再就对對跟和给給说說讲講提听聽是谁誰一下所有关關到
    在我这這那事情点點自己本人记憶]|记忆|為止|为止|目前""",
    re.IGNORECASE | re.VERBOSE,
)
_EVERYTHING: Final = late(
    r"\b(?:everything|all|alles)\b.{0,24}?\b(?:about|über|ueber|von)\b|一切|全部|所有",
    re.IGNORECASE,
)
_KNOWS_OTHERWISE: Final = late(
    r"""\b(?:do|did|can|does|could|should)\ (?:i|we|he|she|they)\ (?:\w+\ )?
      (?:know|remember|recall)\b
    | \b(?:like|want|love|need)\ to\ (?:know|learn|remember)\b
    | \b(?:willst|möchtest|magst)\ du\b | 想(?:要)?(?:知道|了解)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Another one than who is asked would know."""
_TARGET: Final = late(
    r"""\b(?:about|of|on|über|ueber|von|zu)\ +
      (?:(?:my|your|our|the|that|this|mein\w{0,2}|dein\w{0,2}|unser\w{0,2}|der|die|das
        |den|dem)\ +)?
      (?P<spaced>[^\W_]+(?:[ -][^\W_]+)?)
      (?:\ +(?:so\ far|still|again|now|yet|noch|alles|so|schon|wei(?:ß|ss)t))*\W*$
    | (?:关于|關於)(?P<first>[^的\uff0c,你]{1,8}?)(?=你|的|\uff0c|,)
    | (?:知道|记得|記得|了解)(?:关于|關於)?(?P<last>[^的什么]{1,8}?)(?:的)?
      (?:什么|什麼|哪些|所有|一切|全部)?(?:事情?|什么|什麼)""",
    re.IGNORECASE | re.VERBOSE,
)
"""What "everything" is told about."""
_WORD: Final = late(r"[^\W_]+")
_PRONOUN: Final = late(r"(?:he|she|it|they|him|her|them)$", re.IGNORECASE)
_BEGINS_WITH_ONE: Final = late(
    r"""[\W_]*(?:(?:yes|no|yeah|well|oh|ja|nein|and|und)\b\W+)?
    (?:(?:s?he|his|her|they|er|sie|sein\w{0,2}|ihr\w{0,2})(?:'\w+)?\b|[他她])""",
    re.IGNORECASE | re.VERBOSE,
)
_FAMILY: Final = frozenset(
    "family familie relatives verwandte 家人 家庭 家里人 亲人".split()
)
_RELATIVES: Final = late(
    r"""\b(?:(?:step|grand|half|schwieger|stief|ur)?-?(?:mothers?|fathers?|mom|mum|dad|mama
      |papa|parents?|sisters?|brothers?|sons?|daughters?|wife|husband|cousins?|uncle|aunt
      |kids?|child(?:ren)?|boys?|girls?|bab(?:y|ies)|grand(?:ma|pa)|gran(?:ny)?
      |mutter|vater|eltern|schwester\w{0,2}|bruder|brüder|sohn|söhne|tochter|töchter|frau
      |mann|oma|opa|onkel|tante|kind(?:er)?|cousine?)|twins?|fianc\w+|niece|nephew)\b
    | [爸妈爹娘父母哥弟姐妹叔]|儿子|女儿|孩子|老婆|老公|妻子|丈夫|爷爷|奶奶|外[公婆]
    | 阿姨""",
    re.IGNORECASE | re.VERBOSE,
)

_ALL_OF_ONE: Final = {
    "en": "My name and age, where I live, my work, my family and pets, what I love, "
    "hate, fear and cannot eat, what happened to me.",
    "de": "Mein Name und Alter, wo ich wohne, meine Arbeit, meine Familie und Tiere, "
    "was ich liebe, hasse, fürchte und nicht essen darf, was mir passiert ist.",
    "zh": "我的名字和年龄。我住在哪里。我的工作。我的家人和宠物。我喜欢、讨厌、"
    "害怕什么。不能吃什么。发生在我身上的事。",
}
_GERMAN: Final = "de"


def asks_for_all(text: str) -> Subject | None:
    """Say of whom a message asks to be told all that is known.

    Args:
        text: The message, without a name that only calls.

    Returns:
        None if it asks for something else, or tells.
    """
    text = text.strip().replace("\u2019", "'")
    told = bool((_TOLD.search(text) and _ALL.search(text)) or _WHO_AM_I.search(text))
    if len(text) > MOST_CHARACTERS or (_TELLS.match(text) and not told):
        return None
    knows = _KNOWING.search(text) and not _KNOWS_OTHERWISE.search(text)
    if not (told or knows or _EVERYTHING.search(text)):
        return None
    left = _left_of(text)
    if left:
        return Subject.NAMED if _is_about(text, left) else None
    return Subject.SPEAKER if told else _person(_ASKER.sub(" ", text))


def _is_about(text: str, left: Sequence[str]) -> bool:
    """Say whether all that is left of a text is what everything is asked about."""
    target = _TARGET.search(text)
    if target is None or len(left) > NAMED_WORDS or not _ALL.search(text):
        return False
    named = next(filter(None, target.groups()))
    return _left_of(named) == list(left) and not any(map(_PRONOUN.match, left))


def _person(text: str) -> Subject | None:
    """Say whom of the two a text speaks of."""
    speaker, other = bool(_SPEAKER.search(text)), bool(_OTHER.search(text))
    if _BOTH.search(text) or (speaker and other):
        return Subject.BOTH
    if speaker or other:
        return Subject.SPEAKER if speaker else Subject.OTHER
    return None


def meant_by(text: str) -> str:
    """Return what is embedded for one who asks for all of somebody, in his language."""
    if is_unspaced(text):
        return _ALL_OF_ONE["zh"]
    german = language_of(written_words(text)) == _GERMAN
    return _ALL_OF_ONE["de" if german else "en"]


def telling_order(
    lines: Sequence[Said], *, about_user: bool | None
) -> list[tuple[int, float]]:
    """Return which lines tell of somebody, the most telling first.

    Every stretch of what was told has its say: the best of each come first, then the
    second best.

    Args:
        lines: The likeliest first.
        about_user: Whether of the user or of the character; None: of both.

    Returns:
        Places and weights, which are above 0 and seldom above 10.
    """
    wanted = [
        place
        for place, line in enumerate(lines)
        if about_user is None or line.user in (None, about_user)
    ]
    weights = _weights([lines[place] for place in wanted])
    if about_user is False:
        # A character speaks of the user most of the time.
        own = [bool(_SPEAKER.search(lines[place].content)) for place in wanted]
        weights = [
            weight if first else weight * OF_OTHERS
            for weight, first in zip(weights, own, strict=True)
        ]
    told = [
        (place, weight)
        for place, weight in zip(wanted, weights, strict=True)
        if weight >= LEAST_WEIGHT
    ]
    return _in_turns(told, [lines[place].part for place, _ in told])


def naming(lines: Sequence[str], slots: Sequence[int], wanted: str) -> list[int]:
    """Return the places of lines that tell of what a message asks to be told all of.

    Those are the lines that name it, and what follows one and begins with "he" or
    "she"; of a family, those that name one of its members.

    Args:
        lines: In any order.
        slots: Where each stands: what follows a line has the next number.
        wanted: The message.
    """
    words = frozenset(_left_of(wanted))
    terms = frozenset(term_ids(" ".join(words)).tolist())
    if words & _FAMILY:
        named = [
            place
            for place, line in enumerate(lines)
            if _RELATIVES.search(line[:READ_CHARACTERS])
        ]
    else:
        named = [
            place
            for place, line in enumerate(lines)
            if terms and terms <= set(term_ids(line[:READ_CHARACTERS]).tolist())
        ]
    after = {slots[place] + step for place in named for step in (1, 2)}
    return [
        place
        for place, line in enumerate(lines)
        if place in named or (slots[place] in after and _BEGINS_WITH_ONE.match(line))
    ]


def _left_of(text: str) -> list[str]:
    """Return the words that little words leave of a text."""
    return [word.casefold() for word in _WORD.findall(_LITTLE.sub(" ", text))]


def _weights(lines: Sequence[Said]) -> list[float]:
    """Return how telling the best passage of each line is."""
    passages: list[Passage] = []
    ends = []
    for place, line in enumerate(lines):
        read = line.content[:READ_CHARACTERS]
        passages += passages_of(place, line.name, read, user=True)
        ends.append(len(passages))
    weights = weigh(passages, Echoes(passages))
    starts = [0, *ends][: len(ends)]
    return [
        max(weights[start:end], default=0.0)
        * _length_of_signs(line.content[:READ_CHARACTERS])
        for line, start, end in zip(lines, starts, ends, strict=True)
    ]


def _length_of_signs(text: str) -> float:
    """Return what a text without spaces weighs for its length; to others it is 1."""
    signs = count_unspaced(text)
    if not signs:
        return 1.0
    words = signs / SIGNS_OF_A_WORD / max(1, word_count(text))
    return float(words ** LENGTH_WEIGHTS["length"])


def _in_turns(
    told: Sequence[tuple[int, float]], parts: Sequence[int]
) -> list[tuple[int, float]]:
    """Take the best of each part, then the second best of each."""
    best = sorted(range(len(told)), key=lambda at: -told[at][1])
    turns: dict[int, int] = {}
    placed = []
    for at in best:
        turn = turns.get(parts[at], 0)
        turns[parts[at]] = turn + 1
        placed.append((turn, -told[at][1], at))
    return [told[at] for _, _, at in sorted(placed)]
