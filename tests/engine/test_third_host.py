"""A host that nobody has written yet: it counts, shows and sends, and that is all."""

from __future__ import annotations

from dataclasses import dataclass, field

from long_term_memory.core.prompt.budget import BudgetPolicy, PromptRoom
from long_term_memory.core.types import Context, Query, Window, WindowMessage
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.ingestion.chat_finder import ChatHints

from .builders import shown
from .conftest import MIKU

HOST = "a third host"
CONTEXT = 2048
REPLY = 400
PERSONA = "word " * 200
BEES = "> My sister Ilse keeps bees in the old mill by the river."


def words(text: str) -> int:
    return len(text.split())


@dataclass(slots=True)
class ThirdHost:
    """Sends a chat to a model, with memory; of both it decides nothing itself."""

    engine: Engine
    lines: list[WindowMessage] = field(default_factory=list)

    def send(self, text: str, reply: str = "I see.") -> tuple[str, Context]:
        """Say something; return all that the model was sent, and memory's part."""
        self.lines.append(shown(f"> {text.removeprefix('> ')}"))
        window = Window(messages=tuple(self.lines), complete=False)
        located = self.engine.find_chat(MIKU, window, ChatHints(host=HOST))
        chat = self.engine.bank(MIKU).chat_at(located.key)
        chat.observe(located.whole(window))
        lengths = [words(line.content) for line in self.lines]
        room = PromptRoom(
            context=CONTEXT,
            fixed=words(PERSONA),
            newest=lengths[-1],
            history=lambda limit: lengths[:-1],
            reply=REPLY,
            summary=600,
        )
        plan = self.engine.plan_prompt(located.key, room, BudgetPolicy())
        sent = self.lines[plan.first :]
        context = chat.compose(
            Request(
                query=Query(text=text, visible=chat.newest_ids(len(sent))),
                user_name="Anon",
                character_name="Miku",
                head_tokens=plan.head,
                recall_tokens=plan.recall,
                summary_tokens=plan.summary,
                count=words,
            )
        )
        self.lines.append(shown(reply))
        spoken = (line.content for line in sent)
        return "\n".join([PERSONA, context.head.text, *spoken]), context


def test_another_host_gets_chats_and_budgets_without_a_line_of_its_own(
    engine: Engine,
) -> None:
    host = ThirdHost(engine)
    host.send(BEES, "How lovely, bees!")
    begins = []
    for number in range(60):
        text = (
            f"On day {number} we walked to the village {number}. " + "It rained. " * 9
        )
        prompt, context = host.send(text, f"Village {number} is a fine one. " * 4)
        begins.append(prompt.split("\n")[2][:40])
        assert words(prompt) + context.recall.tokens <= CONTEXT - REPLY
    assert engine.bank(MIKU).settle(20)

    _, context = host.send("Where does my sister Ilse keep her bees?")

    assert "old mill" in context.head.text + context.recall.text
    assert len(engine.bank(MIKU).chats()) == 1
    # Old messages leave in steps, so that most prompts begin as the one before.
    assert len(set(begins)) < len(begins) / 4
    del host.lines[-4:]
    host.send("No, let us talk of the harbour.")
    assert len(engine.bank(MIKU).chats()) == 1
