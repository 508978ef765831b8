"""What a reply does with the memory: reads the prompt out of it, is stored in it.

Owns: these acts, and what each is told and tells; all of that can be sent to another
    process.
Knows nothing of: the model, sockets, in which process and thread it is called.
"""

from __future__ import annotations

from dataclasses import dataclass

from .lazy_platform import LazyPlatform
from .prompts import Prompts
from .records import MessageMetadata, MessageRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrompt:
    """What a model is asked for a reply, and whom it answers.

    Attributes:
        messages: Each with `role` and `content`, the system prompt first.
        stop: Texts at which the model is to end.
        character_id: Who answers.
        client_id: The client's own id of the newest message that is answered.
        answered: Ids of the user's messages that the reply is to.
    """

    messages: tuple[dict[str, str], ...]
    stop: tuple[str, ...]
    character_id: str
    client_id: str | None
    answered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply as a model wrote it.

    Attributes:
        user: Whose conversation it is.
        conversation_id: Which.
        reply_id: Its id.
        is_swipe: Whether it is another one for the reply that has this id.
        text: Its words, at least one.
        model: How the model calls itself; empty if it does not say.
        tokens: How many it wrote, as it says; None if it does not.
        seconds: How long it took.
    """

    user: str
    conversation_id: str
    reply_id: str
    is_swipe: bool
    text: str
    model: str
    tokens: int | None
    seconds: float


class ReplyActs:
    """The acts; synchronous, safe from any thread."""

    def __init__(self, lazy: LazyPlatform, prompts: Prompts) -> None:
        """Act on conversations; nothing is opened."""
        self._lazy = lazy
        self._prompts = prompts

    def question(
        self, user: str, conversation_id: str, window_tokens: int | None, *, anew: bool
    ) -> ModelPrompt | None:
        """Return what a model is asked; see `Prompts.write` for all of it."""
        prompt = self._prompts.write(
            user, conversation_id, window_tokens=window_tokens, anew=anew
        )
        if prompt is None:
            return None
        return ModelPrompt(
            messages=prompt.messages,
            stop=prompt.stop,
            character_id=prompt.character_id,
            client_id=prompt.recent[-1].client_id,
            answered=prompt.answered,
        )

    def store(self, draft: Draft) -> str:
        """Store a reply; tells `message:received`, or `message:edited` of a swipe.

        Returns:
            The word for its feeling.

        Raises:
            LtmError: See `Messages.add_reply` and `Messages.replace_reply`.
        """
        platform, modes = self._lazy(), self._prompts.modes
        label = platform.engine.emotions(draft.text)[0][0]
        metadata = MessageMetadata(
            tokens=draft.tokens or self._prompts.count(draft.text),
            generation_time=round(draft.seconds, 3),
            model=draft.model or None,
            mood=modes.word_for(label),
        )
        where = draft.user, draft.conversation_id
        if draft.is_swipe:
            platform.messages.replace_reply(
                draft.user, draft.reply_id, draft.text, metadata
            )
        else:
            platform.messages.add_reply(
                *where, draft.text, metadata, reply_id=draft.reply_id
            )
        return modes.feelings.get(label, label)

    def waits(self, user: str, conversation_id: str) -> bool:
        """Say whether a message waits for a reply; see `ReadMessages.waits`."""
        return self._lazy().messages.waits(user, conversation_id)

    def expect(self, user: str, conversation_id: str) -> None:
        """Open a conversation and its memory, for something is likely said there soon.

        The embedding model is loaded, too, if it is not yet.

        Raises:
            LtmError: It cannot be opened; whoever says something is told why.
        """
        self._lazy().engine.embedder.start()
        self._prompts.prepare(user, conversation_id)

    def missed(
        self, user: str, conversation_id: str, message_id: str, limit: int
    ) -> list[MessageRecord]:
        """Return what came after a message; see `ReadMessages.since`."""
        since = self._lazy().messages.since
        return since(user, conversation_id, message_id, limit=limit)
