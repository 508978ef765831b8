"""Turn memories and what became of them into HTML.

Owns: every tag of the page that is not a Gradio component; escapes every text.
Knows nothing of: Gradio, the engine, what a button does.

A button carries `data-ltm-do` (what), `data-ltm-id` (to which memory) and, where it is
not a row's own text that counts, `data-ltm-text`; `page.js` sends these to the hidden
button that the nearest `data-ltm-to` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

from ..core.retrieval.signals import SIGNALS
from ..core.types import Block, Memory, MemoryKind, Recalled, ScoreParts
from ..models.tokens import estimate_tokens
from .chances import told_as

# Longer texts are cut in a list; editing shows them whole.
MAX_SHOWN_CHARS = 2_000
# Names and titles have no end of their own either.
MAX_NAME_CHARS = 120
# How many of a turn's memories are shown at once; the rest is a click away.
MAX_CARDS = 8
# What counts less is shown as 0.00.
LEAST_SIGNAL = 0.005
MOST_NAMED = 3
MEANING = "meaning"

KINDS = {
    MemoryKind.TURN: "message",
    MemoryKind.NOTE: "note",
    MemoryKind.FACT: "fact",
    MemoryKind.SUMMARY: "summary",
}
ROLES = {"user": "You", "assistant": "The character"}
PARTS = {"pinned": "pinned", "before": "other chats", "story": "the story so far"}
_EDITED = {MemoryKind.SUMMARY: "locked"}


class OpenEdit(NamedTuple):
    """What is open: a memory's id, and its text so far or what stands below it.

    Attributes:
        room: The most tokens that it can have in a prompt; 0 for no limit of its own.
    """

    id: str = ""
    text: str = ""
    below: str = ""
    room: int = 0


NO_DRAFT = OpenEdit()


def day(at: datetime | None) -> str:
    """Write a time as people do, in this machine's time zone; "" if unknown."""
    if at is None:
        return ""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"


def notice(words: str, *, kind: str = "info", undo: str = "", confirm: str = "") -> str:
    """Return a line that says what happened, with a button if there is more to do.

    Args:
        words: What happened.
        kind: "info", "bad" or "warn".
        undo: The id of a memory that a click brings back.
        confirm: The id of one that a click forgets for good.
    """
    if not words:
        return ""
    role = "alert" if kind == "bad" else "status"
    back = button("restore", undo, "Undo") if undo else ""
    if confirm:
        back = button("forget-now", confirm, "Yes, forget it")
        back += button("cancel", confirm, "Cancel")
    return (
        f'<div class="ltm-notice ltm-{kind}" role="{role}">'
        f"<span>{escape(shortened(words))}</span>{back}</div>"
    )


def button(do: str, memory_id: str, label: str, *, about: str = "") -> str:
    """Return a button that does something to one memory.

    Args:
        do: What `memory_actions` calls it.
        memory_id: Whose button it is.
        label: What stands on it.
        about: What it is about, for those who do not see where it stands.
    """
    name = f' aria-label="{escape(f"{label}: {about}")}"' if about else ""
    return (
        f'<button type="button" class="ltm-button" data-ltm-do="{escape(do)}" '
        f'data-ltm-id="{escape(memory_id)}"{name}>{escape(label)}</button>'
    )


def empty(words: str) -> str:
    """Return what stands where there is nothing to list."""
    return f'<p class="ltm-empty">{escape(words)}</p>'


def loading(words: str) -> str:
    """Return what stands where something is still being read."""
    return f'<p class="ltm ltm-empty" aria-busy="true">{escape(words)}</p>'


def alone(html: str) -> str:
    """Have a part stand by itself between components."""
    return f'<div class="ltm">{html}</div>'


def introduction(about: str, user: str) -> str:
    """Return what the sample is and where it goes."""
    words = (
        f"{about} It has a memory of its own (user: {user}); your memories are "
        "not touched. No language model is asked: you see what one would be told."
    )
    return f'<p class="ltm ltm-intro">{escape(words)}</p>'


def suggestions(to: str, texts: Iterable[str]) -> str:
    """Return buttons with messages to try; they click the element with the id `to`."""
    buttons = "".join(
        '<button type="button" class="ltm-button ltm-round" data-ltm-do="ask" '
        f'data-ltm-text="{escape(text)}">{escape(text)}</button>'
        for text in texts
    )
    return fragment(to, f'<div class="ltm-suggestions">{buttons}</div>')


def fragment(to: str, *parts: str) -> str:
    """Put parts together; their buttons click the element with the id `to`."""
    return f'<div class="ltm" data-ltm-to="{escape(to)}">{"".join(parts)}</div>'


def who(memory: Memory) -> str:
    """Say whose words a memory is."""
    named = shortened(memory.name, MAX_NAME_CHARS)
    return named or ROLES.get(memory.role or "", memory.role or KINDS[memory.kind])


def shortened(text: str, limit: int = MAX_SHOWN_CHARS) -> str:
    """Cut a long text for a list."""
    return text if len(text) <= limit else f"{text[:limit].rstrip()} …"


def memory_buttons(memory: Memory) -> str:
    """Return the buttons that a memory has."""
    about = shortened(memory.content, 60)
    if memory.deleted:
        back = button("restore", memory.id, "Restore", about=about)
        if memory.kind is MemoryKind.SUMMARY:
            return back
        return back + button("forget", memory.id, "Forget for good", about=about)
    acts = [("unpin", "Unpin") if memory.pinned else ("pin", "Pin")]
    if memory.kind is MemoryKind.SUMMARY:
        acts = [("unlock", "Unlock") if memory.edited else ("lock", "Lock")]
        acts.append(("regenerate", "Make anew"))
    if memory.edited:
        acts.append(("earlier", "Earlier versions"))
    named = [("edit", "Edit"), *acts, ("delete", "Delete")]
    return "".join(button(do, memory.id, label, about=about) for do, label in named)


def words_of(memory: Memory, editing: OpenEdit) -> str:
    """Return a memory's text, or a field to change it in."""
    if memory.id != editing.id or editing.below:
        below = editing.below if memory.id == editing.id else ""
        marks = "".join(
            f' <span class="ltm-mark">{mark}</span>'
            for mark, holds in (
                ("pinned", memory.pinned),
                (_EDITED.get(memory.kind, "edited"), memory.edited),
                ("deleted", memory.deleted),
            )
            if holds
        )
        text = escape(shortened(memory.content))
        return f'<p class="ltm-words">{text}{marks}</p>{below}'
    rows = min(12, 2 + len(editing.text) // 80)
    return (
        f'<textarea class="ltm-field" rows="{rows}" aria-label="Text of the memory"'
        f"{_limit(editing)}>"
        # A line break right after the tag would be dropped by the browser.
        f"\n{escape(editing.text)}</textarea>{_length(editing)}"
        f'<div class="ltm-buttons">{button("save", memory.id, "Save")}'
        f"{button('cancel', memory.id, 'Cancel')}"
        '<span class="ltm-hint">Enter saves, Shift+Enter breaks the line, '
        "Esc cancels</span></div>"
    )


def too_long(tokens: int, room: int) -> str:
    """Say how long a text is, and what becomes of it if that is too long."""
    words = f"{tokens:,} tokens of at most {room:,} in the prompt"
    return f"{words}: its end is cut there" if tokens > room else words


def _limit(editing: OpenEdit) -> str:
    """Return what tells the page's script how long a text may be."""
    if not editing.room:
        return ""
    tokens = estimate_tokens(editing.text)
    per_token = len(editing.text) / max(1, tokens) or 4
    return f' data-ltm-room="{editing.room}" data-ltm-letters="{per_token:.2f}"'


def _length(editing: OpenEdit) -> str:
    if not editing.room:
        return ""
    words = too_long(estimate_tokens(editing.text), editing.room)
    return f'<p class="ltm-hint ltm-length" role="status">{escape(words)}</p>'


def memory_table(
    memories: Sequence[Memory], *, chats: Mapping[str, str], editing: OpenEdit
) -> str:
    """Return a page of memories.

    Args:
        memories: What to list, in order.
        chats: Titles of the chats by our id.
        editing: What is being edited.
    """
    heads = ("Memory", "Who", "When", "Chat", "Actions")
    columns = "".join(f'<span role="columnheader">{head}</span>' for head in heads)
    rows = "".join(
        _row(memory, chats.get(memory.chat or "", ""), editing) for memory in memories
    )
    return (
        '<div class="ltm-table" role="table" aria-label="Memories">'
        f'<div class="ltm-heads" role="row">{columns}</div>{rows}</div>'
    )


def _row(memory: Memory, chat: str, editing: OpenEdit) -> str:
    buttons = "" if memory.id == editing.id else memory_buttons(memory)
    when = day(memory.happened_at or memory.created_at)
    state = " ltm-pinned" if memory.pinned else ""
    return (
        f'<div class="ltm-row{state}" role="row" data-ltm-row>'
        f'<div role="cell">{words_of(memory, editing)}</div>'
        f'<div role="cell" class="ltm-who">{escape(who(memory))}</div>'
        f'<div role="cell" class="ltm-when">{escape(when)}</div>'
        f'<div role="cell">{escape(shortened(chat, MAX_NAME_CHARS))}</div>'
        f'<div role="cell" class="ltm-buttons">{buttons}</div></div>'
    )


def recalled_list(
    items: Sequence[Recalled], *, editing: OpenEdit, label: str, fixed: bool = False
) -> str:
    """Return recalled memories with why they were recalled, in order.

    Args:
        items: The memories, best first.
        editing: What is being edited.
        label: What the list is called.
        fixed: They are only shown: no buttons stand beside them.
    """
    scale = max((_largest(item.parts) for item in items), default=0.0) or 1.0
    cards = [_card(item, scale, editing, fixed=fixed) for item in items]
    html = _cards(cards[:MAX_CARDS], label)
    rest = cards[MAX_CARDS:]
    if rest:
        hidden = {item.memory.id for item in items[MAX_CARDS:]}
        state = " open" if editing.id in hidden else ""
        html += (
            f'<details class="ltm-more"{state}><summary>{len(rest)} more</summary>'
            f"{_cards(rest, f'{label}, continued')}</details>"
        )
    return html


def _cards(cards: Sequence[str], label: str) -> str:
    inner = "".join(cards)
    return f'<ol class="ltm-cards" aria-label="{escape(label)}">{inner}</ol>'


def _card(item: Recalled, scale: float, editing: OpenEdit, *, fixed: bool) -> str:
    memory = item.memory
    when = day(memory.happened_at or memory.created_at)
    meta = " · ".join(part for part in (who(memory), when) if part)
    fits = "always there" if item.chance is None else told_as(item.chance)
    bare = fixed or memory.id == editing.id
    buttons = "" if bare else memory_buttons(memory)
    return (
        '<li class="ltm-card" data-ltm-row>'
        f'<div class="ltm-meta"><span>{escape(meta)}</span>'
        f'<span class="ltm-score">{escape(fits)}</span></div>'
        f"{words_of(memory, editing)}{signals(item.parts, scale)}"
        f'<div class="ltm-buttons">{buttons}</div></li>'
    )


def tier_list(
    items: Iterable[tuple[str, str, Memory]], *, editing: OpenEdit, label: str
) -> str:
    """Return summaries, each with what it tells and who wrote it.

    Args:
        items: What it tells, a remark, and the summary.
        editing: What is being edited.
        label: What the list is called.
    """
    cards = [
        '<li class="ltm-card" data-ltm-row>'
        f'<div class="ltm-meta"><span>{escape(title)}</span>'
        f"<span>{escape(remark)}</span></div>{words_of(memory, editing)}"
        f'<div class="ltm-buttons">'
        f"{'' if memory.id == editing.id else memory_buttons(memory)}</div></li>"
        for title, remark, memory in items
    ]
    return _cards(cards, label)


def signals(parts: ScoreParts, scale: float) -> str:
    """Return the signals that counted: in words, and unfolded with bars and numbers.

    Args:
        parts: The signals.
        scale: The size of a full bar.
    """
    rows = "".join(
        _bar(one.label, one.help, parts.of(one.name), scale)
        for one in SIGNALS
        if abs(parts.of(one.name)) >= LEAST_SIGNAL
    )
    far = ""
    if parts.distance is not None:
        words = f"Distance in meaning {parts.distance:.2f}, of 0 to 2"
        far = f'<p class="ltm-hint">{words}</p>'
    if not (rows or far):
        return ""
    return (
        f'<details class="ltm-signs"><summary>{_why(parts)}</summary>'
        f'<ul class="ltm-signals">{rows}</ul>{far}</details>'
    )


def _why(parts: ScoreParts) -> str:
    """Name what counted most for a memory."""
    ranked = sorted(SIGNALS, key=lambda one: -parts.of(one.name))
    best = [one.label for one in ranked if parts.of(one.name) >= LEAST_SIGNAL]
    # All that begins with the meaning is one reason.
    short = dict.fromkeys(MEANING if one.startswith(MEANING) else one for one in best)
    return f"Why: {', '.join(list(short)[:MOST_NAMED])}" if short else "Why"


def _bar(words: str, title: str, value: float, scale: float) -> str:
    share = min(100, round(100 * abs(value) / scale))
    against = " ltm-against" if value < 0 else ""
    return (
        f'<li title="{escape(title)}"><span>{words}</span>'
        f'<span class="ltm-bar{against}" aria-hidden="true">'
        f'<i style="width:{share}%"></i></span><b>{value:+.2f}</b></li>'
    )


def _largest(parts: ScoreParts) -> float:
    return max(float(abs(parts.of(one.name))) for one in SIGNALS)


def sent(title: str, block: Block, nothing: str) -> str:
    """Return a block exactly as it went into the prompt.

    Args:
        title: What the block is called.
        block: The block.
        nothing: What to say if it is empty.
    """
    if not block.text:
        return f'<h4>{escape(title)}</h4><p class="ltm-empty">{escape(nothing)}</p>'
    of = ", ".join(f"{PARTS[name]} {tokens:,}" for name, tokens in block.parts)
    tokens = f"{block.tokens:,} tokens" + (f": {of}" if len(block.parts) > 1 else "")
    return (
        f'<h4>{escape(title)} <span class="ltm-hint">{escape(tokens)}</span>'
        f'</h4><pre class="ltm-sent" tabindex="0" aria-label="{escape(title)}">'
        f"\n{escape(block.text)}</pre>"
    )


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names with values, as the status strip shows them."""
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(shortened(value))}</dd></div>"
        for name, value in pairs
        if value
    )
    return f'<dl class="ltm-facts">{items}</dl>'


def heading(words: str, hint: str = "") -> str:
    """Return a heading with a small remark."""
    named, hint = (shortened(one, MAX_NAME_CHARS) for one in (words, hint))
    small = f' <span class="ltm-hint">{escape(hint)}</span>' if hint else ""
    return f"<h3>{escape(named)}{small}</h3>"


def status_strip(parts: Iterable[str], *, again: bool) -> str:
    """Return the status; `again` has the page ask for it anew until that is over."""
    mark = " data-ltm-again" if again else ""
    inner = "".join(parts)
    return (
        f'<section class="ltm ltm-status" aria-label="Status"{mark}>{inner}</section>'
    )


def asked(text: str, where: str) -> str:
    """Return the message that was about to be answered."""
    return (
        f'<div class="ltm-asked"><p class="ltm-question">{escape(shortened(text))}</p>'
        f'<p class="ltm-hint">{escape(shortened(where, MAX_NAME_CHARS))}</p></div>'
    )


def remark(words: str) -> str:
    """Return a paragraph that explains."""
    return f'<p class="ltm-hint">{escape(words)}</p>'


def columns(left: str, right: str) -> str:
    """Put two parts side by side, or below each other where it is narrow."""
    return f'<div class="ltm-columns"><div>{left}</div><div>{right}</div></div>'


def pager(page: int, *, more: bool) -> str:
    """Return the buttons to the neighbouring pages; "" if there is but one."""
    if not page and not more:
        return ""
    newer = _turn_to(page - 1, "Newer", enabled=page > 0)
    older = _turn_to(page + 1, "Older", enabled=more)
    return (
        f'<nav class="ltm-pager" aria-label="Pages">{newer}'
        f"<span>Page {page + 1}</span>{older}</nav>"
    )


def _turn_to(page: int, label: str, *, enabled: bool) -> str:
    off = "" if enabled else " disabled"
    return (
        '<button type="button" class="ltm-button" data-ltm-do="page" '
        f'data-ltm-text="{page}"{off}>{label}</button>'
    )
