"""The prompt of a reply: system prompt, memories, the newest messages.

Owns: what stands where, how much of the conversation is sent, and what the replies of
    a conversation keep.
Knows nothing of: the model, sockets, routes. All is synchronous.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ..core.prompt.budget import BudgetPolicy, PromptPlan, PromptRoom
from ..core.types import Context, Query, Role, TokenCounter, WindowMessage
from ..engine.compose import Request
from ..errors import InvalidInput
from ..importers.speech import expand
from ..models.tokens import remembering
from .insights import Insight
from .lazy_platform import LazyPlatform
from .opened import HOST, OpenConversation
from .people import called
from .prompt_template import PromptTemplate, PromptValues
from .records import (
    Character,
    MessageRecord,
    MessageStatus,
    MessageType,
    SenderType,
)

FRAME_TOKENS: Final = 4
"""What stands around one message: its role and its marks."""

BEFORE: Final = 4
"""Messages before the newest by which a text is read that says little by itself."""

WINDOWS: Final = (50, 200, 1_000)
"""Messages that are looked at for a window told in tokens, more while all of them have
room in it."""

EXPLICIT: Final = "Explicit scenes are welcome where they fit the story."
NOT_EXPLICIT: Final = "Keep it free of explicit sexual scenes."

# What stands in cards between the talks that are shown as examples.
_START: Final = re.compile(r"\s*<START>\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPrompt:
    """What a model is asked for a reply.

    Attributes:
        messages: Each with `role` and `content`, the system prompt first.
        stop: Texts at which the model is to end: the user's name.
        recent: The messages that it shows.
        character_id: Who answers.
        answered: Ids of the user's messages that the reply is to.
        context: What memory adds.
    """

    messages: tuple[dict[str, str], ...]
    stop: tuple[str, ...]
    recent: tuple[MessageRecord, ...]
    character_id: str
    answered: tuple[str, ...]
    context: Context


class Prompts:
    """Writes the prompts of replies.

    Attributes:
        count: Counts tokens.
        modes: What each mode asks for.
    """

    def __init__(
        self,
        lazy: LazyPlatform,
        template: PromptTemplate,
        count: TokenCounter,
    ) -> None:
        """Prepare.

        Args:
            lazy: The conversations.
            template: Of the system prompt.
            count: Counts tokens.
        """
        self._lazy = lazy
        self._template = template
        self.modes = lazy.modes
        self.count = remembering(count)

    def write(
        self,
        user: str,
        conversation_id: str,
        *,
        window_tokens: int | None = None,
        anew: bool = False,
    ) -> ReplyPrompt | None:
        """Return the prompt of the reply to the newest message.

        Args:
            user: Whose conversation it is.
            conversation_id: Which.
            window_tokens: Show so many tokens of the conversation, as far as there is
                room; None shows so many messages as the settings say.
            anew: The newest reply is written again, so it is not shown.

        Returns:
            The prompt; None if no message of the user waits for a reply.

        Raises:
            NotFound: There is no such conversation.
            Conflict: Its character was deleted.
        """
        opened = self._lazy().conversations.open(user, conversation_id)
        with opened.bank.turn():
            return self._written(opened, window_tokens, anew=anew)

    def prepare(self, user: str, conversation_id: str) -> None:
        """Have at hand what the next prompt of a conversation is made of.

        Raises:
            NotFound: There is no such conversation.
            Conflict: Its character was deleted.
        """
        opened = self._lazy().conversations.open(user, conversation_id)
        with opened.bank.turn():
            self._window(opened, None)
            opened.chat.has_facts()
            opened.bank.prepare()

    def preview(self, character: Character, user: str, mode: str = "default") -> str:
        """Return the system prompt as it is for a character before any memory.

        Raises:
            InvalidInput: There is no such mode.
        """
        known = {**self.modes.prompts, **character.modes}
        if mode not in known:
            raise InvalidInput(
                f"There is no mode {mode!r}; there are {', '.join(known)}.",
                field="mode",
            )
        return self._template.fill(self._values(character, user, mode))

    # -- inside ------------------------------------------------------------------

    def _written(
        self, opened: OpenConversation, window_tokens: int | None, *, anew: bool
    ) -> ReplyPrompt | None:
        recent = self._window(opened, window_tokens)
        if anew:
            recent = _without_reply(recent)
        answered = _unanswered(recent)
        if not answered:
            return None
        # A reply is to all that waits, also to what has no room any more.
        former = self._lazy().messages.waiting_before(recent[0].id)
        # What came while a reply was written stands before it, and is answered now.
        recent = [one for one in recent if one not in answered] + answered
        values = self._values(opened.character, opened.user, opened.mode)
        plan = self._plan(opened, values, recent)
        sent = recent[plan.first :]
        context = self._recalled(opened, values, sent, plan, anew=anew)
        return ReplyPrompt(
            messages=self._messages(values, sent, context),
            stop=(f"\n{values.user}:",),
            recent=tuple(sent),
            character_id=opened.character.id,
            answered=(*former, *(one.id for one in answered)),
            context=context,
        )

    def _window(
        self, opened: OpenConversation, tokens: int | None
    ) -> list[MessageRecord]:
        settings = self._lazy().engine.settings.companion
        messages = self._lazy().messages
        if tokens is None:
            return messages.recent(opened, settings.context_messages)
        recent, first = list[MessageRecord](), 0
        for most in WINDOWS:
            recent = messages.recent(opened, most)
            first = self._first_within(recent, tokens)
            if first > 0 or len(recent) < most:
                break
        return recent[first:]

    def _first_within(self, recent: Sequence[MessageRecord], tokens: int) -> int:
        """Return where the messages begin that have room; the newest always has."""
        taken = 0
        for at in range(len(recent) - 1, -1, -1):
            taken += self.count(recent[at].content) + FRAME_TOKENS
            if taken > tokens and len(recent) - at > 1:
                return at + 1
        return 0

    def _values(self, character: Character, user: str, mode: str) -> PromptValues:
        name = called(user)
        asked = {**self.modes.prompts, **character.modes}
        told = PromptValues(
            name=character.name,
            user=name,
            age=character.age,
            gender=character.gender,
            traits=_joined(", ".join(character.traits), character.personality),
            background=_joined(
                _joined(
                    character.description, character.background, character.scenario
                ),
                _examples(character),
                between="\n\n",
            ),
            instructions=character.instructions.strip(),
            mode=asked.get(mode, ""),
            nsfw=EXPLICIT if character.nsfw else NOT_EXPLICIT,
        )
        return PromptValues(
            **{
                one: expand(text, user=name, character=character.name)
                for one, text in told.by_name().items()
            }
        )

    def _plan(
        self,
        opened: OpenConversation,
        values: PromptValues,
        recent: Sequence[MessageRecord],
    ) -> PromptPlan:
        settings = self._lazy().engine.settings
        lengths = [self.count(one.content) + FRAME_TOKENS for one in recent]
        others = opened.chat.is_told_of_others()
        room = PromptRoom(
            context=settings.upstream.llm_context_tokens
            or settings.companion.context_tokens,
            fixed=self.count(self._template.fill(values)) + FRAME_TOKENS,
            newest=lengths[-1],
            history=lambda _: lengths[:-1],
            reply=settings.companion.reply_max_tokens,
            summary=settings.summaries.story_tokens,
            before=settings.summaries.before_tokens if others else 0,
            pinned=opened.bank.has_head_notes(),
            facts=settings.facts.fact_tokens if opened.chat.has_facts() else 0,
        )
        return self._lazy().engine.plan_prompt(
            (HOST, opened.user, opened.id),
            room,
            BudgetPolicy(steady=False),
        )

    def _recalled(
        self,
        opened: OpenConversation,
        values: PromptValues,
        sent: Sequence[MessageRecord],
        plan: PromptPlan,
        *,
        anew: bool,
    ) -> Context:
        asked = next(one for one in reversed(sent) if _is_users(one))
        before = [one for one in sent if one is not asked][-BEFORE:]
        query = Query(
            text=asked.content,
            before=tuple(
                WindowMessage(role=_role(one), content=one.content) for one in before
            ),
            # What is written anew stands in the chat still, and is not recalled.
            visible=opened.chat.newest_ids(len(sent) + anew),
        )
        return opened.chat.compose(
            Request(
                query=query,
                user_name=values.user,
                character_name=values.name,
                head_tokens=plan.head,
                recall_tokens=plan.recall,
                summary_tokens=plan.summary,
                count=self.count,
                shown=frozenset(one.content for one in sent),
            )
        )

    def _messages(
        self, values: PromptValues, sent: Sequence[MessageRecord], context: Context
    ) -> tuple[dict[str, str], ...]:
        memories = _joined(context.head.text, context.recall.text)
        if not self._template.holds_conversation:
            system = self._template.fill(replace(values, memories=memories))
            return ({"role": "system", "content": system}, *map(_turn, sent))
        # All but the newest message stands in the system prompt.
        names = {"user": values.user, "assistant": values.name}
        shown = [_turn(one) for one in sent[:-1]]
        lines = [f"{names[one['role']]}: {one['content']}" for one in shown]
        filled = replace(values, memories=memories, conversation="\n".join(lines))
        system = self._template.fill(filled)
        return ({"role": "system", "content": system}, _turn(sent[-1]))


def context_record(prompt: ReplyPrompt, insight: Insight) -> dict[str, Any]:
    """Return what a reply rests on, for debugging: the contract's own names.

    Args:
        prompt: Of the reply.
        insight: What is made out of its conversation.
    """
    told = (*prompt.context.recall.items, *prompt.context.head.items)
    return {
        "recentMessages": [
            {
                "role": _role(one),
                "content": one.content,
                "timestamp": one.created_at,
            }
            for one in prompt.recent
        ],
        "activeMemories": [
            {
                "memoryId": one.memory.id,
                "relevance": one.chance,
                "content": one.memory.content,
            }
            for one in told
        ],
        "state": {
            "currentTopic": insight.topics.current,
            "mood": insight.mood,
            "nsfwLevel": None,
            "lastUserIntent": prompt.context.intent or None,
        },
    }


def _examples(character: Character) -> str:
    """Return how a character talks, told as such; empty if no card tells it."""
    told = _START.sub("\n", character.example_messages).strip()
    return f"An example of how {character.name} talks:\n{told}" if told else ""


def _joined(*parts: str, between: str = "\n") -> str:
    return between.join(part.strip() for part in parts if part.strip())


def _is_users(message: MessageRecord) -> bool:
    return message.sender_type is SenderType.USER


def _role(message: MessageRecord) -> Role:
    return "user" if _is_users(message) else "assistant"


def _turn(message: MessageRecord) -> dict[str, str]:
    """Return a message as a model reads it."""
    said = {
        MessageType.IMAGE: f"[A picture: {message.content}]",
        MessageType.SYSTEM: f"[{message.content}]",
    }.get(message.type, message.content)
    return {"role": _role(message), "content": said}


def _unanswered(recent: Sequence[MessageRecord]) -> list[MessageRecord]:
    """Return the user's messages after the last reply, and what none was made for."""
    found: list[MessageRecord] = []
    is_last = True
    for one in reversed(recent):
        is_last = is_last and _is_users(one)
        if is_last or (_is_users(one) and one.status is not MessageStatus.READ):
            found.insert(0, one)
    return found


def _without_reply(recent: Sequence[MessageRecord]) -> list[MessageRecord]:
    """Return messages without the reply at their end."""
    kept = [*recent]
    if kept and not _is_users(kept[-1]):
        kept.pop()
    return kept
