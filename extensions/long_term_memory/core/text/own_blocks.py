"""Know what memory put into a prompt when it comes back as if it had been said.

Owns: the marks by which a block is known, and taking blocks out of texts.
Knows nothing of: what stands in blocks, hosts.

A proxy may stand before another one, or before a webui with this extension; and a model
may repeat what it read. The blocks of the shipped templates are known by their words;
around those of a changed template stand characters that nobody sees, which no memory
can hold, for they are taken out of what is remembered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Invisible separator and invisible plus, and the other way round.
BEGINS: Final = "\u2063\u2064"
ENDS: Final = "\u2064\u2063"
# Around recalled messages that are replayed as turns.
EARLIER: Final = "[What was said in earlier conversations]"
NOW: Final = "[What is said now]"
# What stands in place of a block where places must stay as they are.
BLANK: Final = "\0"

# From the mark that stands nearest before the end: one that a model left open takes
# nothing of what is said after it.
_MARKED: Final = re.compile(rf"{BEGINS}(?:(?!{BEGINS})(?s:.))*?{ENDS}")
# Who quotes one has marks before each line of it, or around the whole.
_QUOTED: Final = r"[ \t>|*_`\"'\u201c\u201e\u00ab]{0,8}"
_OPENS: Final = re.compile(
    rf"(?:^{_QUOTED}|(?<=: ){_QUOTED}|(?<=[\"\u201c\u201e\u00ab(`]))"
    r"\[(?:[^\n]{1,200} (?:remembers from earlier conversations"
    r"|always keeps in mind|lived through before)|The story of [^\n]{1,200} so far"
    r"|Facts that [^\n]{1,200} knows"
    r"|For [^\n]{1,200} to take up, if nobody did yet)"
    r":[ \t*_]*\n",
    re.MULTILINE,
)
_CLOSES: Final = re.compile(
    rf"^{_QUOTED}\][ \t*_`\"'\u201d\u201c\u00bb]*$", re.MULTILINE
)
# What a copy that was broken off goes on with: days, and what somebody said there.
_LINES_OF_ONE: Final = re.compile(
    rf"(?:{_QUOTED}(?:\[\d{{1,2}} \w+ \d{{4}}\]|[^\n:]{{1,100}}: [^\n]*)(?:\n|\Z))+"
)
_BLANKS: Final = re.compile(r"\0+")
_LEFT_OVER: Final = re.compile(f"{BEGINS}|{ENDS}")


def recognisable(block: str) -> str:
    """Return a block that will be known again, with marks only if it needs them."""
    if not block or not without_blocks(block):
        return block
    return f"{BEGINS}{block}{ENDS}"


def without_blocks(text: str) -> str:
    """Return a text without blocks; if there are none, the text as it is."""
    if "[" not in text and BEGINS not in text and ENDS not in text:
        return text
    masked = masking_blocks(text)
    return _LEFT_OVER.sub("", text if masked == text else unmasked(masked))


def masking_blocks(text: str) -> str:
    """Return a text with a blank for each letter of a block."""
    text = _MARKED.sub(lambda found: BLANK * len(found[0]), text)
    told: list[str] = []
    at = 0
    while (opens := _OPENS.search(text, at)) is not None:
        closes = _CLOSES.search(text, opens.end())
        closes = closes or _LINES_OF_ONE.match(text, opens.end())
        if closes is None:
            break
        told += (text[at : opens.start()], BLANK * (closes.end() - opens.start()))
        at = closes.end()
    return "".join((*told, text[at:]))


def unmasked(text: str) -> str:
    """Return a text without the blanks in place of blocks, and the space at them."""
    if BLANK not in text:
        return text
    *before, last = _BLANKS.split(text)
    first, *between = map(_ended, before)
    return "".join((first, *(part.lstrip() for part in between), last.lstrip())).strip()


def _ended(text: str) -> str:
    """Return what stands before a block: its line ends, and no blanks before these."""
    bare = text.rstrip("\n")
    return bare.rstrip(" \t") + text[len(bare) :]


def without_replays(texts: Sequence[str]) -> list[str]:
    """Return messages' texts without what memory had said again in front of them."""
    told = list(texts)
    begin = next((at for at, text in enumerate(told) if EARLIER in text), None)
    ends = [at for at, text in enumerate(told) if NOW in text]
    if begin is None or not ends or ends[-1] < begin:
        return told
    end = ends[-1]
    before, after = told[begin].partition(EARLIER)[0], told[end].rpartition(NOW)[2]
    told[begin : end + 1] = [""] * (end + 1 - begin)
    told[begin] = before.strip()
    told[end] = f"{told[end]}\n\n{after}".strip()
    return told
