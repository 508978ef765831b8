"""Turn a chat's summaries and what can be done with them into HTML.

Owns: the tags of the tab *Summaries* that no other tab has.
Knows nothing of: Gradio, the engine, what a button does.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..core.types import Block
from .markup import button, columns, remark, sent

SAME = "Made anew it reads the same."


def chat_bar(chat: str, name: str) -> str:
    """Return the buttons that do something to all summaries of a chat."""
    return (
        f'<div class="ltm-buttons">{button("make-now", chat, "Make now", about=name)}'
        f"{button('anew-all', chat, 'Make all anew', about=name)}</div>"
    )


def make_bar(chat: str, name: str) -> str:
    """Return the button of a chat that has no summaries yet."""
    return (
        f"{remark('Nothing is told in short yet: the whole chat is sent.')}"
        f'<div class="ltm-buttons">{button("make-now", chat, "Make now", about=name)}'
        "</div>"
    )


def in_last_prompt(block: Block) -> str:
    """Return what the chat's last prompt told, word for word."""
    return (
        '<details class="ltm-more"><summary>In the last prompt '
        f"({block.tokens:,} tokens)</summary>"
        f"{sent('As it was sent', block, '')}</details>"
    )


def comparison(old: str, new: str) -> str:
    """Return what a summary says and what it would say, side by side."""
    if old == new:
        return remark(SAME)
    return columns(_text("Now", old), _text("Made anew", new))


def offer(memory_id: str, compared: str, *, by_hand: bool) -> str:
    """Return a comparison with the buttons that take the new text, or leave it."""
    if compared == remark(SAME):
        close = button("cancel", memory_id, "Close")
        return f'{compared}<div class="ltm-buttons">{close}</div>'
    words = remark("What you wrote is gone then.") if by_hand else ""
    return (
        f"{compared}{words}"
        f'<div class="ltm-buttons">{button("take", memory_id, "Take the new one")}'
        f"{button('cancel', memory_id, 'Keep it')}</div>"
    )


def offer_all(chat: str, compared: Iterable[tuple[str, str]]) -> str:
    """Return what would change in a chat, with the buttons to do it or leave it."""
    parts = [f"<h4>{escape(title)}</h4>{html}" for title, html in compared]
    if not parts:
        words = remark("All would read the same as now.")
        close = button("cancel", chat, "Close")
        return f'{words}<div class="ltm-buttons">{close}</div>'
    words = remark(
        f"{len(parts)} would read otherwise. What you wrote or a model wrote stays."
    )
    return (
        f"{words}{''.join(parts)}"
        f'<div class="ltm-buttons">{button("anew-all-now", chat, "Take all new ones")}'
        f"{button('cancel', chat, 'Leave them')}</div>"
    )


def _text(title: str, text: str) -> str:
    return (
        f'<h4>{escape(title)}</h4><pre class="ltm-sent" tabindex="0" '
        f'aria-label="{escape(title)}">\n{escape(text)}</pre>'
    )
