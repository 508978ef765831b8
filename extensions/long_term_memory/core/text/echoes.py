"""Tell whether a service's words repeat what it was sent.

Owns: how that is found out, in whatever way a text is written in an answer.
Knows nothing of: services, what was sent and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final
from urllib.parse import unquote

# Of letters and digits alone. Shorter runs are common to most texts of a language.
LONGEST_COMMON: Final = 5
_ESCAPED: Final = re.compile(r"\\+u([0-9A-Fa-f]{4})")
_FEW_TIMES: Final = 3


def repeats(words: str, sent: Iterable[str]) -> bool:
    """Say whether words hold anything of the texts that were sent.

    A text within a text is escaped once more each time, so the words are also read
    without JSON's, HTML's and an address's escapes.
    """
    texts = [bare for text in sent if (bare := _bare(text))]
    return any(_shares(_bare(read), texts) for read in _readings(words))


def _readings(words: str) -> Iterator[str]:
    yield words
    yield unescape(words)
    yield unquote(words)
    plain = words.replace("\\n", " ").replace("\\r", " ").replace("\\t", " ")
    for _ in range(_FEW_TIMES):
        plain = _ESCAPED.sub(_letter, plain)
        yield plain


def _letter(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _bare(text: str) -> str:
    """Return the letters and digits of a text."""
    # Half a character of a pair of escapes is no letter; the other half is none, too.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(filter(str.isalnum, whole.casefold()))


def _shares(words: str, texts: Iterable[str]) -> bool:
    runs = {
        words[at : at + LONGEST_COMMON] for at in range(len(words) - LONGEST_COMMON + 1)
    }
    return any(
        any(run in text for run in runs)
        if len(text) >= LONGEST_COMMON
        else text in words
        for text in texts
    )
