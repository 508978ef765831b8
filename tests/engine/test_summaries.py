"""What left the window is told in short, and follows the chat wherever it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from long_term_memory.core.records import StoredSummary
from long_term_memory.core.types import Context, MemoryItem, MemoryKind, Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.chat import Chat
from long_term_memory.engine.compose import Request
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.state.summaries import Survey
from long_term_memory.errors import InvalidInput, NotFound

from .builders import a_chat, a_request, window
from .conftest import MIKU

TOWNS = ("Bergen", "Oslo", "Turku", "Porto", "Ghent", "Malmo", "Graz", "Split")


def a_line(number: int) -> str:
    """Say something telling; the user and Miku take turns."""
    town = TOWNS[number % len(TOWNS)]
    text = f"Yesterday I moved {number} boxes to the house in {town}."
    return f"> {text}" if number % 2 == 0 else text


def lines(count: int) -> list[str]:
    return [a_line(number) for number in range(count)]


def composed(
    bank: Bank, chat: Chat, sent: int, text: str = "Hm?", **changes: object
) -> Context:
    """Compose as a host does that sends the newest messages."""
    query = Query(text=text, visible=chat.newest_ids(sent))
    request = a_request(text, query=query, summary_tokens=1000, **changes)
    return chat.compose(request)


def told(bank: Bank, chat: Chat, sent: int) -> str:
    """Return the head block once everything due is made."""
    composed(bank, chat, sent)
    assert bank.settle(20)
    return composed(bank, chat, sent).head.text


def summaries(bank: Bank) -> list[MemoryItem]:
    return bank.memories.list(kind=MemoryKind.SUMMARY, limit=1000)


def tiers(bank: Bank) -> list[tuple[str, int, int]]:
    return [
        (one.tier.value, one.first, one.last)
        for one in bank.summaries.listed()
        if one.in_prompt
    ]


def numbers(text: str) -> set[int]:
    words = text.replace(".", " ").split()
    return {int(word) for word in words if word.isdecimal()}


def test_nothing_is_told_while_the_whole_chat_is_visible(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))

    assert told(bank, chat, sent=60) == ""
    assert summaries(bank) == []


def test_what_left_the_window_is_told_with_who_said_it(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))

    head = told(bank, chat, sent=30)

    assert tiers(bank) == [("chunk", 1, 20)]
    assert head.startswith("[The story of Anon and Miku so far:")
    assert "Anon: Yesterday I moved" in head
    assert numbers(head) <= set(range(20))


def test_a_summary_names_the_messages_it_rests_on(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)

    ids = tuple(place.message.id for place in chat.path())
    [first, second] = sorted(summaries(bank), key=lambda one: ids.index(one.sources[0]))

    assert first.sources == ids[:20]
    # Made ahead, and not told before it has left the window.
    assert second.sources == ids[20:40]


def test_the_head_repeats_nothing_that_the_window_shows(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(200))

    for sent in (180, 150, 101, 100, 99, 61, 40, 20, 3):
        head = told(bank, chat, sent=sent)
        assert numbers(head) <= set(range(200 - sent)), sent


def test_as_long_as_there_is_room_the_finest_tier_is_told(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(330))

    told(bank, chat, sent=30)

    assert {tier for tier, _, _ in tiers(bank)} == {"chunk"}


def in_room(chat: Chat, sent: int, tokens: int) -> Request:
    """Ask for a story of so many tokens at the most."""
    query = Query(text="Hm?", visible=chat.newest_ids(sent))
    return a_request("Hm?", query=query, summary_tokens=tokens)


@pytest.mark.parametrize("tokens", [200, 400, 800])
def test_the_room_is_used_once_there_is_enough_to_tell(bank: Bank, tokens: int) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)

    head = chat.compose(in_room(chat, sent=30, tokens=tokens)).head

    assert tokens * 0.9 <= head.tokens <= tokens


def test_the_head_block_stays_the_same_bytes_until_a_tier_changes(bank: Bank) -> None:
    """Turn by turn; the window moves in steps, as hosts with a prompt cache do."""
    chat = a_chat(bank, "one", *lines(100))
    heads = []
    for length in range(100, 150, 2):
        chat.observe(window(*lines(length)))
        left = (length - 40) // 20 * 20
        heads.append((left, told(bank, chat, sent=length - left)))

    assert len(set(heads)) == len({left for left, _ in heads})
    assert len({left for left, _ in heads}) > 2


def test_a_story_is_not_told_anew_while_the_chat_goes_on(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(100))
    told(bank, chat, sent=50)
    before = composed(bank, chat, sent=50, count=len).head.items

    chat.observe(window(*lines(102)))
    after = composed(bank, chat, sent=52, count=len).head.items

    assert before
    assert all(one is another for one, another in zip(before, after, strict=True))


def test_the_step_of_the_window_brings_its_summary_at_once(bank: Bank) -> None:
    """No second turn is needed, which would cost the prompt cache once more."""
    chat = a_chat(bank, "one", *lines(100))
    told(bank, chat, sent=60)

    head = composed(bank, chat, sent=40).head.text

    assert numbers(head) & set(range(40, 60))


def test_an_edited_message_makes_its_summary_due_again(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    before = told(bank, chat, sent=30)
    edited = lines(60)
    for number in range(0, 20, 2):
        edited[number] = f"> Yesterday I burnt {number} letters in Tromso."

    chat.observe(window(*edited))
    composed(bank, chat, sent=30)
    after = told(bank, chat, sent=30)
    chat.observe(window(*lines(60)))

    assert "Tromso" in after
    assert "Tromso" not in before
    # The old messages return, and with them what was told of them.
    assert composed(bank, chat, sent=30).head.text == before


def test_other_summaries_stay_when_a_message_is_removed(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(140))
    told(bank, chat, sent=30)
    before = {memory.sources: memory.id for memory in summaries(bank)}
    ids = [place.message.id for place in chat.path()]

    chat.observe(window(*lines(140)[:45], *lines(140)[46:]))
    told(bank, chat, sent=30)

    after = {memory.sources: memory.id for memory in summaries(bank)}
    shared = {sources for sources in before if ids[45] not in sources}
    assert shared <= set(after)
    assert not [sources for sources in after if ids[45] in sources]


def test_branches_share_what_is_told_of_their_common_past(bank: Bank) -> None:
    one = a_chat(bank, "one", *lines(80))
    told(bank, one, sent=30)
    made = {memory.id for memory in summaries(bank)}
    other = [f"> On Monday I sold {number} boats in Split." for number in range(60)]
    two = bank.chat("two", host="test", forked_from="one")
    two.observe(window(*lines(50), *other))

    head = told(bank, two, sent=30)

    assert "boats" in head
    shared = [memory for memory in summaries(bank) if memory.id in made]
    assert shared
    assert "boats" not in told(bank, one, sent=30)


def test_an_edited_summary_is_locked_and_wins(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]

    edited = bank.memories.update(first.id, content="They moved house.\nIt rained.")

    assert edited.edited
    head = told(bank, chat, sent=30)
    assert "They moved house.\nIt rained." in head
    assert "Yesterday" not in head


def test_an_edit_reaches_the_chapter_that_is_made_from_it(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(130))
    told(bank, chat, sent=30)
    chunk = next(one for one in bank.summaries.listed() if one.tier == "chunk")

    bank.memories.update(chunk.memory.id, content="The cellar was flooded.")
    head = told(bank, chat, sent=30)

    assert "The cellar was flooded." in head


def test_what_a_person_wrote_survives_every_tier_above(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)
    first = min(
        (one for one in bank.summaries.listed() if one.tier == "chunk"),
        key=lambda one: one.first,
    )
    written = [f"Word {number} was given at dawn." for number in range(3)]

    bank.memories.update(first.memory.id, content="\n".join(written))
    told(bank, chat, sent=30)
    head = chat.compose(in_room(chat, sent=30, tokens=100)).head.text

    assert "story" in [one.tier for one in bank.summaries.listed() if one.in_prompt]
    assert [line for line in written if line not in head] == []


def test_a_locked_summary_survives_everything_until_it_is_unlocked(
    bank: Bank, engine: Engine
) -> None:
    chat = a_chat(bank, "one", *lines(60))
    before = told(bank, chat, sent=30)
    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]
    bank.memories.lock(first.id)

    options = replace(engine.settings.summaries, summary_chunk_tokens=30)
    engine.configure(replace(engine.settings, summaries=options))
    assert told(bank, chat, sent=30) == before

    bank.memories.lock(first.id, locked=False)
    assert len(told(bank, chat, sent=30)) < len(before)


def test_a_deleted_summary_is_told_no_more_and_can_be_restored(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    before = told(bank, chat, sent=30)
    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]

    bank.memories.delete(first.id)
    assert told(bank, chat, sent=30) == ""
    assert bank.memories.list(kind=MemoryKind.SUMMARY, deleted=True)[0].id == first.id

    bank.memories.restore(first.id)
    assert told(bank, chat, sent=30) == before


def test_regenerating_takes_the_words_of_the_hand_away(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    before = told(bank, chat, sent=30)
    [first] = [one.memory for one in bank.summaries.listed() if one.in_prompt]
    bank.memories.update(first.id, content="Nonsense.")

    bank.memories.regenerate(first.id)

    assert told(bank, chat, sent=30) == before


def test_only_summaries_are_locked_and_none_is_pinned(bank: Bank) -> None:
    note = bank.memories.add("A note.")
    chat = a_chat(bank, "one", *lines(60))
    told(bank, chat, sent=30)
    summary = summaries(bank)[0]

    with pytest.raises(InvalidInput):
        bank.memories.lock(note.id)
    with pytest.raises(InvalidInput):
        bank.memories.regenerate(note.id)
    with pytest.raises(InvalidInput, match="Lock"):
        bank.memories.pin(summary.id)
    with pytest.raises(NotFound):
        bank.memories.regenerate("ffff")
    assert bank.memories.get(summary.id) == summary
    assert summary in bank.memories.search("yesterday boxes", limit=1000)


def test_switched_off_nothing_is_told_or_made(bank: Bank, engine: Engine) -> None:
    off = replace(engine.settings.summaries, rolling_summaries=False)
    engine.configure(replace(engine.settings, summaries=off))
    chat = a_chat(bank, "one", *lines(60))

    assert told(bank, chat, sent=30) == ""
    assert summaries(bank) == []


def test_summaries_are_there_after_a_restart(
    open_engine: Callable[[], Engine],
) -> None:
    bank = open_engine().bank(MIKU)
    chat = a_chat(bank, "one", *lines(130))
    before = told(bank, chat, sent=30)
    listed = [one.memory.id for one in bank.summaries.listed()]

    again = open_engine().bank(MIKU)
    [name] = [info.names[0] for info in again.chats()]
    chat = again.chat(name[1], host=name[0])

    assert [one.memory.id for one in again.summaries.listed()] == listed
    assert composed(again, chat, sent=30).head.text == before


def test_a_smaller_room_tells_less_and_marks_what_it_leaves_out(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(330))
    told(bank, chat, sent=30)
    whole = chat.compose(in_room(chat, sent=30, tokens=1000)).head

    some = chat.compose(in_room(chat, sent=30, tokens=150)).head

    assert 0 < some.tokens <= 150 < whole.tokens
    assert "\n\u2026\n" in some.text


def test_pinned_memories_stand_before_the_story(bank: Bank) -> None:
    bank.memories.add("Miku is blunt.", pinned=True)
    chat = a_chat(bank, "one", *lines(60))

    head = told(bank, chat, sent=30)

    assert head.index("Miku is blunt.") < head.index("[The story of")


def test_what_is_pinned_is_not_told_again(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(60))
    before = told(bank, chat, sent=30)
    line = before.splitlines()[1].partition(": ")[2]

    bank.memories.add(line, pinned=True)

    assert told(bank, chat, sent=30).count(line) == 1


def test_hidden_places_are_part_of_the_story(bank: Bank) -> None:
    """A window that slides by itself, as a proxy sees it."""
    chat = bank.chat("one", host="test")
    for start in range(0, 60, 10):
        chat.observe(window(*lines(80)[start : start + 30], complete=False))
    assert bank.settle(20)

    assert len(chat.path()) == 80
    assert numbers(told(bank, chat, sent=20)) & set(range(20))


@pytest.mark.parametrize(
    "said",
    [
        ("hi", "hey you", "how are you?", "good, you?", "haha ok"),
        ("*nods*", "*smiles softly*", "*waves*"),
        ("```python\nprint(1)\n```", "<table><tr><td>HP</td></tr></table>"),
        ("((brb))", "(OOC: sorry, my kid woke up)"),
        ("word and more of it, " * 5_000,),
    ],
)
def test_a_chat_of_nothing_has_no_story(bank: Bank, said: tuple[str, ...]) -> None:
    texts = [said[number % len(said)] for number in range(60)]
    chat = a_chat(bank, "one", *texts)

    assert told(bank, chat, sent=30) == ""


def test_a_stretch_of_small_talk_is_a_mark(bank: Bank) -> None:
    texts = lines(80)
    texts[20:40] = ["> haha ok", "hm, fine"] * 10
    chat = a_chat(bank, "one", *texts)

    head = told(bank, chat, sent=20)

    assert "haha" not in head
    assert head.count("\n\u2026\n") == 2


def test_a_chat_that_got_shorter_is_told_though_nothing_of_it_is_sent(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", *lines(100))
    told(bank, chat, sent=20)

    chat.observe(window(*lines(30)))

    assert numbers(told(bank, chat, sent=0)) <= set(range(30))


def as_it_stands(survey: Survey) -> object:
    """Return a survey for comparison; in which order things are due is not told."""
    due = sorted((span.key, inputs) for span, inputs in survey.due)
    return replace(survey, due=due)  # type: ignore[arg-type]


def made_in_steps(bank: Bank, row: int) -> None:
    """Make what is due; after each step the survey is what it would be made anew."""
    due = True
    while due:
        due = bool(bank.summaries.due())
        bank.summaries.make()
        with bank.state.lock:  # The background makes some, too.
            step_by_step = as_it_stands(bank.summaries.survey(row))
            bank.summaries.shelf.changed()
            assert step_by_step == as_it_stands(bank.summaries.survey(row))


def test_what_is_made_is_looked_at_as_if_all_were_looked_at_anew(bank: Bank) -> None:
    chat = a_chat(bank, "one", *lines(330))
    composed(bank, chat, 30)
    [row] = bank.state.messages.chats()

    made_in_steps(bank, row)
    # All is made anew that rests on what a person changed.
    one = next(one for one in summaries(bank) if len(one.sources) == 20)
    bank.memories.update(one.id, content="Mira sold the mill.")
    made_in_steps(bank, row)

    assert {one.tier.value for one in bank.summaries.listed()} == {
        *("chunk", "chapter", "story")
    }


def test_a_story_that_rests_on_hundreds_of_others_is_told(bank: Bank) -> None:
    """Whatever follows them all may not call itself for each."""
    a_chat(bank, "one", *lines(2))
    [chat] = bank.state.messages.chats()
    [first, last] = bank.state.messages.path(chat).rows.tolist()
    shelf = bank.summaries.shelf
    made = StoredSummary(
        key=b"0",
        maker="extract",
        tier="story",
        chat=chat,
        first=first,
        last=last,
        messages=(),
        parts=(),
        inputs=b"",
        text="Mira sold the mill.",
        model="",
        made_at=bank.state.clock(),
    )
    for number in range(1, 500):
        shelf.put(made)
        parts = (b"%d" % (number - 1),)
        made = made._replace(key=b"%d" % number, parts=parts)

    assert shelf.text_of(made.key) == ""
    assert shelf.text_of(b"498") == "Mira sold the mill."
    assert shelf.hand_lines([b"498"]) == frozenset()
