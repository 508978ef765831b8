"""Settings, and the values they take, as people read them on the page.

Owns: the words for each setting that a page offers.
Knows nothing of: what the settings do, Gradio.
"""

from __future__ import annotations

import re
from typing import Final

from ..config import Option
from ..core.retrieval.signals import SIGNALS

GROUPS: Final = {
    "recall": "What is recalled",
    "prompt": "How it stands in the prompt",
    "summaries": "The story so far",
    "embedding": "The model that compares meanings",
    "durability": "Backups and open files",
    "journal": "Readable log",
    "webui": "In this webui",
}
WEIGHTS: Final = "How much each sign counts"

LABELS: Final = {
    "num_memories_to_fetch": "Most memories in one prompt",
    "max_cosine_distance": "Farthest meaning that still counts",
    "min_message_length": "Shortest message that is recalled, in characters",
    "memory_length_cutoff_in_chars": "Longest memory in the prompt, in characters",
    "other_chats": "Recall from the character's other chats",
    "gate": "Stay silent where nothing is likely to help",
    "fill_budget": "Fill the room for memories, whatever the message is",
    **{f"{one.name}_weight": one.weight_label for one in SIGNALS},
    "rerank_model": "Model that reads the best memories once more",
    "rerank_seconds": "Longest wait for a second reading, in seconds",
    "injection_location": "Where recalled memories stand",
    "shared_notes": "Tell my notes for all characters",
    "memory_template": "How one memory is written",
    "memory_context_template": "Around the recalled memories",
    "head_template": "Around the pinned memories",
    "tell_nothing_told": "Say so where nothing was told",
    "leave_out_small_talk": "Leave small talk out of recalled messages",
    "story_template": "Around the story so far",
    "before_template": "Around what was lived through before",
    "recall_tokens": "Room for recalled memories, in tokens",
    "head_tokens": "Room for pinned memories, in tokens",
    "rolling_summaries": "Tell the older part of a long chat in short",
    "summary_every": "Messages told by one summary",
    "summary_tokens": "Room for all summaries, in tokens",
    "before_this_chat": "Tell a new chat what was lived through before",
    "before_tokens": "Room for that, in tokens",
    "summary_chunk_tokens": "Length of one summary, in tokens",
    "summary_chapter_tokens": "Length of a chapter, in tokens",
    "summary_story_tokens": "Length of the story so far, in tokens",
    "summary_endpoint": "Address of a service that writes the summaries",
    "summary_model": "Name of the model there",
    "summary_when_idle": "Have the webui's own model write while nobody chats",
    "summary_idle_seconds": "Its model counts as idle after, in seconds",
    "one_line_memories": "One sentence of each recalled message",
    "embedding_model": "Embedding model",
    "embedding_endpoint": "Address of a service that embeds instead",
    "embedding_dims": "Length of the vectors asked of it",
    "device": "Where the model runs",
    "wait_seconds": "Longest wait for the model in a turn, in seconds",
    "backups_kept": "Automatic backups kept for each character",
    "most_open_banks": "Characters' memories open at once",
    "readable_log": "Keep a readable log of every chat",
    "activate": "Remember and recall",
    "api_traffic": "In chats through the webui's API, too",
    "notebook": "In prompts that are no chat, too",
    "keep_history_steady": "Leave out old messages in steps",
    "idle_seconds": "A last reply is final after, in seconds",
}
VALUES: Final = {
    "BEFORE_NORMAL_CONTEXT": "before the character's description",
    "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES": "after the character's description",
    "BEFORE_LAST_MESSAGE": "before your newest message",
    "AFTER_LAST_MESSAGE": "after your newest message",
    "cpu": "processor",
    "auto": "graphics card, if there is one",
    "cuda": "graphics card",
}
_NAMED: Final = re.compile(r"`?\b([a-z]+(?:_[a-z]+)+)\b`?")


def label(one: Option) -> str:
    """Return a setting's name for people."""
    return LABELS.get(one.name, one.name.replace("_", " ").capitalize())


def values(one: Option) -> list[tuple[str, str]]:
    """Return what a setting can be chosen from: as it is read, and as it is kept."""
    return [(VALUES.get(value, value), value) for value in one.choices]


def plain(words: str) -> str:
    """Return a text about settings in which each is called as on the page."""
    named = _NAMED.sub(
        lambda found: (
            f"\u201c{LABELS[found[1]]}\u201d" if found[1] in LABELS else found[0]
        ),
        words,
    )
    for value, read in VALUES.items():
        if "_" in value:
            named = named.replace(value, f"\u201c{read}\u201d")
    return named.replace("`", "")
