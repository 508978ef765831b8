"""Why a message brought to mind what it did, and why not the rest.

Owns: the reasons, and which candidates are told.
Knows nothing of: prompts, hosts, how scores are made.

A message is looked for again: as recall does, so that chances are those of recall; in
all that the chat sees, for what recall leaves out; and in everything that is stored,
for what the chat does not see. Chances depend on what else there is, so none is told of
what only the wider looks find. So a turn pays nothing unless somebody asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ...config import Settings
from ...core.retrieval.judging import SubQuery
from ...core.retrieval.picking import in_turns, is_too_short
from ...core.retrieval.signals import WeightedSignal, explained, weigh
from ...core.types import (
    Candidate,
    Context,
    Explanation,
    MemoryItem,
    Query,
    Reason,
    Recalled,
)
from ..records import ChatName, RecallResult
from ..state.policies import Viewer
from .retriever import Retriever, SearchOptions, limit_of

TOLD = 60
"""So many candidates that the chat sees are told, and as many that it does not."""

_JUDGED = (None, Reason.GATE, Reason.LIMIT, Reason.UNLIKELY)
"""What recall says of what it looked at; there the best by its own look are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What was asked, where, and what came of it.

    Attributes:
        viewer: The chat that is speaking.
        here: Rows that the host shows.
        context: What was composed, if anything was: it tells what did not fit.
    """

    query: Query
    readings: Sequence[SubQuery]
    viewer: Viewer
    settings: Settings
    now: datetime
    here: Sequence[int] = ()
    context: Context | None = None


def explain(
    retriever: Retriever, name: ChatName, query: Query, context: Context | None
) -> Explanation:
    """Say how a message is read, and what becomes of every candidate of a recall.

    Args:
        retriever: Of the bank.
        name: The chat's.
        query: What is asked.
        context: What was composed for it, if anything was.
    """
    state = retriever.state
    viewer = retriever.viewer(name, query)
    read = retriever.read(query)
    recall = retriever.find(viewer, query, read)
    with state.lock:
        asking = Asking(
            query=query,
            readings=retriever.still(read),
            viewer=viewer,
            settings=state.settings(),
            now=state.clock(),
            here=retriever.rows(viewer, query),
            context=context,
        )
        return _explained(retriever, asking, recall)


def _explained(
    retriever: Retriever, asking: Asking, recall: RecallResult
) -> Explanation:
    settings, readings = asking.settings, asking.readings
    limit = limit_of(asking.query, settings)
    own = retriever.look(asking.viewer, asking.here, settings, asking.now, limit)
    view = own.view
    looked, places = _looked(retriever, asking, own)
    wide = SearchOptions(
        view=view,
        here=asking.here,
        withheld=own.withheld,
        everything=True,
        bearings=own.bearings,
    )
    others, slots = _looked(retriever, asking, wide)
    places |= slots
    # In the order of recall, whatever it returned comes first.
    seen = in_turns([[*recall.found, *looked]])
    known = {item.memory.id for item in seen}
    kept_out = [_unjudged(item) for item in others if item.memory.id not in known]
    old = set(retriever.too_old(view, settings, asking.now).tolist())
    never = {key: Reason.TOO_OLD for key, slot in places.items() if slot in old}
    never |= {
        key: Reason.NO_MEMORY
        for key, slot in places.items()
        if not view.memorable[slot]
    }
    hidden = _hidden(retriever, asking, own)
    signals = weigh(settings.recall, retriever.signals)
    newer = _newer(recall)
    told = [(item, _reason(item, asking, recall, never)) for item in seen]
    told += [
        (item, reason)
        for item in kept_out
        if (reason := _reason(item, asking, recall, never)) not in _JUDGED
    ]
    asked = readings[0].asked
    dates = [(date.start, date.end) for date in asked.dates]
    dates += [(asked.today.start, asked.today.end)] if asked.today else []
    return Explanation(
        readings=tuple(reading.asked.text for reading in readings),
        about=asked.about,
        dates=tuple((_day(start), _day(end)) for start, end in dates),
        intent=recall.intent,
        needed=recall.needed,
        silent=recall.silent,
        lexical_only=recall.lexical_only,
        note=recall.note,
        candidates=tuple(
            replace(
                _candidate(*pair, signals), superseded_by=newer.get(pair[0].memory.id)
            )
            for pair in (*told, *hidden)
        ),
    )


def _newer(recall: RecallResult) -> dict[str, MemoryItem]:
    """Return what tells anew what an older memory told, by the older one's id."""
    found = {item.memory.id: item for item in recall.found}
    return {
        key: found[item.superseded_by].memory
        for key, item in found.items()
        if item.superseded_by in found
    }


def _looked(
    retriever: Retriever, asking: Asking, look: SearchOptions
) -> tuple[list[Recalled], dict[str, int]]:
    """Look without gate and limits; also return the slots by memory id."""
    lists: list[list[Recalled]] = []
    places: dict[str, int] = {}
    for reading in asking.readings:
        judged = retriever.judged(reading, look, asking.settings)
        if not asking.query.gated:
            judged = judged.wanted()
        filled = asking.settings.recall.fill_budget
        order = judged.order(filled=filled)[:TOLD]
        found, slots = retriever.told(judged, look.view, order)
        lists.append(found)
        places |= slots
    return in_turns(lists), places


def _hidden(
    retriever: Retriever, asking: Asking, own: SearchOptions
) -> list[tuple[Recalled, Reason]]:
    """Return what this chat cannot see, with the reason."""
    everything = retriever.state.messages.everything()
    look = SearchOptions(view=everything, here=asking.here, everything=True)
    found, places = _looked(retriever, asking, look)
    wide = retriever.view(
        asking.viewer, asking.settings, asking.now, whatever_is_set=True
    )
    hidden = []
    for item in found:
        if item.memory.id in own.withheld:
            hidden.append((_unjudged(item), Reason.OTHER_CHATS))
            continue
        # What was written by hand has no place in any chat: every other chat sees it.
        slot = places.get(item.memory.id)
        row = everything.rows[slot : slot + 1] if slot is not None else None
        if row is None or item.memory.edited or own.view.slots(row)[0] >= 0:
            continue
        off = wide.slots(row)[0] >= 0
        hidden.append((_unjudged(item), Reason.OTHER_CHATS if off else Reason.NOT_LIVE))
    return hidden[:TOLD]


def _unjudged(item: Recalled) -> Recalled:
    """Return a candidate without a chance: recall did not judge it."""
    return item._replace(chance=None)


def _reason(
    item: Recalled, asking: Asking, recall: RecallResult, never: Mapping[str, Reason]
) -> Reason | None:
    """Say why something that the chat sees was left out; None if it was not.

    Args:
        item: What it is.
        asking: What was asked.
        recall: What came of it.
        never: By memory id, why it would be recalled on no message.
    """
    memory, options = item.memory, asking.settings.recall
    if memory.id in asking.query.visible:
        return Reason.IN_WINDOW
    if any(one.memory.id == memory.id for one in recall.found):
        return _unwritten(memory, asking.context)
    if memory.deleted:
        return Reason.DELETED
    if is_too_short(memory, options):
        return Reason.TOO_SHORT
    if memory.id in never:
        return never[memory.id]
    distance = item.parts.distance
    if distance is not None and distance > options.max_cosine_distance:
        return Reason.TOO_FAR
    if recall.silent:
        return Reason.GATE
    limit = limit_of(asking.query, asking.settings)
    return Reason.LIMIT if len(recall.found) >= limit else Reason.UNLIKELY


def _unwritten(memory: MemoryItem, context: Context | None) -> Reason | None:
    """Say why something that was recalled is not in the prompt."""
    if context is None:
        return None
    if memory.id in {item.memory.id for item in context.recall.items}:
        return None
    return Reason.DUPLICATE if memory.id in context.repeats else Reason.BUDGET


def _candidate(
    item: Recalled, reason: Reason | None, signals: Sequence[WeightedSignal]
) -> Candidate:
    return Candidate(
        memory=item.memory,
        score=item.score,
        signals=explained(item.parts, signals),
        distance=item.parts.distance,
        chance=item.chance,
        reason=reason,
    )


def _day(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
