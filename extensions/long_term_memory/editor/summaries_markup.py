"""A chat's summaries and what can be done with them, as HTML.

Owns: which values stand in the template `summaries`.
Knows nothing of: Gradio, the engine, tags (`templates` has them), what a button does.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..core.types import Block
from .markup import columns, remark
from .templates import macros
from .texts import say
from .turn_markup import sent


def chat_bar(chat: str, name: str) -> str:
    """Return the buttons that do something to all summaries of a chat."""
    html: str = macros("summaries").chat_bar(chat, name)
    return html


def make_bar(chat: str, name: str) -> str:
    """Return the button of a chat that has no summaries yet."""
    html: str = macros("summaries").make_bar(chat, name)
    return html


def in_last_prompt(block: Block) -> str:
    """Return what the chat's last prompt told, word for word."""
    html: str = macros("memories").more(
        say("summaries.in_last_prompt", count=block.tokens),
        sent(say("summaries.as_sent"), block, ""),
    )
    return html


def comparison(old: str, new: str) -> str:
    """Return what a summary says and what it would say, side by side."""
    if old == new:
        return remark(say("summaries.same"))
    text = macros("summaries").text
    return columns(
        text(say("summaries.now"), old), text(say("summaries.made_anew"), new)
    )


def offer(memory_id: str, old: str, new: str, *, by_hand: bool) -> str:
    """Return a comparison with the buttons that take the new text, or leave it."""
    compared = comparison(old, new)
    if old == new:
        closed: str = macros("summaries").closed(memory_id, compared)
        return closed
    html: str = macros("summaries").offer(memory_id, compared, by_hand)
    return html


def offer_all(chat: str, compared: Sequence[tuple[str, str]]) -> str:
    """Return what would change in a chat, with the buttons to do it or leave it."""
    if not compared:
        same = remark(say("summaries.all_same"))
        closed: str = macros("summaries").closed(chat, same)
        return closed
    html: str = macros("summaries").offer_all(chat, compared)
    return html
