"""The settings of memory itself: recall, prompt, embedding, summaries.

Owns: their types, defaults, ranges and sentences.
Knows nothing of: what the settings do, hosts, where values come from.
"""

from __future__ import annotations

from dataclasses import dataclass

from .option import option

INJECTION_LOCATIONS = (
    "BEFORE_NORMAL_CONTEXT",
    "AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES",
    "BEFORE_LAST_MESSAGE",
    "AFTER_LAST_MESSAGE",
)
MEMORY_FIELDS = ("memory_message", "memory_name", "time_difference")
NO_LIMIT = -1
FRAME_FIELDS = ("all_memories", "name1", "name2")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallSettings:
    """What is brought to mind."""

    num_memories_to_fetch: int = option(
        NO_LIMIT,
        "Most memories put into one prompt; -1 sets no number: as many as are likely "
        "to help. `recall_tokens` limits them as well.",
        within=(NO_LIMIT, 1000),
        aliases=("RAG_TOP_K",),
    )
    max_cosine_distance: float = option(
        2.0,
        "Memories whose meaning is further from the message than this are left out; "
        "2 leaves out none.",
        within=(0, 2),
    )
    min_message_length: int = option(
        0,
        "Messages with fewer characters than this are never recalled.",
        within=(0, 1_000_000),
    )
    memory_length_cutoff_in_chars: int = option(
        1000,
        "A longer memory is shortened to this many characters, at the end of a "
        "sentence.",
        within=(20, 1_000_000),
    )
    other_chats: bool = option(
        True, "Recall what was said in the character's other chats, too."
    )
    gate: bool = option(
        True, "Recall nothing when nothing is likely to help to answer the message."
    )
    fill_budget: bool = option(
        False,
        "Recall by rank until `recall_tokens` are full, whatever the message is, "
        "instead of what is likely to help.",
    )
    passage_weight: float = option(
        0.8,
        "Weight of the likeness in meaning of a memory's best passage, which is the "
        "whole of a short one.",
        within=(-100, 100),
    )
    dense_weight: float = option(
        0.3, "Weight of the likeness in meaning of a whole memory.", within=(-100, 100)
    )
    window_weight: float = option(
        0.5,
        "Weight of the likeness in meaning of a memory with its neighbours.",
        within=(-100, 100),
    )
    lexical_weight: float = option(
        12.0,
        "Weight of the words shared with a memory and its neighbours.",
        within=(-100, 100),
    )
    near_words_weight: float = option(
        0.0,
        "Weight of the words shared with a memory alone, or near to its words in "
        "meaning; 5 finds more and takes longer, with a `lexical_weight` of 10.",
        within=(-100, 100),
    )
    speaker_weight: float = option(
        1.5,
        "Weight of whether the one who is asked about said it.",
        within=(-100, 100),
    )
    date_weight: float = option(
        5.0, "Weight of lying near a date in the message.", within=(-100, 100)
    )
    emotion_weight: float = option(
        5.0,
        'Weight of the feeling that is asked for, as in "when I was sad".',
        within=(-100, 100),
    )
    fact_weight: float = option(
        1.0,
        "Weight of telling a fact that still holds, half of it if it is none that the "
        "message asks for or has need of.",
        within=(-100, 100),
    )
    question_weight: float = option(
        -0.75, "Weight of a memory that is itself a question.", within=(-100, 100)
    )
    rerank_model: str = option(
        "",
        "Name or folder of a cross-encoder that reads the best memories once more and "
        "reorders them; empty is off. It needs sentence-transformers, and takes longer "
        "than all the rest.",
    )
    rerank_seconds: float = option(
        1.0,
        "Longest wait in a turn for the model that `rerank_model` names; when it is "
        "late, the usual order stands.",
        within=(0, 60),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSettings:
    """How memories are put into the prompt."""

    injection_location: str = option(
        "AFTER_LAST_MESSAGE",
        "Where recalled memories go: before or after the character's context, or "
        "before or after the text of the newest message; at the end the model's "
        "prompt cache holds.",
        choices=INJECTION_LOCATIONS,
    )
    memory_template: str = option(
        "",
        "How one memory is written; empty writes `Name: text` under a line with the "
        "day.",
        holds=MEMORY_FIELDS,
    )
    memory_context_template: str = option(
        "[{name2} remembers from earlier conversations:\n{all_memories}\n]",
        "What stands around the recalled memories.",
        holds=FRAME_FIELDS,
    )
    head_template: str = option(
        "[{name2} always keeps in mind:\n{all_memories}\n]",
        "What stands around the pinned memories.",
        holds=FRAME_FIELDS,
    )
    shared_notes: bool = option(
        False,
        "Put your notes for all characters into every prompt, with the pinned "
        "memories; they are written on the page, at the end of the list of "
        "characters, or by `ltm note --for-all`.",
    )
    tell_nothing_told: bool = option(
        False,
        "Where a question asks for something of which nothing was said, put one line "
        "that says so into the prompt, for models like to invent.",
    )
    mood_line: bool = option(
        False,
        "Say in one line behind the recalled memories how those who speak in the chat "
        "feel of late.",
    )
    leave_out_small_talk: bool = option(
        True,
        "Leave sentences that tell nothing out of recalled messages, such as greetings "
        "and questions back; what you wrote or corrected yourself stays whole.",
    )
    story_template: str = option(
        "[The story of {name1} and {name2} so far:\n{all_memories}\n]",
        "What stands around the summaries.",
        holds=FRAME_FIELDS,
    )
    before_template: str = option(
        "[What {name1} and {name2} lived through before:\n{all_memories}\n]",
        "What stands around what is told of the character's other chats.",
        holds=FRAME_FIELDS,
    )
    recall_tokens: int = option(
        1000, "Most tokens for recalled memories.", within=(0, 1_000_000)
    )
    head_tokens: int = option(
        400, "Most tokens for pinned memories.", within=(0, 1_000_000)
    )
    system_token_percent: int = option(
        20,
        "Share of the model's context for the persona.",
        within=(0, 100),
        aliases=("SYSTEM_TOKEN_PERCENT",),
    )
    rag_token_percent: int = option(
        25,
        "Share of the model's context for memories.",
        within=(0, 100),
        aliases=("RAG_TOKEN_PERCENT",),
    )
    history_token_percent: int = option(
        35,
        "Share of the model's context for the chat's own messages.",
        within=(0, 100),
        aliases=("HISTORY_TOKEN_PERCENT",),
    )
    response_token_percent: int = option(
        20,
        "Share of the model's context for the reply.",
        within=(0, 100),
        aliases=("RESPONSE_TOKEN_PERCENT",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingSettings:
    """The model that compares meanings."""

    embedding_model: str = option(
        "all-MiniLM-L6-v2",
        "Name or folder of the embedding model; any but the default needs "
        "sentence-transformers.",
        aliases=("EMB_MODEL", "EMBEDDING_MODEL"),
    )
    embedding_endpoint: str = option(
        "",
        "Address of an OpenAI-compatible service that embeds instead, such as "
        "http://127.0.0.1:8080/v1; every message is sent there.",
        aliases=("EMB_BASE_URL",),
    )
    embedding_dims: int = option(
        0,
        "Length of the vectors that are asked of that service; 0 leaves it to the "
        "model.",
        within=(0, 65_536),
        aliases=("EMBEDDING_DIMS",),
    )
    device: str = option(
        "cpu",
        "Where the embedding model runs; `auto` takes a GPU if there is one.",
        choices=("cpu", "auto", "cuda"),
    )
    wait_seconds: float = option(
        2.0,
        "Longest wait for the embedding model in a turn; until it is ready only "
        "words are compared.",
        within=(0, 600),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySettings:
    """What has left the model's window, told in short."""

    rolling_summaries: bool = option(
        True,
        "Tell the older part of a long chat in short, in every prompt; sentences are "
        "chosen, no model writes.",
    )
    summary_every: int = option(
        10,
        "So many messages that left the window make one summary; four of these make a "
        "chapter, and older chapters the story so far.",
        within=(4, 1000),
        aliases=("SUMMARIZE_AFTER_MESSAGES",),
    )
    summary_tokens: int = option(
        600, "Most tokens for all summaries in one prompt.", within=(0, 1_000_000)
    )
    before_this_chat: bool = option(
        True,
        "Tell a chat in short what was lived through in the character's chats before "
        "it, in every prompt; not in group and incognito chats, nor where you begin a "
        "new story.",
    )
    before_tokens: int = option(
        200,
        "Most tokens for that; they are part of `summary_tokens`, half of it at most.",
        within=(0, 1_000_000),
    )
    summary_chunk_tokens: int = option(
        160, "Tokens that one summary aims at.", within=(20, 100_000)
    )
    summary_chapter_tokens: int = option(
        240, "Tokens that a chapter aims at.", within=(20, 100_000)
    )
    summary_story_tokens: int = option(
        600, "Tokens that the story so far aims at.", within=(20, 100_000)
    )
    summary_endpoint: str = option(
        "",
        "Address of an OpenAI-compatible service that writes the summaries, such as "
        "http://127.0.0.1:8080/v1; chats are sent there. Empty: sentences are chosen. "
        "A key is read from the environment, `LTM_SUMMARY_API_KEY`.",
    )
    summary_model: str = option(
        "", "Name of the model at that address; empty leaves the choice to it."
    )
    summary_when_idle: bool = option(
        False,
        "In the webui: have its own model write the summaries while nobody chats.",
    )
    summary_idle_seconds: float = option(
        60.0,
        "In the webui: so long after the last reply its model counts as idle.",
        within=(5, 1_000_000),
    )
    one_line_memories: bool = option(
        False, "Put only the most telling sentence of a recalled message in the prompt."
    )

    @property
    def story_tokens(self) -> int:
        """Most tokens for all summaries in one prompt, if they are told at all."""
        return self.summary_tokens if self.rolling_summaries else 0
