"""A new chat knows what was lived through in the character's other chats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from long_term_memory.config.knowledge import FactSettings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.records import StoredSummary
from long_term_memory.core.summaries.tiers import Tier
from long_term_memory.core.types import Context, MemoryItem, MemoryKind, Query, Scope
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.engine import Engine
from long_term_memory.testing import ScriptedLLM

from .builders import a_chat, a_request, window
from .conftest import MIKU, Clock
from .test_summaries import lines
from .test_summaries_by_model import moved

FRAME = "[What Anon and Miku lived through before:"
OLD = (
    "> hi there",
    "Hello! How are you?",
    "> I moved to Bergen on Monday, and my sister Mira got married to Tom.",
    "You must be proud of Mira.",
    "> My dog Pickle died last week. I buried him by the mill.",
    "I am so sorry. I promise to plant a tree for Pickle.",
    "> ok good night",
    "Good night!",
)


@pytest.fixture(autouse=True)
def _no_facts(engine: Engine) -> None:
    """Leave the head block to the story: facts are told in tests of their own."""
    engine.configure(replace(engine.settings, facts=FactSettings(facts=False)))


def composed(chat: Chat, text: str = "Hm?", **changes: object) -> Context:
    """Compose as a host does that sends the whole chat."""
    shown = chat.path()
    query = Query(text=text, visible=chat.newest_ids(len(shown)))
    request = a_request(
        text, query=query, **({"summary_tokens": 300, "recall_tokens": 300} | changes)
    )
    return chat.compose(request)


def a_new_chat(bank: Bank, *lines: str, name: str = "new") -> Chat:
    return a_chat(bank, name, *(lines or ("> hey", "Hello, traveller.")))


@pytest.fixture
def old(bank: Bank) -> Chat:
    """A chat that was led some time ago."""
    return a_chat(bank, "old", *OLD)


@pytest.fixture
def known(engine: Engine) -> Callable[..., None]:
    """Change settings of summaries."""

    def change(**changes: object) -> None:
        settings = engine.settings
        told = replace(settings.summaries, **changes)  # type: ignore[arg-type]
        engine.configure(replace(settings, summaries=told))

    return change


def test_what_was_before_is_not_told_anew_while_that_chat_goes_on(
    bank: Bank, old: Chat
) -> None:
    new = a_new_chat(bank)
    before = composed(new, count=len, summary_tokens=900).head.items

    old.observe(window(*OLD, "> We moved back to Oslo.", "Welcome back!"))
    after = composed(new, count=len, summary_tokens=900).head.items

    assert before
    assert all(one is another for one, another in zip(before, after, strict=True))


def test_a_new_chat_is_told_what_was_before(bank: Bank, old: Chat) -> None:
    head = composed(a_new_chat(bank)).head

    assert head.text.startswith(FRAME)
    assert "Mira" in head.text
    assert "Pickle" in head.text
    assert "How are you" not in head.text
    assert dict(head.parts) == {"before": head.tokens}
    assert head.tokens <= 150
    assert all(item.memory.kind is MemoryKind.SUMMARY for item in head.items)


def test_the_first_chat_of_all_is_told_nothing(bank: Bank, old: Chat) -> None:
    assert composed(old).head.text == ""


def test_it_can_be_switched_off_and_keeps_to_its_tokens(
    bank: Bank, old: Chat, known: Callable[..., None]
) -> None:
    chat = a_new_chat(bank)

    known(before_tokens=40)
    assert 0 < composed(chat).head.tokens <= 40
    known(before_this_chat=False)
    assert composed(chat).head.text == ""


def test_a_group_is_told_nothing_of_other_chats(bank: Bank, old: Chat) -> None:
    assert composed(a_new_chat(bank), alone=False).head.text == ""


def test_a_chat_that_is_not_stored_is_told_nothing(bank: Bank, old: Chat) -> None:
    chat = bank.chat("", host="test")
    chat.observe(window("> hey", "Hello."))

    assert composed(chat).head.text == ""


@pytest.mark.parametrize(
    "text",
    ["Let's start a new story!", "Neue Geschichte: du bist Piratin", "重新开始吧"],
)
def test_who_begins_a_new_story_is_told_nothing(
    bank: Bank, old: Chat, text: str
) -> None:
    chat = a_new_chat(bank, f"> {text}", "Gladly.")

    assert composed(chat).head.text == ""
    assert "Mira" not in composed(chat, "so, where were we?").recall.text


def test_it_is_the_same_bytes_while_both_chats_go_on(bank: Bank, old: Chat) -> None:
    chat = a_new_chat(bank)
    first = composed(chat).head.text
    lines = ["> hey", "Hello, traveller."]
    heads = set()
    for number in range(12):
        lines += [f"> My boat number {number} sank in Porto.", "Oh no, not again!"]
        chat.observe(window(*lines))
        old.observe(window(*OLD, "> My aunt Olga died.", f"I am sorry, {number}."))
        assert bank.settle(20)
        heads.add(composed(chat).head.text)

    assert heads == {first}
    assert "Olga" not in first


def test_it_stays_when_summaries_of_the_other_chat_are_made(bank: Bank) -> None:
    """In the background, while the new chat goes on already."""
    lines = [f"> Yesterday I moved {n} boxes to Mira in Bergen." for n in range(60)]
    old = a_chat(bank, "old", *lines)
    chat = a_new_chat(bank)
    first = composed(chat).head.text
    visible = old.newest_ids(10)
    old.compose(a_request("Hm?", query=Query(text="Hm?", visible=visible)))
    assert bank.settle(20)
    assert bank.summaries.listed()

    assert composed(chat).head.text == first != ""


def test_it_stays_when_a_model_writes_anew_what_it_tells(
    engine: Engine, bank: Bank, clock: Clock
) -> None:
    old = a_chat(bank, "old", *lines(100))
    visible = old.newest_ids(20)
    old.compose(
        a_request("Hm?", query=Query(text="Hm?", visible=visible), summary_tokens=300)
    )
    assert bank.settle(20)
    clock.advance(hours=1)
    chat = a_new_chat(bank)
    first = composed(chat).head.text
    clock.advance(minutes=1)

    assert engine.write_summary(ScriptedLLM(moved(3)))

    assert "model" in {one.maker for one in bank.summaries.listed()}
    assert composed(chat).head.text == first != ""


@pytest.fixture
def long(bank: Bank, clock: Clock) -> Chat:
    """A chat so long that it is told by a chapter where room is short."""
    old = a_chat(bank, "old", *lines(80), *["> ok", "Mhm."] * 30)
    visible = old.newest_ids(20)
    old.compose(
        a_request("Hm?", query=Query(text="Hm?", visible=visible), summary_tokens=1000)
    )
    assert bank.settle(20)
    clock.advance(hours=1)
    return old


def told_of(bank: Bank, tier: Tier) -> MemoryItem:
    return next(one.memory for one in bank.summaries.listed() if one.tier == tier)


def all_made(bank: Bank) -> None:
    """Make all summaries that are due, here or in the background."""
    while bank.summaries.due():
        bank.summaries.make()


def test_it_stays_when_a_chapter_that_it_tells_is_made_anew(
    engine: Engine, bank: Bank, long: Chat, clock: Clock
) -> None:
    """Of a chapter one extract is kept, and that is younger than the new chat then."""
    chat = a_new_chat(bank)
    first = composed(chat, summary_tokens=150).head
    chapter = told_of(bank, Tier.CHAPTER)
    assert chapter.id in {item.memory.id for item in first.items}
    clock.advance(minutes=1)

    assert engine.write_summary(ScriptedLLM(moved(3)))
    all_made(bank)

    assert told_of(bank, Tier.CHAPTER).created_at > chapter.created_at
    assert composed(chat, summary_tokens=150).head.text == first.text != ""


def test_what_a_person_writes_meanwhile_is_told_in_a_chapter_made_anew(
    bank: Bank, long: Chat, clock: Clock
) -> None:
    chat = a_new_chat(bank)
    assert composed(chat, summary_tokens=150).head.text
    clock.advance(minutes=1)

    bank.memories.update(told_of(bank, Tier.CHUNK).id, content="Mira sold the mill.")
    all_made(bank)

    head = composed(chat, summary_tokens=150).head
    assert "Mira sold the mill." in head.text
    assert told_of(bank, Tier.CHAPTER).id in {item.memory.id for item in head.items}


def test_it_stays_after_a_restart(
    open_engine: Callable[[], Engine], engine: Engine, bank: Bank, old: Chat
) -> None:
    first = composed(a_new_chat(bank)).head.text
    engine.close()

    second = open_engine()
    second.configure(replace(second.settings, facts=FactSettings(facts=False)))
    again = second.bank(MIKU).chat("new", host="test")

    assert composed(again).head.text == first != ""


def test_it_follows_edits_and_deletions_of_its_sources(bank: Bank, old: Chat) -> None:
    chat = a_new_chat(bank)
    assert "Bergen" in composed(chat).head.text

    old.observe(window(*(line.replace("Bergen", "Oslo") for line in OLD)))
    edited = composed(chat).head.text
    old.observe(window(*OLD[:4]))
    shorter = composed(chat).head.text

    assert "Oslo" in edited
    assert "Bergen" not in edited
    assert "Pickle" not in shorter


def test_what_a_person_corrects_or_deletes_is_told_so(bank: Bank, old: Chat) -> None:
    chat = a_new_chat(bank)
    moved, died = (old.path()[place].message.id for place in (2, 4))

    bank.memories.update(moved, content="I moved to Turku, and Mira got married.")
    bank.memories.delete(died)
    told = composed(chat).head.text

    assert "Turku" in told
    assert "Bergen" not in told
    assert "buried" not in told


def test_it_is_forgotten_with_its_sources(
    engine: Engine, bank: Bank, old: Chat
) -> None:
    chat = a_new_chat(bank)
    assert "Mira" in composed(chat).head.text

    gone = tuple(old.path()[place].message.id for place in (2, 3))
    engine.forgetting(MIKU).forget(ForgetTarget(memories=gone))
    head = composed(engine.bank(MIKU).chat("new", host="test")).head.text

    assert "Mira" not in head
    assert "Pickle" in head


def test_what_is_forgotten_during_a_turn_is_kept_nowhere(
    engine: Engine, bank: Bank, old: Chat
) -> None:
    chat = a_new_chat(bank)
    gone = [old.path()[4].message.id]
    heads = []

    def count(text: str) -> int:
        """Forget it while the head is written."""
        if gone:
            engine.forgetting(MIKU).forget(ForgetTarget(memories=(gone.pop(),)))
        return len(text.split())

    heads.append(composed(chat, count=count).head.text)
    [new] = [one.id for one in bank.chats() if one.title == "new"]
    kept = bank.summaries.last_head(new)
    heads.append(composed(chat).head.text)

    assert "buried" in heads[0]
    assert kept is None
    assert "buried" not in heads[1]
    assert bank.summaries.last_head(new) is not None


def test_a_story_by_hand_of_another_chat_is_told(bank: Bank) -> None:
    lines = [f"> Yesterday I moved {n} boxes to Mira in Bergen." for n in range(60)]
    old = a_chat(bank, "old", *lines)
    query = Query(text="Hm?", visible=old.newest_ids(10))
    old.compose(a_request("Hm?", query=query))
    assert bank.settle(20)
    [first, *_] = [
        one.memory for one in bank.summaries.listed() if one.tier.value == "chunk"
    ]
    chat = a_new_chat(bank)
    bank.memories.update(first.id, content="We swore an oath on the old bridge.")

    assert "We swore an oath on the old bridge." in composed(chat).head.text


def test_nobody_is_told_what_another_lived_through(engine: Engine, old: Chat) -> None:
    for scope in (
        Scope(user="anon", character="Rin"),
        Scope(user="somebody", character="Miku"),
    ):
        assert composed(a_new_chat(engine.bank(scope))).head.text == ""


def test_a_branch_is_told_of_its_siblings_nothing(bank: Bank, old: Chat) -> None:
    branch = bank.chat("branch", host="test", forked_from="old")
    branch.observe(window(*OLD[:4], "> I sold my boat in Split.", "Why?"))

    assert composed(branch).head.text == ""


def test_it_stands_before_the_story_of_the_chat(bank: Bank, old: Chat) -> None:
    lines = [f"> My boat number {n} sank in Porto in a storm." for n in range(60)]
    chat = a_chat(bank, "new", *lines)
    query = Query(text="Hm?", visible=chat.newest_ids(10))
    request = a_request("Hm?", query=query, summary_tokens=300)
    before = chat.compose(request).head.text
    assert bank.settle(20)

    head = chat.compose(request).head

    assert [name for name, _ in head.parts] == ["before", "story"]
    assert head.text.startswith(before.partition("\n]")[0])
    assert head.tokens <= 302


def test_chats_are_told_in_the_order_in_which_they_were_led(bank: Bank) -> None:
    """However late an older one was imported."""
    for name, day, text in (
        ("later", 9, "> My sister Mira got married to Tom in Bergen."),
        ("sooner", 2, "> My dog Pickle died. I buried him by the mill."),
    ):
        at = datetime(2026, 3, day, 12, tzinfo=UTC)
        bank.chat(name, host="test").observe(window(text, "I see.", at=at))
    assert bank.settle(20)

    chat = a_new_chat(bank)

    head = composed(chat).head.text
    assert head.index("[2 Mar 2026]") < head.index("[9 Mar] ")
    assert "Mira" in composed(chat, "where were we?").recall.text


@pytest.mark.parametrize(("days", "told"), [(0, True), (30, False)])
def test_what_is_too_old_to_be_recalled_is_not_told(
    bank: Bank, engine: Engine, days: int, told: bool
) -> None:
    at = datetime(2025, 3, 2, 12, tzinfo=UTC)
    old = window("> My dog Pickle died. I buried him by the mill.", "Oh.", at=at)
    bank.chat("old", host="test").observe(old)
    retention = replace(engine.settings.retention, retention_days=days)
    engine.configure(replace(engine.settings, retention=retention))

    assert ("Pickle" in composed(a_new_chat(bank)).head.text) is told


def test_nothing_is_told_where_other_chats_are_not_recalled(
    bank: Bank, engine: Engine, old: Chat
) -> None:
    recall = replace(engine.settings.recall, other_chats=False)
    engine.configure(replace(engine.settings, recall=recall))

    assert composed(a_new_chat(bank)).head.text == ""


# -- going on --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["So, where were we?", "hey, I'm back!", "Ich bin wieder da!", "我回来了"]
)
def test_who_comes_back_gets_the_last_scene(bank: Bank, old: Chat, text: str) -> None:
    a_chat(bank, "older", "> My uncle Jo keeps goats in Ghent.", "How many goats?")
    last = a_chat(bank, "last", "> We reached the tower of Ember.", "The gate is shut.")
    assert last.path()
    chat = a_new_chat(bank, f"> {text}")

    recalled = composed(chat, text).recall

    assert "The gate is shut." in recalled.text
    assert "goats" not in recalled.text
    assert [item.memory.kind for item in recalled.items] == [MemoryKind.TURN] * 2


def test_who_comes_back_gets_no_small_talk(bank: Bank, old: Chat) -> None:
    chat = a_new_chat(bank, "> where were we?")

    recalled = composed(chat, "where were we?").recall.text

    assert "Pickle" in recalled
    assert "ight" not in recalled


def test_in_the_midst_of_a_chat_its_own_scene_is_shown_anyway(
    bank: Bank, old: Chat
) -> None:
    lines = [f"> My boat number {n} sank in Porto." for n in range(12)]
    chat = a_new_chat(bank, *lines)

    assert "Pickle" not in composed(chat, "where were we?").recall.text


@pytest.mark.parametrize(
    "text",
    ["Tell me our story so far.", "Erz\u00e4hl mir unsere Geschichte", "前情提要"],
)
def test_who_asks_for_the_story_gets_it(bank: Bank, old: Chat, text: str) -> None:
    chat = a_new_chat(bank, f"> {text}")

    context = composed(chat, text, summary_tokens=0)

    assert context.head.text == ""
    assert context.recall.text.startswith("[The story of Anon and Miku so far:")
    assert "Mira" in context.recall.text
    assert "Pickle" in context.recall.text
    assert "How are you" not in context.recall.text


def test_the_story_that_is_asked_for_repeats_nothing_of_the_head(
    bank: Bank, old: Chat
) -> None:
    context = composed(a_new_chat(bank), "Tell me our story so far.")

    assert "Pickle died" in context.head.text
    assert "Pickle died" not in context.recall.text
    assert "lived through before" not in context.recall.text


def test_a_note_by_hand_does_not_have_all_read_anew(bank: Bank, engine: Engine) -> None:
    """Only forgetting does, for nothing of it may stay behind."""
    gone = "My dog Pickle died in Bergen, and I buried him by the mill."
    told = [f"> {gone}", *(f"> My boat {n} sank in Porto." for n in range(100))]
    old = a_chat(bank, "old", *told)
    chat = a_new_chat(bank)
    past = bank._acts.composer._past
    first = composed(chat).head.text
    known = past._extracts.items()

    bank.memories.add("Miku likes tea.")
    assert composed(chat).head.text == first
    assert past._extracts.items() == known
    assert not any(b"Pickle" in key for key, _ in known)

    place = old.path()[0].message.id
    engine.forgetting(MIKU).forget(ForgetTarget(memories=(place,)))
    composed(chat)
    assert not any("Pickle" in text for _, text in past._extracts.items())


def test_who_comes_back_and_asks_something_gets_both(bank: Bank, old: Chat) -> None:
    a_chat(bank, "last", "> We reached the tower of Ember.", "The gate is shut.")
    text = "I'm back! Where did my sister Mira get married, in Bergen?"
    chat = a_new_chat(bank, f"> {text}")

    recalled = composed(chat, text, summary_tokens=0).recall.text

    assert "The gate is shut." in recalled
    assert "Mira got married" in recalled


def by_model(bank: Bank, tier: Tier, text: str) -> None:
    """Have a model write the first summary of a tier."""
    chat = min(bank.state.messages.chats())
    survey = bank.summaries.survey(chat)
    span = next(one for one in survey.outline.spans() if one.tier == tier)
    rows = bank.state.messages.path(chat).rows[span.first : span.end].tolist()
    bank.summaries.shelf.put(
        StoredSummary(
            key=span.key,
            maker="model",
            tier=tier,
            chat=chat,
            first=rows[0],
            last=rows[-1],
            messages=() if span.parts else tuple(rows),
            parts=span.parts,
            inputs=bank.summaries.shelf.inputs(span, survey.texts),
            text=text,
            model="scripted",
            made_at=bank.state.clock(),
        )
    )


def test_it_stays_when_a_chapter_that_a_model_wrote_is_written_anew(
    bank: Bank, long: Chat, clock: Clock
) -> None:
    """What the model wrote before is told, and not what rules make of its parts."""
    by_model(bank, Tier.CHAPTER, "Mira moved every box to Porto.")
    clock.advance(hours=1)
    chat = a_new_chat(bank)
    first = composed(chat, summary_tokens=150).head
    assert "Mira moved every box to Porto." in first.text

    for number in range(6):
        clock.advance(minutes=1)
        by_model(bank, Tier.CHUNK, f"Mira moved {number} boxes.")
        all_made(bank)
        by_model(bank, Tier.CHAPTER, f"Mira moved {number} boxes, and more.")
        all_made(bank)
        assert told_of(bank, Tier.CHAPTER).content == (
            f"Mira moved {number} boxes, and more."
        )
        assert composed(chat, summary_tokens=150).head.text == first.text

    clock.advance(hours=1)
    later = composed(a_new_chat(bank, "> me again", name="third"), summary_tokens=150)
    assert "Mira moved 5 boxes, and more." in later.head.text
