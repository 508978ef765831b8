"""What the memory API answers.

Owns: the fields of answers, which are described by these classes, and built of them.
Knows nothing of: routes, the engine.

They are plain dataclasses, not models that check: a text may hold what UTF-8 cannot
carry, and is told all the same. Times are ISO 8601 in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """Something that is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionAnswer(ApiAnswer):
    """What a memory shows of feelings.

    Attributes:
        label: The strongest of the 28 labels of GoEmotions.
        group: anger, disgust, fear, joy, sadness, surprise or neutral.
        labels: The strongest, then others that it shows, three at the most.
        intensity: 0 to 1.
    """

    label: str
    group: str
    labels: list[str]
    intensity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryAnswer(ApiAnswer):
    """One memory.

    Attributes:
        kind: note, summary or turn (something said in a chat).
        chat: Our id of a chat that it was heard in.
        sources: Ids of the messages that it rests on.
        hidden: Never recalled, and still in lists and the story.
        deleted: Neither recalled nor in lists, until it is restored.
        etag: What an edit sends back as If-Match, in quotes.
        emotion: What it shows of feelings; none where only ids and texts are told.
        importance: How much it weighs, 0 to 1; none where there is no emotion.
        importance_of_ten: The same as a whole number of 1 to 10.
    """

    id: str
    kind: str
    content: str
    name: str
    role: str | None
    happened_at: str | None
    created_at: str
    sources: list[str]
    chat: str | None
    pinned: bool
    edited: bool
    hidden: bool
    deleted: bool
    tags: list[str]
    etag: str
    emotion: EmotionAnswer | None = None
    importance: float | None = None
    importance_of_ten: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryDetailAnswer(MemoryAnswer):
    """One memory, and when it stood in a prompt last, as far as the record goes."""

    recalled_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecalledAnswer(MemoryAnswer):
    """A memory that a message brings to mind, and why.

    Attributes:
        score: What ranks.
        chance: How likely it helps to answer the message, 0 to 1; none for what was
            not looked for, such as pinned memories.
        to_be_safe: It hardly helps, and is told because silence would be worse.
        signals: What each signal adds to the score.
        superseded_by: Id of a newer memory that tells the same anew; empty if none.
    """

    score: float
    chance: float | None
    to_be_safe: bool
    signals: dict[str, float | None]
    superseded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundAnswer(ApiAnswer):
    """What was said around a message, oldest first; empty of what was not said."""

    memories: list[MemoryAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerAnswer(ApiAnswer):
    """Somebody who said something."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakersAnswer(ApiAnswer):
    """Who said anything, users first."""

    speakers: list[SpeakerAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAnswer(ApiAnswer):
    """Some memories, and the cursor of the next page; none if this is the last.

    Attributes:
        total: How many there are on all pages, if that was asked.
    """

    memories: list[MemoryAnswer]
    next: str | None
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody(ApiAnswer):
    """What is wrong: its kind, and the way out; `field` names a part of a request."""

    type: str
    message: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAnswer(ApiAnswer):
    """How every error is told."""

    error: ErrorBody


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationAnswer(ApiAnswer):
    """What became of one of several changes: status and error as of a single call."""

    status: int
    memory: MemoryAnswer | None = None
    error: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAnswer(ApiAnswer):
    """What became of each change, in their order."""

    results: list[OperationAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionAnswer(ApiAnswer):
    """What a memory said before, since when, and whether a person wrote it."""

    content: str
    at: str
    by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsAnswer(ApiAnswer):
    """All that a memory said before, the oldest first."""

    versions: list[VersionAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterAnswer(ApiAnswer):
    """Somebody who remembers."""

    name: str
    user: str
    changed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CharactersAnswer(ApiAnswer):
    """Who remembers something, who was changed last first."""

    characters: list[CharacterAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsAnswer(ApiAnswer):
    """How much a character remembers; `due` texts wait for their meaning."""

    messages: int
    chats: int
    notes: int
    embedded: int
    due: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatNameAnswer(ApiAnswer):
    """What a program calls a chat."""

    host: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer(ApiAnswer):
    """A chat; `revision` rises with every change of what stands in it."""

    id: str
    title: str
    names: list[ChatNameAnswer]
    messages: int
    created_at: str
    seen_at: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatsAnswer(ApiAnswer):
    """The chats of a character, the one that was seen last first."""

    chats: list[ChatAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer(ApiAnswer):
    """One place of a chat.

    Attributes:
        position: Its place, from 0.
        hidden: Kept out of the program's prompt.
        provisional: A last reply that no later window has confirmed.
        client_id: The program's own id of it.
        memory: What is remembered of it: corrected by hand, or as it was said.
    """

    position: int
    hidden: bool
    provisional: bool
    client_id: str | None
    memory: MemoryAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesAnswer(ApiAnswer):
    """A part of a chat, oldest first, and how many messages there are in all."""

    messages: list[LineAnswer]
    total: int
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAnswer(ApiAnswer):
    """What was taken away; `undo` brings it back, and is empty if nothing was."""

    undo: str
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoableAnswer(ApiAnswer):
    """Something that can be undone."""

    id: str
    title: str
    at: str
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoablesAnswer(ApiAnswer):
    """What can be undone, the newest first."""

    undoable: list[UndoableAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneAnswer(ApiAnswer):
    """What was brought back, and what was left alone because it went on since."""

    chats: int
    notes: int
    kept: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedAnswer(ApiAnswer):
    """What a window changed; `chat` is none for what is not kept."""

    stored: bool
    chat: ChatAnswer | None
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAnswer(ApiAnswer):
    """A text for the prompt, empty if there is nothing to say, and what it tells."""

    text: str
    tokens: int
    parts: dict[str, int]
    memories: list[RecalledAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAnswer(ApiAnswer):
    """What memory adds to a prompt.

    Attributes:
        head: The same from turn to turn until one of its sources changes.
        recall: What this message brings to mind.
        positions: Where each block goes; see `injection_location` in the settings.
        left_out: Recalled, and without room.
        intent: What kind of message it is; empty if nothing was looked for.
        needed: The chance that anything that was told helps, 0 to 1.
        lexical_only: Only words were compared: meanings are not ready.
        note: A line for the user if something was amiss.
    """

    head: BlockAnswer
    recall: BlockAnswer
    positions: dict[str, str]
    left_out: list[RecalledAnswer]
    intent: str
    needed: float
    lexical_only: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAnswer(ApiAnswer):
    """What a turn changed, and what memory adds to its prompt."""

    observed: ObservedAnswer
    prompt: PromptAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTurnsAnswer(ApiAnswer):
    """The last turns of chats, the newest first; each as `GET /api/ltm/last`."""

    turns: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallAnswer(ApiAnswer):
    """What a message brings to mind, best first; see `PromptAnswer`."""

    memories: list[RecalledAnswer]
    intent: str
    needed: float
    silent: bool
    lexical_only: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HitAnswer(ApiAnswer):
    """A memory that was found; `words` if it holds all words of what was asked."""

    memory: MemoryAnswer
    chance: float | None
    words: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HitsAnswer(ApiAnswer):
    """What was found, best first, and a line for the user if something was amiss."""

    hits: list[HitAnswer]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateAnswer(ApiAnswer):
    """A memory that could have come to mind; `reason` says why it did not."""

    memory: MemoryAnswer
    score: float
    chance: float | None
    distance: float | None
    signals: dict[str, float]
    superseded_by: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanAnswer(ApiAnswer):
    """A stretch of time; its end is not in it."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationAnswer(ApiAnswer):
    """How a message was read, and what became of every candidate.

    Attributes:
        readings: What was looked for.
        about: Whom it is about, if that is clear.
        dates: The stretches of time that it names.
    """

    readings: list[str]
    about: str | None
    dates: list[SpanAnswer]
    intent: str
    needed: float
    silent: bool
    lexical_only: bool
    note: str
    candidates: list[CandidateAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryAnswer(ApiAnswer):
    """A summary, and how it stands.

    Attributes:
        tier: chunk, chapter or story.
        chat: Our id of its chat.
        first: The first message that it tells, from 1.
        last: The last one.
        model: Which model wrote it; empty for a choice of sentences.
        in_prompt: Something of it stood in the chat's last prompt: `shown`.
        older: It was written by hand before a message that it tells was changed.
        remark: Why some of what a model wrote was not told.
        room: The most tokens for all summaries in the chat's prompts.
    """

    memory: MemoryAnswer
    tier: str
    chat: str
    first: int
    last: int
    model: str
    in_prompt: bool
    shown: str
    older: bool
    remark: str
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariesAnswer(ApiAnswer):
    """The live summaries; `heads` has the head of each chat's last prompt, by chat."""

    summaries: list[SummaryAnswer]
    heads: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAnswer(ApiAnswer):
    """How many summaries were made."""

    made: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteAnswer(ApiAnswer):
    """What a summary says, and what it would say if it were made anew."""

    id: str
    now: str
    anew: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RewritesAnswer(ApiAnswer):
    """The summaries that would read otherwise."""

    rewrites: list[RewriteAnswer]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswer(ApiAnswer):
    """What goes, or went, of one character; see `ltm forget` for each count."""

    character: str
    messages: int
    copies: int
    notes: int
    corrections: int
    summaries: int
    locked: int
    chats: list[str]
    touched: list[str]
    examples: list[str]
    client_texts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenAnswer(ApiAnswer):
    """What goes, or went; `also_kept_by` names others who keep some of it."""

    forgotten: bool
    plans: list[PlanAnswer]
    also_kept_by: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnswer(ApiAnswer):
    """Something that changed: a memory or a chat, by its id; or it is gone."""

    kind: str
    id: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesAnswer(ApiAnswer):
    """What changed since a cursor; with `reset`, read everything again."""

    changes: list[ChangeAnswer]
    cursor: str
    reset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceAnswer(ApiAnswer):
    """What holds: the chat's own word, else the character's, else the settings'."""

    remembers: str
    recalls_from: str
    budget: int | None
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAnswer(ApiAnswer):
    """What is set; none where it is left open."""

    remembers: str | None
    recalls_from: str | None
    budget: int | None
    position: str | None
    in_force: InForceAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class StorylineAnswer(ApiAnswer):
    """A named set of chats; new chats join the newest."""

    id: str
    name: str
    begun_at: str | None
    chats: list[str]
    newest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StorylinesAnswer(ApiAnswer):
    """A character's storylines, in the order in which they were begun."""

    storylines: list[StorylineAnswer]
