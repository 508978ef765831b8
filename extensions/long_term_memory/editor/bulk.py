"""What is done to all memories that a person chose.

Owns: which those are, and the words for what was done.
Knows nothing of: Gradio, HTML, how a choice is made on the page (`picking.js`).

All of it is done or nothing, and told if a memory is another than the page showed, or
if what was found is not the same any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..core.text.tags import read_tags
from ..core.types import MemoryItem, MemoryKind
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..engine.forgetting.page_exports import path_for
from ..engine.revising import MOST_AT_ONCE, Revision, check_unchanged, revise_many
from ..engine.reworking import merge
from ..errors import InvalidInput, PreconditionFailed
from ..exporters.export_job import write_chosen
from ..files import make_private_folder
from .memory_search import Choice, found_by
from .texts import say

PREFIX: Final = "many-"
# These are done to notes and messages alone.
_NOT_SUMMARIES: Final = frozenset({"pin", "unpin", "hide", "unhide", "tag", "untag"})
FLAGS: Final = {
    "pin": Revision(pinned=True),
    "unpin": Revision(pinned=False),
    "hide": Revision(hidden=True),
    "unhide": Revision(hidden=False),
    "delete": Revision(deleted=True),
    "restore": Revision(deleted=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What the page says was chosen.

    Attributes:
        seen: The state of each memory as it was shown, by its id.
        found: How many are meant if all that was found is meant; 0 for those of `seen`.
        typed: What stands in the field beside the button.
    """

    seen: Mapping[str, str] = field(default_factory=dict)
    found: int = 0
    typed: str = ""


def read_picked(text: str) -> Picked:
    """Read what the page's script sends; anything else is nothing chosen."""
    try:
        raw: Any = json.loads(text)
    except ValueError:
        raw = {}
    match raw:
        case {"ids": dict(ids), "found": int(found), "typed": str(typed)}:
            seen = {str(key): str(tag) for key, tag in ids.items()}
            return Picked(seen=seen, found=found, typed=typed)
    return Picked()


def act(engine: Engine, bank: Bank, choice: Choice, do: str, text: str) -> str:
    """Do something to all that were chosen; return what to tell of it.

    Args:
        engine: Where the bank is.
        bank: Whose memories they are.
        choice: What the list shows.
        do: What, without the prefix.
        text: What the page's script sends.

    Raises:
        InvalidInput: Nothing is chosen, or that is not done to them.
        NotFound: One is not there any more.
        PreconditionFailed: Something of it was changed since.
    """
    picked = read_picked(text)
    memories = _chosen(bank, choice, picked)
    check_unchanged(memories, None if picked.found else picked.seen)
    left = [
        one
        for one in memories
        if do in _NOT_SUMMARIES and one.kind is MemoryKind.SUMMARY
    ]
    wanted = [one for one in memories if one not in left]
    ids = [one.id for one in wanted]
    if do == "merge":
        told = _merge(bank, wanted)
    elif do == "export":
        told = _export(engine, bank, wanted)
    else:
        count = revise_many(bank, ids, _revision(do, picked.typed), expected=None)
        told = say(f"many.did_{do}", count=count)
    return told + (say("many.left_out", count=len(left)) if left else "")


def _chosen(bank: Bank, choice: Choice, picked: Picked) -> list[MemoryItem]:
    if not picked.found:
        return bank.memories.get_many(list(picked.seen))
    found = found_by(bank, choice, limit=MOST_AT_ONCE + 1)
    if len(found) > MOST_AT_ONCE:
        raise InvalidInput(say("many.too_many", count=MOST_AT_ONCE))
    if len(found) != picked.found:
        raise PreconditionFailed(
            say("many.others_now", now=len(found), then=picked.found)
        )
    return found


def _revision(do: str, typed: str) -> Revision:
    if do in FLAGS:
        return FLAGS[do]
    tags = read_tags(typed)
    if not tags:
        raise InvalidInput(say("many.no_tag"))
    return Revision(add_tags=tags) if do == "tag" else Revision(drop_tags=tags)


def _merge(bank: Bank, memories: list[MemoryItem]) -> str:
    # Lists show the newest first, and some have one time.
    ordered = sorted(
        memories, key=lambda one: one.happened_at or one.created_at, reverse=True
    )[::-1]
    text = "\n".join(dict.fromkeys(one.content for one in ordered))
    merge(bank, [one.id for one in ordered], text)
    return say("many.did_merge", count=len(ordered))


def _export(engine: Engine, bank: Bank, memories: list[MemoryItem]) -> str:
    path = path_for(engine.data_dir, bank.scope, "csv", engine.now())
    make_private_folder(path.parent)
    written = write_chosen(bank, memories, path)
    return say("many.did_export", count=len(memories), path=str(written.path))
