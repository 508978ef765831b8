"""What the surface of a message shows of its kind: marks, frames, little words.

Owns: splitting a message into units, and the features that `intent` weighs.
Knows nothing of: vectors, coefficients, memories.

The features are read from the message as it was written: the frame of asking ("do you
remember …") goes before a text is embedded, and is half of the evidence here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log1p
from typing import Final

from ..text.patterns import late
from ..text.recipes import ends_as_question
from ..text.scripts import UNSPACED, accents_off, combining_marks
from ..text.small_talk import small_talk_share

HEAD: Final = 1_200
"""Characters that are read from the start of a message, and ..."""

TAIL: Final = 400
"""... from its end: what is asked stands first or last, and a paste costs no time."""

_START: Final = "^"
_DIGITS: Final = "0"
_MARKS: Final = "?!.,…*\"'~:;<>()/\\=^-、。"
_SAME: Final = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\uff1f": "?",
        "\u061f": "?",
        "\u037e": "?",
        "\uff01": "!",
        "\uff0c": ",",
        "\u3001": ",",
        "\uff0e": ".",
        "\u3002": ".",
        "\u201c": '"',
        "\u201d": '"',
        "\u300c": '"',
        "\u300d": '"',
        "\uff0a": "*",
        "\uff5e": "~",
        "\u00bf": "",
        "\u00a1": "",
    }
)
_ACTION: Final = late(r"\*[^*\n]{1,400}\*")
_LETTER: Final = late(r"[^\W\d_]")

_ASKS_OF_SELF: Final = late(
    r"""\b(?:
        (?:do|did|have|am|was|had|does|is|are|were|has)\ (?:i|my|we|our)\b
      | (?:what|who|where|when|which|whose|how\ (?:old|long|many|much|often)|why)
        (?:'?s|'re|\ (?:is|was|are|were|did|do|does|had|have|has|am))?
        (?:\ \w+){0,3}?\ (?:i|my|me|we|our|us)\b
    )""",
    re.VERBOSE,
)
_ASKS_WHO: Final = late(r"\bwho(?:'?s|\ (?:is|was|are|were|did))\b")
_ASKS_OF_OTHER: Final = late(
    r"""\b(?:
        (?:do|did|have|are|were|had|does|is|was|has)\ (?:you|u|your|ur)\b
      | (?:what|who|where|when|which|whose|how\ (?:old|long|many|much|often)|why)
        (?:'?s|'re|\ (?:is|was|are|were|did|do|does|had|have|has))?
        (?:\ \w+){0,3}?\ (?:you|your|u|ur)\b
    )""",
    re.VERBOSE,
)
_REMEMBERS: Final = late(
    r"\b(?:remember\w*|recall\w*|remind\w*|forg[eo]t\w*|memory|memories"
    r"|told|mentioned|last\ time|earlier|once|already|still|again|back\ then"
    r"|erinner\w*|weisst|vergessen|gesagt|erzahlt|nochmal|noch\ mal|wieder|damals"
    r"|rappel\w*|souvien\w*|souvenir|oubli\w*|recuerd\w*|acuerd\w*|acord\w*|olvid\w*"
    r"|ricord\w*|dimentic\w*|lembr\w*|recorda\w*|esquec\w*|herinner\w*|vergeten"
    r"|pamieta\w*|przypomn\w*|hatirla\w*|unut\w*)\b"
    "|помни\\w*|вспомн\\w*|напомн\\w*|забы\\w*|рассказыва\\w*|говорил\\w*"
    "|记得|記得|想起|忘|说过|說過|提过|提過|讲过|講過|上次|之前|那次|还记|還記"
    "|覚えて|思い出|忘れ|言った|話した|前に|この前|기억|생각나|말했|얘기했|잊|지난번"
)
_ASKS_ANYWHERE: Final = late(
    r"\b(?:what|who|where|when|which|whose|why|how|was|wer|wo|wann|welche[rsnm]?"
    r"|warum|wieso|wie|wohin|woher|wessen|wem|wen|worauf|woran|que|qui|ou|quand"
    r"|quel(?:le)?s?|pourquoi|comment|combien|quoi|quien(?:es)?|donde|cuando|cual"
    r"|cuanto[s]?|cuantas?|como|cosa|chi|dove|quando|quale|perche|quanto|quanti|onde"
    r"|quem|qual|quantos|porque|wat|wie|waar|wanneer|welke?|waarom|hoe|hoeveel|co|kto"
    r"|gdzie|kiedy|ktory|ktora|dlaczego|jak|ile|czy|czyj|ne|kim|nerede|hangi|neden"
    r"|nasil|kac|kimin|m[iu](?:yim|yiz|sin|ydi|ydim)?|neydi|kimdi)\b"
    "|что|кто|где|когда|как|почему|зачем|сколько|чей|куда|откуда"
    "|什么|什麼|甚麼|谁|誰|哪|几|幾|怎|为何|为什|為什|多少|吗|嗎|呢"
    "|何|どこ|いつ|だれ|どう|なぜ|なに|どの|どんな|いくつ|っけ|ですか|ますか|かな"
    "|무엇|뭐|뭘|무슨|어디|언제|누구|누가|왜|어떻|어떤|몇|인가|나요|더라|였지|했지"
)
_FIRST: Final = late(
    r"\b(?:i|me|my|mine|i'm|i've|im|ive|myself|ich|mich|mir|mein\w*|je|j|me|moi|mon|ma"
    r"|mes|yo|mi|mis|io|mio|mia|eu|meu|minha|ik|mij|mijn|ja|mnie|moj\w*|ben|bana"
    r"|benim)\b|\bя\b|\bмен\w\b|\bмн\w\b|\bмо[йяеиё]\w*|我|俺|僕|私|나는|내|제가|저"  # noqa: RUF001
)
_SECOND: Final = late(
    r"\b(?:you|your|yours|u|ur|you're|du|dich|dir|dein\w*|tu|te|toi|ton|ta|tes|vous"
    r"|ti|tuo|tua|voce|teu|jij|je|jou|jouw|ty|ciebie|twoj\w*|sen|sana|senin)\b"
    "|\\bты\\b|\\bтеб\\w\\b|\\bтво\\w+|你|您|君|あなた|너|네가|당신"  # noqa: RUF001
)


SHOWN: Final = (
    *("MARK", "ENDS AS QUESTION", "ASKS", "ASKS OF SELF", "ASKS OF OTHER", "ASKS WHO"),
    *("REMEMBERS", "FIRST PERSON", "SECOND PERSON", "EXCLAIMS", "NO LETTERS"),
    *("ONE TOKEN", "TWO TOKENS", "CAPITALISED", "NO CASE", "SMALL TALK", "TELLS"),
    *("TELLS SHORTLY", "ASKS SHORTLY", "ACTED", "CHARACTERS", "TOKENS"),
)
"""Names of the features that are no units."""


def clipped(text: str) -> str:
    """Return the two ends of a text that are read; all of a usual message."""
    if len(text) <= HEAD + TAIL:
        return text
    return f"{text[:HEAD]} {text[-TAIL:]}"


def message_features(text: str) -> dict[str, float]:
    """Return what the surface of a message shows, by feature.

    Units (words, marks, characters of unspaced scripts, and pairs of neighbours) count
    1 wherever they stand. The other features have names in capitals; they are between
    0 and about 2. What is 0 is left out.

    Args:
        text: A message as it was written; only its ends are read.
    """
    text = clipped(text)
    folded = _folded(text)
    tokens = _tokens(folded)
    found = dict.fromkeys(_units(tokens), 1.0)
    shown = _shown(text, folded, tokens)
    found |= {name: value for name, value in shown.items() if value}
    return found


def _units(tokens: Sequence[str]) -> Iterator[str]:
    """Yield the words and marks of a text, then the pairs of neighbours."""
    yield from tokens
    for left, right in pairwise([_START, *tokens]):
        yield f"{left} {right}"


def _tokens(folded: str) -> list[str]:
    tokens: list[str] = _token_pattern().findall(folded)
    return [_DIGITS if token.isdigit() else token for token in tokens]


def _folded(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded
    return folded.translate(_SAME).translate(accents_off())


@lru_cache(maxsize=1)
def _token_pattern() -> re.Pattern[str]:
    """Match a character of an unspaced script, a word, a number, a mark or a symbol."""
    marks = combining_marks()
    spaced = rf"(?:(?![{UNSPACED}])[^\W\d_])(?:(?![{UNSPACED}])[^\W\d_]|[{marks}])*"
    return late(rf"[{UNSPACED}]|{spaced}(?:'(?:s|m|re|ve|ll|d|t)\b)?|\d+|[^\w\s]")


def _shown(text: str, folded: str, split: Sequence[str]) -> dict[str, float]:
    """Return the features that are no units."""
    letters = _LETTER.search(text)
    tokens = len(split)
    acted = sum(len(action) for action in _ACTION.findall(text))
    flags = {
        "MARK": "?" in folded,
        "ENDS AS QUESTION": ends_as_question(text.rstrip()),
        "ASKS": _ASKS_ANYWHERE.search(folded) is not None,
        "ASKS OF SELF": _ASKS_OF_SELF.search(folded) is not None,
        "ASKS OF OTHER": _ASKS_OF_OTHER.search(folded) is not None,
        "ASKS WHO": _ASKS_WHO.search(folded) is not None,
        "REMEMBERS": _REMEMBERS.search(folded) is not None,
        "FIRST PERSON": _FIRST.search(folded) is not None,
        "SECOND PERSON": _SECOND.search(folded) is not None,
        "EXCLAIMS": "!" in folded,
        "NO LETTERS": letters is None,
        "ONE TOKEN": tokens == 1,
        "TWO TOKENS": tokens == 2,
        "CAPITALISED": text[:1].isupper(),
        "NO CASE": text.upper() == text.lower(),
    }
    talk = small_talk_share(text)
    words = sum(token[:1].isalpha() for token in split)
    short = talk < 0.5 and words <= 2
    flags |= {
        "TELLS": talk < 0.5,
        "TELLS SHORTLY": short,
        "ASKS SHORTLY": short and flags["MARK"],
    }
    shares = {
        "SMALL TALK": talk,
        "ACTED": acted / max(len(text), 1),
        "CHARACTERS": log1p(len(text)) / 4,
        "TOKENS": log1p(tokens) / 2,
    }
    return {name: float(value) for name, value in (flags | shares).items()}
