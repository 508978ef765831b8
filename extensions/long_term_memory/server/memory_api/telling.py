"""What the engine returns, as the memory API tells it.

Owns: the way from the engine's values to answers.
Knows nothing of: routes, requests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from starlette.background import BackgroundTask

from ...core.forgetting.planner import ForgetPlan
from ...core.knowledge.emotion import grouped
from ...core.knowledge.importance import out_of_ten
from ...core.knowledge.mood import Mood
from ...core.types import Block, Candidate, Context, Explanation, MemoryItem, Recalled
from ...editor.chances import is_to_be_safe
from ...engine.bank import Bank
from ...engine.knowledge.emotions import ChatMood, Felt
from ...engine.pages import MemoryPage
from ...engine.records import ChatInfo, RecallResult
from ...engine.revising import tag_of
from ...engine.summarization.tales import Rewrite, SummaryInfo
from ...web.responses import PlainJSON
from ..last_request import signals_of
from .schemas import answers, moods

DIGITS = 3


def sent(
    answer: answers.ApiAnswer,
    *,
    status: int = 200,
    etag: str = "",
    after: Callable[[], None] | None = None,
) -> PlainJSON:
    """Return an answer as it is sent.

    Args:
        answer: What is told.
        status: Of the answer.
        etag: The tag of what is told, if it has one.
        after: Done once it is sent, for nobody waits for it.
    """
    headers = {"etag": f'"{etag}"'} if etag else None
    later = None if after is None else BackgroundTask(after)
    return PlainJSON(answer, status_code=status, headers=headers, background=later)


def moment(at: datetime) -> str:
    """Return a time."""
    return at.isoformat()


def _fields(memory: MemoryItem) -> dict[str, Any]:
    return {
        "id": memory.id,
        "kind": memory.kind.value,
        "content": memory.content,
        "name": memory.name,
        "role": memory.role,
        "happened_at": memory.happened_at and moment(memory.happened_at),
        "created_at": moment(memory.created_at),
        "sources": list(memory.sources),
        "chat": memory.chat,
        "pinned": memory.pinned,
        "edited": memory.edited,
        "hidden": memory.hidden,
        "deleted": memory.deleted,
        "tags": list(memory.tags),
        "etag": tag_of(memory),
    }


def memory_answer(memory: MemoryItem) -> answers.MemoryAnswer:
    """Tell of a memory."""
    return answers.MemoryAnswer(**_fields(memory))


def felt_answer(bank: Bank, memory: MemoryItem) -> answers.MemoryAnswer:
    """Tell of a memory of a bank, with what it shows of feelings and weighs."""
    [felt] = bank.emotions.felt([memory])
    return _felt(felt)


def felt_answers(
    bank: Bank, memories: Sequence[MemoryItem]
) -> list[answers.MemoryAnswer]:
    """Tell of several; see `felt_answer`."""
    return [_felt(one) for one in bank.emotions.felt(memories)]


def detail_answer(
    bank: Bank, memory: MemoryItem, recalled_at: datetime | None
) -> answers.MemoryDetailAnswer:
    """Tell of a memory, and when it was recalled last."""
    [felt] = bank.emotions.felt([memory])
    return answers.MemoryDetailAnswer(
        **_felt_fields(felt),
        recalled_at=None if recalled_at is None else moment(recalled_at),
    )


def _felt(felt: Felt) -> answers.MemoryAnswer:
    return answers.MemoryAnswer(**_felt_fields(felt))


def _felt_fields(felt: Felt) -> dict[str, Any]:
    return {
        **_fields(felt.memory),
        "emotion": answers.EmotionAnswer(
            label=felt.emotion.label,
            group=felt.emotion.group,
            labels=list(felt.emotion.labels),
            intensity=_rounded(felt.emotion.intensity),
        ),
        "importance": _rounded(felt.importance),
        "importance_of_ten": out_of_ten(felt.importance),
    }


def mood_answer(found: ChatMood) -> moods.MoodAnswer:
    """Tell the mood of a chat and of each who speaks."""
    return moods.MoodAnswer(
        chat=_mood("", found.chat),
        speakers=[_mood(name, one) for name, one in found.speakers.items()],
    )


def _mood(name: str, mood: Mood) -> moods.MoodOfOneAnswer:
    shares = grouped(mood.shares)
    return moods.MoodOfOneAnswer(
        name=name,
        label=mood.label,
        group=mood.group,
        intensity=_rounded(mood.intensity),
        shares={group: _rounded(share) for group, share in shares.items()},
        messages=mood.messages,
    )


def _rounded(value: float) -> float:
    return round(value, DIGITS)


def page_answer(bank: Bank, page: MemoryPage, total: int | None) -> answers.PageAnswer:
    """Tell a page of memories, and how many there are in all, if that is known."""
    return answers.PageAnswer(
        memories=felt_answers(bank, page.memories),
        next=page.cursor or None,
        total=total,
    )


def recalled_answer(item: Recalled) -> answers.RecalledAnswer:
    """Tell of a memory that was recalled."""
    return answers.RecalledAnswer(
        **_fields(item.memory),
        score=item.score,
        chance=item.chance,
        to_be_safe=is_to_be_safe(item.chance),
        signals=signals_of(item),
        superseded_by=item.superseded_by,
    )


def recall_answer(found: RecallResult, least: float) -> answers.RecallAnswer:
    """Tell what was recalled, as far as it is likely enough."""
    return answers.RecallAnswer(
        memories=[
            recalled_answer(one) for one in found.found if (one.chance or 0.0) >= least
        ],
        intent=found.intent,
        needed=found.needed,
        silent=found.silent,
        lexical_only=found.lexical_only,
        note=found.note,
    )


def prompt_answer(context: Context, positions: dict[str, str]) -> answers.PromptAnswer:
    """Tell what was composed, and where it goes."""
    return answers.PromptAnswer(
        head=_block(context.head),
        recall=_block(context.recall),
        positions=positions,
        left_out=[recalled_answer(one) for one in context.left_out],
        intent=context.intent,
        needed=context.needed,
        lexical_only=context.lexical_only,
        note=context.note,
    )


def _block(block: Block) -> answers.BlockAnswer:
    return answers.BlockAnswer(
        text=block.text,
        tokens=block.tokens,
        parts=dict(block.parts),
        memories=[recalled_answer(one) for one in block.items],
    )


def explanation_answer(explanation: Explanation) -> answers.ExplanationAnswer:
    """Tell how a message was read, and what became of every candidate."""
    return answers.ExplanationAnswer(
        readings=list(explanation.readings),
        about=explanation.about,
        dates=[
            answers.SpanAnswer(start=moment(start), end=moment(end))
            for start, end in explanation.dates
        ],
        intent=explanation.intent,
        needed=explanation.needed,
        silent=explanation.silent,
        lexical_only=explanation.lexical_only,
        note=explanation.note,
        candidates=[_candidate(one) for one in explanation.candidates],
    )


def _candidate(one: Candidate) -> answers.CandidateAnswer:
    return answers.CandidateAnswer(
        memory=memory_answer(one.memory),
        score=one.score,
        chance=one.chance,
        distance=one.distance,
        signals={signal.name: signal.part for signal in one.signals},
        superseded_by="" if one.superseded_by is None else one.superseded_by.id,
        reason=None if one.reason is None else one.reason.value,
    )


def chat_answer(chat: ChatInfo) -> answers.ChatAnswer:
    """Tell of a chat."""
    return answers.ChatAnswer(
        id=chat.id,
        title=chat.title,
        names=[
            answers.ChatNameAnswer(host=host, name=name) for host, name in chat.names
        ],
        messages=chat.messages,
        created_at=moment(chat.created_at),
        seen_at=moment(chat.seen_at),
        revision=chat.revision,
    )


def summary_answer(told: SummaryInfo) -> answers.SummaryAnswer:
    """Tell of a summary."""
    return answers.SummaryAnswer(
        memory=memory_answer(told.memory),
        tier=told.tier.value,
        chat=told.chat,
        first=told.first,
        last=told.last,
        model=told.model,
        in_prompt=told.in_prompt,
        shown=told.shown,
        older=told.older,
        remark=told.remark,
        room=told.room,
    )


def rewrites_answer(rewrites: Sequence[Rewrite]) -> answers.RewritesAnswer:
    """Tell what summaries would read if they were made anew."""
    return answers.RewritesAnswer(
        rewrites=[
            answers.RewriteAnswer(
                id=one.told.memory.id, now=one.told.memory.content, anew=one.text
            )
            for one in rewrites
        ]
    )


def plan_answer(character: str, plan: ForgetPlan) -> answers.PlanAnswer:
    """Tell what goes, or went, of one character."""
    return answers.PlanAnswer(
        character=character,
        messages=plan.messages,
        copies=plan.copies,
        notes=plan.notes,
        corrections=plan.corrections,
        summaries=plan.summaries,
        locked=plan.locked,
        chats=list(plan.chats),
        touched=list(plan.touched),
        examples=list(plan.examples),
        client_texts=plan.client_texts,
    )
