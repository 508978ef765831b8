"""Does a query ask for a feeling: "when I was sad", "the time you were furious"?

Owns: words for feelings in English, German and Chinese, and when they ask.
Knows nothing of: memories, how a text is read, weights.

A word for a feeling asks only beside a word that calls something back, such as "when",
"the time", or "was I": "I am so happy!" tells what is, and seeks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..text.emotion import LABELS
from ..text.patterns import late

ASIDE: Final = 0.5
"""How much a feeling near the one that is named counts."""

_WORDS: Final[Mapping[tuple[str, ...], str]] = MappingProxyType(
    {
        ("sadness", "grief", "disappointment"): (
            "sad(?:der|dest|ly|ness)?|unhappy|cr(?:y|ied|ying)|miserable|heartbroken|"
            "in tears|depressed|lonely|homesick|traurig|unglücklich|geweint|"
            "weinte|weinen|难过|難過|伤心|傷心|悲伤|悲傷|哭"
        ),
        ("grief", "sadness"): (
            "grie(?:f|ved|ving)|mourn(?:ed|ing)?|trauer(?:te|n)?|哀悼|悲痛"
        ),
        ("anger", "annoyance", "disapproval"): (
            "angr(?:y|iest|ily)|anger(?:ed)?|furious|mad at|rage|raging|livid|"
            "lost (?:my|your|his|her) temper|wütend|zornig|böse auf|sauer auf|"
            "生气|生氣|愤怒|憤怒|发火|發火"
        ),
        ("annoyance", "anger"): (
            "annoy(?:ed|s|ing)?|irritat(?:ed|es|ing)|fed up|grumpy|genervt|verärgert|"
            "烦|煩|恼火|惱火"
        ),
        ("disappointment", "sadness"): (
            "disappoint(?:ed|s|ing|ment)?|let down|enttäuscht|失望"
        ),
        ("disapproval", "annoyance"): "disapprov\\w+|disagree\\w*|missbilligt\\w*|反对",
        ("disgust", "annoyance"): (
            "disgust(?:ed|s|ing)?|grossed out|revolted|geekelt|ekelte|"
            "angewidert|恶心|噁心"
        ),
        ("fear", "nervousness"): (
            "afraid|scar(?:ed|es|ing|e|y)|fear(?:ed|ful)?|frighten(?:ed|s|ing)?|"
            "terrif(?:ied|ies|ying)|panick?(?:ed|ing)?|angst|ängstlich|fürchtete|"
            "erschrocken|害怕|恐惧|恐懼|吓|嚇"
        ),
        ("nervousness", "fear"): (
            "nervous|anxious|worr(?:y|ied|ying)|tense|stressed|nervös|aufgeregt vor|"
            "besorgt|sorgte|紧张|緊張|担心|擔心|焦虑|焦慮"
        ),
        ("joy", "excitement", "relief", "gratitude"): (
            "happ(?:y|iest|ier|ily|iness)|joy(?:ful)?|glad|cheerful|delighted|"
            "glücklich|fröhlich|froh|freute|gefreut|开心|開心|高兴|高興|快乐|快樂|幸福"
        ),
        ("excitement", "optimism", "joy"): (
            "excit(?:ed|ing|ement)|thrilled|look(?:ed|ing)? forward|could(?:n't| not) "
            "wait|begeistert|aufgeregt|vorfreude|freute mich auf|兴奋|興奮|激动|期待"
        ),
        ("amusement", "joy"): (
            "amus(?:ed|ing)|laugh(?:ed|ing|s)?|giggl\\w+|funny|lachte|lachen|gelacht|"
            "amüsiert|笑|好笑"
        ),
        ("love", "caring", "desire"): (
            "in love|love(?:d|s)?|ador(?:e|ed|es)|verliebt\\w*|liebte|liebe|爱|愛"
        ),
        ("desire", "love"): "long(?:ed|ing) for|desire[ds]?|crav\\w+|sehnte|渴望",
        (
            "caring",
            "love",
        ): "comfort(?:ed|ing)?|consol(?:ed|ing)|tröstete\\w*|安慰|关心|關心",
        ("pride", "admiration", "joy"): "proud(?:est)?|stolz|骄傲|驕傲|自豪",
        ("admiration", "surprise"): (
            "impress(?:ed|es|ing)?|admir(?:e|ed|ing)|in awe|bewundert\\w*|"
            "beeindruckt\\w*|佩服|欣赏"
        ),
        ("gratitude", "joy"): (
            "grateful|thank(?:ed|ful|s)?|appreciated|dankbar|dankte|bedankt\\w*|感谢|"
            "感謝|感激"
        ),
        (
            "relief",
            "joy",
        ): "reliev(?:ed|ing)|relief|erleichter\\w+|松了一口气|鬆了一口氣",
        ("remorse", "sadness", "embarrassment"): (
            "sorry|apologi[sz]\\w*|regret(?:ted|s)?|guilt(?:y)?|remorse\\w*|"
            "entschuldig\\w+|bereut\\w*|schuldig|道歉|后悔|後悔|内疚|內疚"
        ),
        ("embarrassment", "nervousness", "remorse"): (
            "embarrass(?:ed|ing)?|asham(?:ed|ing)|blush(?:ed|ing)?|mortified|humiliated|"
            "peinlich|geschämt|schämte|verlegen|尴尬|尷尬|害羞|丢脸|丟臉"
        ),
        ("confusion", "surprise"): (
            "confus(?:ed|ing)|puzzled|baffled|verwirrt|ratlos|困惑|糊涂|糊塗"
        ),
        ("curiosity", "surprise"): "curious|curiosity|wonder(?:ed)|neugierig|好奇",
        ("surprise", "realization", "excitement"): (
            "surpris(?:ed|es|ing|e)|shock(?:ed|ing)?|astonish\\w*|amazed|stunned|"
            "überrascht\\w*|erstaunt|schockiert|惊讶|驚訝|吃惊|吃驚|意外"
        ),
        ("realization", "surprise"): (
            "reali[sz](?:ed?|ing|ation)|dawned on|became clear|become clear|"
            "klar geworden|begriff(?:en)?|意识到|意識到|明白"
        ),
        ("optimism", "excitement", "joy"): (
            "hope(?:d|ful)?|optimis\\w+|hoff(?:te|ten|nungsvoll)|希望|乐观|樂觀"
        ),
        ("approval", "admiration"): "agreed|approv\\w+|zugestimmt|stimmte zu|赞成|同意",
    }
)
_CALLS: Final = late(
    r"""\b(?: when | (?:the|that|a|any|last|first|every)\ (?:\w+\ )?
        (?:time|moment|day|night|evening)
      | how\ often | have\ (?:i|you|we)\ ever | remember
      | (?:was|were)\ (?:i|you|we|he|she|they) | what\ (?:makes|made)\ \w+
      | what\ (?:scar|frighten|terrif|impress|surpris|shock|disappoint|annoy|irritat
        |embarrass|excit|delight|amaz|worr|disgust|confus|amus)\w*(?:ed|es|s)
      | wann | als\ (?:ich|du|wir|er|sie) | das\ (?:letzte\ |erste\ )?mal | damals
      | erinner\w* | weißt\ du\ noch | war(?:st|en)?\ (?:ich|du|wir|er|sie)
      | habe?(?:st|n)?\ (?:ich|du|wir) | worüber | wovor | worauf )\b
      | 什么时候 | 什麼時候 | 那次 | 那时 | 那時 | 那天 | 记得 | 記得 | 上次 | 曾经
      | 曾經 | 哪次 | 时候 | 時候""",
    re.IGNORECASE | re.VERBOSE,
)
# Once around all of them: each such set of signs takes `re` a millisecond to read, and
# three where their case is to be ignored, which they do not have.
_LETTER: Final = r"(?-i:[^\W\u3040-\u9fff])"
_OF_EACH: Final = "|".join(
    f"(?P<g{at}>{words})" for at, words in enumerate(_WORDS.values())
)
_ANY: Final = late(rf"(?<!{_LETTER})(?:{_OF_EACH})(?!{_LETTER})", re.IGNORECASE)
_LABELS: Final = tuple(_WORDS)


def asked_feeling(text: str) -> tuple[str, ...]:
    """Return the labels of the feeling that a query asks for, the named one first.

    Args:
        text: What is asked.

    Returns:
        None if it asks for no feeling.
    """
    text = text.replace("\u2019", "'")
    if not _CALLS.search(text):
        return ()
    found = _ANY.search(text)
    return _LABELS[int(str(found.lastgroup)[1:])] if found is not None else ()


def feeling_weights(labels: tuple[str, ...]) -> NDArray[np.float32]:
    """Return how much each label counts, in the order of `LABELS`.

    Args:
        labels: What is asked for, the named one first.
    """
    weights = np.zeros(len(LABELS), np.float32)
    for label in labels[1:]:
        weights[LABELS.index(label)] = ASIDE
    weights[LABELS.index(labels[0])] = 1
    return weights
