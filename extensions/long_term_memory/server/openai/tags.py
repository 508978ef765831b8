"""The tag `[[ltm chat="..." char="..."]]` that a person puts into his prompt.

Owns: what it looks like, where it counts, and taking it out.
Knows nothing of: what its fields mean, bodies and headers.

The texts of cards and lore books stand in the same prompt, and whoever wrote one may
have put a tag there. So a tag counts only where the person's own words stand, at one
place of the first of the prompt's messages: at its beginning or in its first paragraph;
in the paragraph of the main sentence ("Write Anna's next reply ..."); or at its end, if
more of the prompt stands in messages of its own. Clients join what stands in one
message by blank lines. And it never names anybody else than that sentence does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ...llm.speech import texts_of
from .cast import main_in, named_by_main

SYSTEM: Final = ("system", "developer")
# What a prompt can know by macros. Whose memory it is, who else hears the chat and what
# memory does is none of it.
FIELDS: Final = frozenset(
    {"chat", "char", "character", "user", "type", "last", "last_id", "story"}
)

# A card's text may be of any length, so what is longer than any tag is none.
_TAG: Final = re.compile(r"\n?\[\[ltm\b([^\[\]]{0,4000})\]\]", re.IGNORECASE)
_PAIR: Final = re.compile(r'\b([a-z_]{1,20})="([^"]*)"', re.IGNORECASE)
# What an instruct template puts before the first word of a prompt.
_MARKS: Final = re.compile(
    r"(?:\s|<[^<>\n]{1,40}>|\[/?[A-Z_]{3,20}\]|#{2,3} ?\w{1,20}:|(?:system|user)\n)*+"
)


def without_tags(text: str) -> str:
    """Return a text without our tags."""
    return _TAG.sub("", text) if "[[" in text else text


def told_by_tag(body: Mapping[str, Any]) -> dict[str, str]:
    """Return what the one tag that counts tells; empty if none does."""
    prompts = _prompts(body)
    if not prompts or "[[" not in prompts[0]:
        return {}
    first = prompts[0]
    found = _TAG.search(first)
    joined = "messages" not in body
    last = not joined and len(prompts) > 1
    if found is None or not _is_the_persons(first, found, joined=joined, whole=last):
        return {}
    told = {key.lower(): value for key, value in _PAIR.findall(found[1])}
    told = {key: value for key, value in told.items() if key in FIELDS}
    return told if _agrees(told, first) else {}


def _prompts(body: Mapping[str, Any]) -> Sequence[str]:
    """Return the texts before a chat; a lone message of the user's holds them all."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return list(texts_of(body.get("prompt")))[:1]
    texts = []
    for message in messages:
        if not isinstance(message, Mapping) or message.get("role") not in SYSTEM:
            break
        texts.append("\n".join(texts_of(message.get("content"))))
    lone = messages[0] if len(messages) == 1 else None
    if isinstance(lone, Mapping) and lone.get("role") == "user":
        return list(texts_of(lone.get("content")))[:1]
    return texts


def _is_the_persons(
    text: str, tag: re.Match[str], *, joined: bool, whole: bool
) -> bool:
    """Say whether a tag stands where no card's text does.

    Args:
        text: The first of the prompt's messages.
        tag: The first tag in it.
        joined: It is one text to be continued, in which a card's follows at once.
        whole: It is the person's alone, as others follow.
    """
    begins = _MARKS.match(text)
    if begins is not None and tag.end() <= _end_of_tag(text, begins.end()):
        return True
    main = main_in(text)
    since = main.start() if main else 0
    near = since < tag.start() and "\n\n" not in text[since : tag.start() + 1]
    if near and (main is not None or not joined):
        return True
    return whole and not text[tag.end() :].strip()


def _end_of_tag(text: str, at: int) -> int:
    found = _TAG.match(text, at)
    return found.end() if found else -1


def _agrees(told: Mapping[str, str], text: str) -> bool:
    """Say whether a tag names nobody else than the prompt's main sentence."""
    main = named_by_main(text)
    pairs = (
        (told.get("char"), main.character),
        (told.get("character"), main.character),
        (told.get("user"), main.user),
    )
    return all(
        not (mine and theirs) or mine.split() == theirs.split()
        for mine, theirs in pairs
    )
