"""What all tabs show, as HTML: notices, memories with their buttons, cards, signals.

Owns: which values stand in the templates `common` and `memories`.
Knows nothing of: Gradio, the engine, tags (`templates` has them), what a button does.

A button carries `data-ltm-do` (what), `data-ltm-id` (to which memory) and, where it is
not a row's own text that counts, `data-ltm-text`; `page.js` sends these to the hidden
button that the nearest `data-ltm-to` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from ..core.retrieval.signals import SIGNALS, SignalSpec
from ..core.text.emotion import NEUTRAL
from ..core.text.tokenizer import term_set, wanted
from ..core.types import MemoryItem, MemoryKind, ScoreParts
from ..engine.revising import tag_of
from ..models.tokens import estimate_tokens
from .clicks import NOTHING, Click
from .templates import joined, macros
from .texts import day, say, say_if_known

# Longer texts are cut in a list; editing shows them whole.
MAX_SHOWN_CHARS = 2_000
# Names and titles have no end of their own either.
MAX_NAME_CHARS = 120
# What counts less is shown as 0.00.
LEAST_SIGNAL = 0.005
MOST_NAMED = 3
MEANINGS = ("passage", "dense", "window")
LEXICAL = "lexical"


class OpenEdit(NamedTuple):
    """What is open: a memory's id, and its text so far or what stands below it.

    Attributes:
        room: The most tokens that it can have in a prompt; 0 for no limit of its own.
        seen: Which state of it was opened, as `engine.revising.tag_of` tells.
    """

    id: str = ""
    text: str = ""
    below: str = ""
    room: int = 0
    seen: str = ""


NO_DRAFT = OpenEdit()
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


def notice(words: str, *, kind: str = "info", undo: Click = NOTHING) -> str:
    """Return a line that says what happened, with a button if there is more to do.

    Args:
        words: What happened.
        kind: "info", "bad" or "warn".
        undo: What a click does to take it back.
    """
    if not words:
        return joined()
    html: str = macros("common").notice(shortened(words), kind, undo)
    return html


def button(do: str, memory_id: str, label: str, *, about: str = "") -> str:
    """Return a button that does something to one memory.

    Args:
        do: What `memory_actions` calls it.
        memory_id: Whose button it is.
        label: What stands on it.
        about: What it is about, for those who do not see where it stands.
    """
    html: str = macros("common").button(do, memory_id, label, about)
    return html


def empty(words: str) -> str:
    """Return what stands where there is nothing to list."""
    html: str = macros("common").empty(words)
    return html


def loading(words: str) -> str:
    """Return what stands where something is still being read."""
    html: str = macros("common").loading(words)
    return html


def alone(html: str) -> str:
    """Have a part stand by itself between components."""
    made: str = macros("common").alone(html)
    return made


def fragment(to: str, *parts: str) -> str:
    """Put parts together; their buttons click the element with the id `to`."""
    html: str = macros("common").fragment(to, parts)
    return html


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names with values."""
    html: str = macros("common").facts(
        [(name, shortened(value)) for name, value in pairs]
    )
    return html


def heading(words: str, hint: str = "") -> str:
    """Return a heading with a small remark."""
    named, small = (shortened(one, MAX_NAME_CHARS) for one in (words, hint))
    html: str = macros("common").heading(named, small)
    return html


def remark(words: str) -> str:
    """Return a paragraph that explains."""
    html: str = macros("common").remark(words)
    return html


def columns(left: str, right: str) -> str:
    """Put two parts side by side, or below each other where it is narrow."""
    html: str = macros("common").columns(left, right)
    return html


def progress(words: str, *, done: int, total: int, label: str) -> str:
    """Return how far some work is; without a total it only goes on."""
    html: str = macros("common").progress(words, done, total, label)
    return html


def status_strip(
    line: str, notices: Sequence[str], facts: str, *, again: bool = False
) -> str:
    """Return the status: what is amiss, and a line that unfolds into all facts.

    Args:
        line: How much is remembered.
        notices: What a person should know, each as HTML.
        facts: All of it, as HTML; "" where nothing could be read.
        again: Have the page ask for it anew until that is over.
    """
    html: str = macros("common").status(line, notices, facts, again)
    return html


def who(memory: MemoryItem) -> str:
    """Say whose words a memory is."""
    named = shortened(memory.name, MAX_NAME_CHARS)
    if named:
        return named
    if memory.role in ("user", "assistant"):
        return say(f"common.{memory.role}")
    return memory.role or say(f"common.{memory.kind.value}")


def shortened(text: str, limit: int = MAX_SHOWN_CHARS) -> str:
    """Cut a long text for a list."""
    return text if len(text) <= limit else f"{text[:limit].rstrip()} …"


def memory_buttons(memory: MemoryItem, *, forget: bool = False) -> str:
    """Return the buttons that a memory has.

    Args:
        memory: Whose.
        forget: Whether it can be forgotten for good from here, too.
    """
    names = _acts(memory)
    if forget and "forget" not in names and memory.kind is not MemoryKind.SUMMARY:
        names = [*names, "forget"]
    acts = [(do, say(f"memories.do_{do}")) for do in names]
    about = shortened(memory.content, 60)
    html: str = macros("memories").memory_buttons(acts, memory.id, about)
    return html


def _acts(memory: MemoryItem) -> list[str]:
    is_summary = memory.kind is MemoryKind.SUMMARY
    if memory.deleted:
        return ["restore"] if is_summary else ["restore", "forget"]
    if is_summary:
        acts = ["unlock" if memory.edited else "lock", "regenerate"]
    else:
        acts = [
            "unpin" if memory.pinned else "pin",
            "unhide" if memory.hidden else "hide",
        ]
    return ["edit", *acts, "details", "delete"]


def words_of(memory: MemoryItem, editing: OpenEdit) -> str:
    """Return a memory's text, or a field to change it in."""
    if memory.id != editing.id or editing.below:
        below = editing.below if memory.id == editing.id else ""
        marks = [say(f"memories.{mark}") for mark in _marks(memory)]
        text = shortened(memory.content)
        shown: str = macros("memories").words(text, marks, below)
        return shown
    tokens = estimate_tokens(editing.text)
    html: str = macros("memories").field(
        memory.id,
        editing.text,
        rows=min(12, 2 + len(editing.text) // 80),
        room=editing.room,
        letters=f"{len(editing.text) / max(1, tokens) or 4:.2f}",
        length=too_long(tokens, editing.room) if editing.room else "",
        seen=editing.seen,
    )
    return html


def _marks(memory: MemoryItem) -> list[str]:
    edited = "locked" if memory.kind is MemoryKind.SUMMARY else "edited"
    marks = (
        ("pinned", memory.pinned),
        (edited, memory.edited),
        ("hidden", memory.hidden),
        ("deleted", memory.deleted),
    )
    return [mark for mark, holds in marks if holds]


def too_long(tokens: int, room: int) -> str:
    """Say how long a text is, and what becomes of it if that is too long."""
    words = say("memories.tokens_of", count=tokens, room=room)
    return f"{words}{say('memories.cut_there')}" if tokens > room else words


def memory_table(
    memories: Sequence[MemoryItem],
    *,
    chats: Mapping[str, str],
    editing: OpenEdit,
    fits: Mapping[str, str] = NOBODY,
    feelings: Mapping[str, str] = NOBODY,
) -> str:
    """Return a page of memories.

    Args:
        memories: What to list, in order.
        chats: Titles of the chats by our id.
        editing: What is being edited.
        fits: Why each was found, by its id.
        feelings: The label of what each shows, by its id.
    """
    rows = [
        {
            "id": memory.id,
            "seen": tag_of(memory),
            "about": shortened(memory.content, 60),
            "tags": memory.tags,
            "fits": fits.get(memory.id, ""),
            "pinned": memory.pinned,
            "words": words_of(memory, editing),
            "who": who(memory),
            "feeling": _feeling(feelings.get(memory.id, "")),
            "when": day(memory.happened_at or memory.created_at),
            "chat": shortened(chats.get(memory.chat or "", ""), MAX_NAME_CHARS),
            "buttons": "" if memory.id == editing.id else memory_buttons(memory),
        }
        for memory in memories
    ]
    html: str = macros("memories").table(rows)
    return html


def _feeling(label: str) -> str:
    """Return a feeling as people call it; nothing where none shows."""
    return say(f"feelings.{label}") if label not in ("", NEUTRAL) else ""


def pager(page: int, pages: int, total: int) -> str:
    """Return which page of how many memories it is, with buttons to its neighbours.

    Returns:
        The pager; nothing if the page is alone.
    """
    if pages <= 1:
        return joined()
    html: str = macros("memories").pager(page, pages, total)
    return html


def cards_of(cards: Sequence[Mapping[str, str]], label: str) -> str:
    """Return cards as a list that has a name."""
    html: str = macros("memories").cards(cards, label)
    return html


def tier_list(
    items: Iterable[tuple[str, str, MemoryItem]], *, editing: OpenEdit, label: str
) -> str:
    """Return summaries, each with what it tells and who wrote it.

    Args:
        items: What it tells, a remark, and the summary.
        editing: What is being edited.
        label: What the list is called.
    """
    cards = [
        {
            "meta": title,
            "aside": words,
            "words": words_of(memory, editing),
            "buttons": "" if memory.id == editing.id else memory_buttons(memory),
        }
        for title, words, memory in items
    ]
    return cards_of(cards, label)


def words_asked(asked: str) -> frozenset[int] | None:
    """Return the words that a message looks for, as terms; None if it is unknown."""
    return frozenset(wanted(asked).terms.tolist()) if asked else None


def shares_words(terms: frozenset[int] | None, memory: MemoryItem) -> bool:
    """Whether a memory has a word of a message itself, not only beside it."""
    return terms is None or not terms.isdisjoint(term_set(memory.content))


def bars(parts: ScoreParts, scale: float, shared: bool) -> list[dict[str, object]]:
    """Return the signals that counted, each with a bar and a number.

    Args:
        parts: The signals.
        scale: The size of a full bar.
        shared: Whether the memory itself has words of the message.
    """
    counted = [one for one in SIGNALS if abs(parts.of(one.name)) >= LEAST_SIGNAL]
    return [_bar(one, parts.of(one.name), scale, shared) for one in counted]


def _called(signal: SignalSpec, shared: bool) -> str:
    """Name a signal; the words of a memory's neighbours count for it as well."""
    if signal.name == LEXICAL and not shared:
        return say("signals.lexical_beside")
    return say_if_known(f"signals.{signal.name}", signal.label)


def _means(signal: SignalSpec, shared: bool) -> str:
    if signal.name == LEXICAL and not shared:
        return say("signals.lexical_beside_means")
    return say_if_known(f"signals.{signal.name}_means", signal.help)


def counted_most(parts: ScoreParts, shared: bool) -> str:
    """Name what counted most for a memory; "" if nothing did."""
    ranked = sorted(SIGNALS, key=lambda one: -parts.of(one.name))
    best = [one for one in ranked if parts.of(one.name) >= LEAST_SIGNAL]
    # All that begins with the meaning is one reason.
    named = dict.fromkeys(
        say("signals.meaning") if one.name in MEANINGS else _called(one, shared)
        for one in best
    )
    if not named:
        return ""
    signals = say("common.comma").join(list(named)[:MOST_NAMED])
    return say("why.why_these", signals=signals)


def _bar(
    signal: SignalSpec, value: float, scale: float, shared: bool
) -> dict[str, object]:
    return {
        "words": _called(signal, shared),
        "title": _means(signal, shared),
        "share": min(100, round(100 * abs(value) / scale)),
        "against": value < 0,
        "value": f"{value:+.2f}",
    }


def largest(parts: ScoreParts) -> float:
    """Return the size of the largest signal, whichever way it counts."""
    return max(float(abs(parts.of(one.name))) for one in SIGNALS)
