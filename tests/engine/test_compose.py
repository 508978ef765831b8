"""The blocks for a prompt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from long_term_memory.config import Settings
from long_term_memory.core.types import (
    Context,
    MemoryItem,
    MemoryKind,
    Query,
    Recalled,
    ScoreParts,
)
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.compose import (
    NOTHING_TOLD,
    Drawn,
    Tales,
    compose,
    story_tokens,
)
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.records import RecallResult
from long_term_memory.engine.summarization.tales import NO_TALE, Tale

from .builders import a_chat, a_request, window

CAT = "> My cat is called Miso and she loves tuna."


def test_the_head_block_stays_the_same_bytes_while_its_sources_do(bank: Bank) -> None:
    bank.memories.add("Miku speaks in short sentences.", pinned=True)
    chat = a_chat(bank, "one", CAT)
    first = chat.compose(a_request("Hello")).head.text

    for number in range(5):
        chat.observe(window(CAT, f"Reply {number}.", f"> Message {number}."))
        assert chat.compose(a_request(f"Message {number}")).head.text == first

    bank.memories.add("Miku likes leeks.", pinned=True)
    assert chat.compose(a_request("Hello")).head.text != first


def test_what_is_pinned_is_not_recalled_as_well(bank: Bank) -> None:
    a_chat(bank, "one", CAT)
    two = a_chat(bank, "two", "> Tell me about Miso.")
    [memory] = [m for m in bank.memories.list() if "tuna" in m.content]
    bank.memories.pin(memory.id)

    context = two.compose(a_request("What does my cat Miso love?"))

    assert "tuna" in context.head.text
    assert "tuna" not in context.recall.text


def test_blocks_keep_to_their_tokens_and_say_what_was_left_out(bank: Bank) -> None:
    facts = [f"> Miso the cat did thing number {n} on that day." for n in range(12)]
    a_chat(bank, "one", *facts)
    two = a_chat(bank, "two", "> What did Miso do?")

    context = two.compose(a_request("What did Miso the cat do?", recall_tokens=40))

    assert 0 < context.recall.tokens <= 40
    assert len(context.recall.text.split()) == context.recall.tokens
    assert context.left_out


def test_facts_beside_what_is_pinned_keep_to_the_head_to_the_last_token(
    bank: Bank,
) -> None:
    bank.memories.add("Miku is blunt.", pinned=True)
    chat = bank.chat("one", host="test")
    told = (
        "> My sister is called Ana.",
        "> I'm allergic to peanuts.",
        "> I live in Rome.",
    )
    chat.observe(window(*told, *["> look at the rain"] * 14))

    for room in range(150):
        request = a_request("Rain?", head_tokens=room, count=len)
        assert len(chat.compose(request).head.text) <= room
    assert "allergic" in chat.compose(request).head.text


def test_without_memories_there_are_no_blocks(bank: Bank) -> None:
    context = bank.chat("new", host="test").compose(a_request("Hello there"))

    assert (context.head.text, context.recall.text) == ("", "")


def test_what_the_host_sends_anyway_is_not_repeated_from_another_chat(
    bank: Bank,
) -> None:
    a_chat(bank, "one", CAT)
    two = a_chat(bank, "two", CAT)
    asked = "What does my cat Miso love?"

    shown = frozenset({CAT.removeprefix("> ")})

    assert "tuna" not in two.compose(a_request(asked, shown=shown)).recall.text


TALE = " ".join(
    [
        *["The wind was soft and the water lay quite still."] * 30,
        "The key of the mill lies under the blue stone.",
        *["So it went on and on until the evening came."] * 30,
    ]
)


def test_a_long_memory_is_shortened_to_what_is_asked_for(bank: Bank) -> None:
    a_chat(bank, "one", f"> {TALE}", "Hm.")
    two = a_chat(bank, "two", "> Hello again.")

    text = two.compose(a_request("Where is the key of the mill?")).recall.text

    assert "under the blue stone" in text
    assert len(text) < 1200


def test_one_line_memories_write_one_sentence_each(bank: Bank, engine: Engine) -> None:
    a_chat(bank, "one", f"> {TALE}", "Hm.")
    two = a_chat(bank, "two", "> Hello again.")
    brief = replace(engine.settings.summaries, one_line_memories=True)
    engine.configure(replace(engine.settings, summaries=brief))

    text = two.compose(a_request("Where is the key of the mill?")).recall.text

    assert "Anon: The key of the mill lies under the blue stone." in text
    assert "wind" not in text


def test_what_the_story_tells_is_not_recalled_as_well(bank: Bank) -> None:
    fact = "Yesterday I hid the silver key in the mill of Bergen."
    chat = a_chat(bank, "one", f"> {fact}", *["Hm."] * 60)
    query = Query(text="Where is the silver key?", visible=chat.newest_ids(30))
    request = a_request("Where is the silver key?", query=query, summary_tokens=500)
    before = chat.compose(replace(request, summary_tokens=0))
    assert bank.settle(20)

    context = chat.compose(request)

    assert fact in before.recall.text
    assert fact in context.head.text
    assert fact not in context.recall.text


def test_a_question_for_what_was_never_told_is_told_so_if_that_is_wanted(
    bank: Bank, engine: Engine
) -> None:
    chat = a_chat(bank, "one", "> I paint horses.", "Lovely.")
    judged = RecallResult(kind="question", needed=0.2, silent=True)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    wanted = replace(engine.settings.prompt, tell_nothing_told=True)
    telling = replace(engine.settings, prompt=wanted)
    request = a_request("What is my blood type?")

    def written(
        settings: Settings, found: RecallResult = judged, room: int = 200
    ) -> str:
        asked = replace(request, recall_tokens=room)
        return compose(asked, found, [], Tales(), settings, now, Drawn()).recall.text

    assert written(telling) == NOTHING_TOLD
    assert written(engine.settings) == ""
    assert written(telling, room=2) == ""
    assert written(telling, replace(judged, silent=False)) == ""
    assert written(telling, replace(judged, kind="small talk")) == ""
    assert chat.compose(request).intent == "question"


def a_memory(content: str, kind: MemoryKind = MemoryKind.SUMMARY) -> MemoryItem:
    now = datetime(2026, 3, 3, tzinfo=UTC)
    return MemoryItem(id=content[:9], kind=kind, content=content, created_at=now)


def asked_for_the_story(
    settings: Settings, story: Tale, retold: Tale, found: RecallResult
) -> Context:
    """Compose for one who asks for the story, which the head tells in part."""
    request = a_request("Tell me our story.", summary_tokens=200)
    tales = Tales(story=story, retold=retold)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return compose(request, found, [], tales, settings, now, Drawn())


def test_the_rest_of_the_story_keeps_its_days_and_every_line_of_its_own(
    engine: Engine,
) -> None:
    told = a_memory(
        "[4 March 2026]\nTess: The king of Porto died at last.\n"
        "Kit: I saw: Rosa left Tom."
    )
    whole = a_memory(
        "[3 March 2026]\nTess: The gate of Porto fell that night.\n"
        "[4 March 2026]\nTess: The king of Porto died at last.\n"
        "Tess: The horse of Mira ran off at dawn.\nAnn: Rosa left Tom."
    )

    context = asked_for_the_story(
        engine.settings, Tale([told]), Tale([whole]), RecallResult(kind="question")
    )

    more = context.recall.text
    assert "[3 Mar 2026] Tess: The gate of Porto fell that night." in more
    assert "[4 Mar] The horse of Mira ran off at dawn." in more
    assert "Ann: Rosa left Tom." in more
    assert "king" not in more


def test_where_the_head_tells_all_of_the_story_the_rest_is_recalled(
    engine: Engine,
) -> None:
    told = Tale([a_memory("Tess: The king died.")])
    fact = a_memory("The horse is called Ember.", MemoryKind.NOTE)
    found = RecallResult(found=[Recalled(fact, 1.0, ScoreParts())], kind="question")
    wanted = replace(engine.settings.prompt, tell_nothing_told=True)
    telling = replace(engine.settings, prompt=wanted)
    silent = RecallResult(kind="question", silent=True)

    assert "Ember" in asked_for_the_story(telling, told, told, found).recall.text
    assert asked_for_the_story(telling, told, told, silent).recall.text == ""


def test_chats_of_nothing_take_no_room_from_the_story(engine: Engine) -> None:
    request = a_request("Hm?", summary_tokens=300)
    silence, told = Tale([a_memory("")]), Tale([a_memory("Tess: It rained.")])

    rooms = [
        story_tokens(request, engine.settings, before)
        for before in (NO_TALE, silence, told)
    ]

    assert rooms == [300, 300, 150]


def test_the_head_is_chosen_once_however_often_all_is_asked_for(bank: Bank) -> None:
    lines = [f"> My boat number {n} sank in Porto." for n in range(60)]
    chat = a_chat(bank, "one", *lines)
    counted = []

    def count(text: str) -> int:
        counted.append(text)
        return len(text.split())

    def cost(text: str) -> int:
        counted.clear()
        query = Query(text=text, visible=chat.newest_ids(30))
        chat.compose(a_request(text, query=query, summary_tokens=25, count=count))
        return len(counted)

    first = cost("Hm?")
    assert bank.settle(20)
    cost("Hm?")

    assert cost("Hm?") < first
    # All of it is chosen each time, and drives nothing out.
    assert len({cost("Tell me our story so far.") for _ in range(20)}) == 1
