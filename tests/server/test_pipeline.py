"""What memory adds to a request, where it goes, and what makes room for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from long_term_memory.config import Settings
from long_term_memory.core.policy import Policy
from long_term_memory.core.text.own_blocks import EARLIER, NOW
from long_term_memory.core.types import Scope
from long_term_memory.server.openai.completion import PreparedRequest
from long_term_memory.server.openai.pipeline import CompletionPipeline

from .passing import pass_chat, pass_text, replied
from .tavern import NODE, Said, Tavern, a_memory

BEES = "My sister Mira keeps bees in the old mill by the river."
QUESTION = "Where does my sister Mira keep her bees?"
SERAPHINA = Scope(user="default", character="Seraphina")
MAIN = "Write Seraphina's next reply in a fictional chat between Seraphina and Tester."
ASK = {"role": "user", "content": QUESTION}
Message = dict[str, Any]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[CompletionPipeline]:
    """A memory that knows of Mira's bees, and keeps in mind that it is spring."""
    with a_memory(tmp_path) as made:
        tavern = Tavern(made)
        tavern.send(BEES, "How lovely.")
        tavern.send("Let us walk on.", "Gladly.")
        bank = made._engine.bank(SERAPHINA)
        bank.memories.add("It is spring.", pinned=True)
        assert bank.settle(20)
        yield made


def configure(memory: CompletionPipeline, group: str, **changes: Any) -> None:
    """Change some settings of a group."""
    settings = memory._engine.settings
    changed = replace(getattr(settings, group), **changes)
    memory._engine.configure(replace(settings, **{group: changed}))


def system(text: str) -> Message:
    return {"role": "system", "content": text}


def sent(memory: CompletionPipeline, *messages: Message, **body: Any) -> list[Message]:
    """Return the messages that the model gets."""
    asked = {"messages": list(messages), "stream": True, **body}
    found = pass_chat(memory, asked, NODE, user="").body["messages"]
    assert isinstance(found, list)
    return found


def marks(messages: list[Message]) -> list[str]:
    """Tell messages in short: their role, and which blocks they hold."""
    return [
        message["role"][0]
        + ("H" if "always keeps in mind" in str(message["content"]) else "")
        + ("R" if "remembers from earlier" in str(message["content"]) else "")
        for message in messages
    ]


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("BEFORE_NORMAL_CONTEXT", "sR s sH s s a u"),
        ("AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES", "s sH s sR s a u"),
        ("BEFORE_LAST_MESSAGE", "s sH s s a sR u"),
        ("AFTER_LAST_MESSAGE", "s sH s s a u sR"),
    ],
)
def test_blocks_are_system_messages_among_system_messages(
    memory: CompletionPipeline, location: str, expected: str
) -> None:
    configure(memory, "prompt", injection_location=location)
    prompt = (system(MAIN), system("A guardian."), system("[Start a new Chat]"))

    found = sent(memory, *prompt, {"role": "assistant", "content": "Hm?"}, ASK)

    assert " ".join(marks(found)) == expected


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("BEFORE_NORMAL_CONTEXT", "sHR a u"),
        ("AFTER_NORMAL_CONTEXT_BUT_BEFORE_MESSAGES", "sHR a u"),
        ("BEFORE_LAST_MESSAGE", "sH a uR"),
        ("AFTER_LAST_MESSAGE", "sH a uR"),
    ],
)
@pytest.mark.parametrize("parts", [False, True])
def test_roles_go_on_alternating_where_they_did(
    memory: CompletionPipeline, location: str, expected: str, parts: bool
) -> None:
    configure(memory, "prompt", injection_location=location)
    ask = {**ASK, "content": [{"type": "text", "text": QUESTION}]} if parts else ASK

    found = sent(memory, system(MAIN), {"role": "assistant", "content": "Hm?"}, ask)

    assert " ".join(marks(found)) == expected
    if location == "AFTER_LAST_MESSAGE":
        texts = [part["text"] for part in found[-1]["content"]] if parts else []
        assert (texts or [found[-1]["content"]])[0].startswith(QUESTION)


def test_a_request_without_a_system_message_gets_one(
    memory: CompletionPipeline,
) -> None:
    named = {"ltm": {"char": "Seraphina", "chat": "new"}, "stream": True}
    before = (
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "?"},
    )

    found = sent(memory, *before, ASK, **named)

    assert " ".join(marks(found)) == "sH u a uR"


def test_what_follows_the_newest_line_stays_behind_the_block(
    memory: CompletionPipeline,
) -> None:
    nudge = system("[Write the next reply only as Seraphina.]")
    prompt = system(MAIN), system("[Start a new Chat]")

    found = sent(memory, *prompt, {"role": "assistant", "content": "Hm?"}, ASK, nudge)

    assert " ".join(marks(found)) == "s sH s a u sR s"
    assert found[-1] == nudge


def test_a_prefilled_reply_stays_the_last_message(memory: CompletionPipeline) -> None:
    begun = {"role": "assistant", "content": "She keeps them"}
    prompt = system(MAIN), system("[Start a new Chat]")

    found = sent(memory, *prompt, ASK, begun)

    assert found[-1] == begun
    assert "sR" in marks(found)


def test_the_head_is_the_same_from_turn_to_turn(memory: CompletionPipeline) -> None:
    tavern = Tavern(memory)
    tavern.send(QUESTION)
    first = tavern.sent["messages"]
    tavern.send("And what else?")
    second = tavern.sent["messages"]

    assert first[:5] == second[:5]
    assert marks(first)[1] == "sH"


@pytest.mark.parametrize("separated", [True, False])
def test_recalled_messages_are_replayed_as_turns(
    memory: CompletionPipeline, separated: bool
) -> None:
    configure(memory, "proxy", recalled_as="turns", replay_turns=4)
    begin = [system("[Start a new Chat]")] if separated else [system("A guardian.")]

    found = sent(memory, system(MAIN), *begin, ASK)

    assert {"role": "user", "content": BEES} in found
    assert str(found).count("old mill") == 1
    assert not any("R" in mark for mark in marks(found))
    opening, closing = found.index(system(EARLIER)), len(found) - 2
    assert found[closing] == system("[Start a new Chat]" if separated else NOW)
    assert found[-1] == ASK
    assert 1 <= sum(one["role"] != "system" for one in found[opening:closing]) <= 4


@pytest.mark.parametrize("image", [False, True])
@pytest.mark.parametrize(
    "chat",
    [
        [],
        [{"role": "assistant", "content": "Welcome."}],
        [
            {"role": "user", "content": "[Start a new chat]"},
            {"role": "assistant", "content": "Welcome."},
        ],
        [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Oh."}],
    ],
)
def test_replayed_turns_alternate_with_the_chats_own(
    memory: CompletionPipeline, chat: list[Message], image: bool
) -> None:
    """A model with one system message takes no two messages of one role in a row."""
    configure(memory, "proxy", recalled_as="turns", replay_turns=4)
    other = Tavern(memory)
    other.send("Mira keeps two goats beside her bees, too.", "Goats and bees, oh!")
    other.send("My sister keeps hens as well.", "Where does she keep them?")
    part = {"type": "text", "text": QUESTION}
    ask = {"role": "user", "content": [part]} if image else ASK

    found = sent(memory, system(MAIN), *chat, ask)

    roles = [one["role"] for one in found]
    assert roles[0] == "system"
    assert all(before != after for before, after in pairwise(roles))
    assert roles[-1] == "user"
    texts = "\n".join(str(one["content"]) for one in found)
    assert texts.index(EARLIER) < texts.index(BEES) < texts.index(NOW)
    assert texts.rindex(QUESTION) > texts.index(NOW)
    assert "remembers from earlier" not in texts
    assert ask in ({"role": "user", "content": [part]}, ASK)


def test_of_notes_there_is_a_block_even_where_turns_are_replayed(
    memory: CompletionPipeline,
) -> None:
    configure(memory, "proxy", recalled_as="turns")
    bank = memory._engine.bank(SERAPHINA)
    bank.memories.add("Mira, the sister, is afraid of bees.")
    assert bank.settle(20)

    found = sent(memory, system(MAIN), system("[Start a new Chat]"), ASK)

    assert "sR" in marks(found)
    assert marks(found).index("sR") < found.index({"role": "user", "content": BEES})
    assert str(found).count("old mill") == 1


@pytest.mark.parametrize(
    "wishes",
    [
        {"enabled": False},
        {"recall_tokens": 0},
        {"num_memories": 0},
        {"candidates": 0},
    ],
)
def test_one_request_may_go_without(
    memory: CompletionPipeline, wishes: dict[str, Any]
) -> None:
    tavern = Tavern(memory, extra={"ltm": wishes}, mode="extension")

    assert "old mill" not in tavern.send(QUESTION)


def test_one_request_may_be_answered_though_nothing_fits(
    memory: CompletionPipeline,
) -> None:
    tavern = Tavern(memory, mode="extension")
    assert "old mill" not in tavern.send("Hello, how are you?")

    tavern.extra = {"ltm": {"gate": False}}

    assert "old mill" in tavern.send("Hello, how are you?")


def test_who_is_meant_is_read_from_the_lines_before(memory: CompletionPipeline) -> None:
    other = Tavern(memory)
    for thing in ("lute", "harp", "drum"):
        other.send(f"My cousin plays the {thing} at the fair.", f"A {thing}, oh!")
    tavern = Tavern(memory)
    tavern.send("Do you remember my sister Mira and her bees?", "Of course, I do.")

    assert "old mill" in tavern.send("Where does she keep them?")


def test_one_request_may_show_or_hide_what_was_used(memory: CompletionPipeline) -> None:
    asked = {"messages": [system(MAIN), ASK], "stream": True}

    def note(**ltm: Any) -> str:
        return pass_chat(memory, {**asked, "ltm": ltm}, NODE, user="").note

    assert (note(), note(show_memories=False)) == ("", "")
    assert "old mill" in note(show_memories=True)
    configure(memory, "proxy", show_memories=True)
    assert "old mill" in note()
    assert note(show_memories="off") == ""


def test_only_recent_turns_are_sent_if_a_request_says_so(
    memory: CompletionPipeline,
) -> None:
    tavern = Tavern(memory, mode="extension")
    for number in range(5):
        tavern.send(f"The number of today is {number}.", f"It is {number}.")
    tavern.extra = {"ltm": {"recent_turns": 2, "recall_tokens": 0}}

    asked = tavern.send("And now?")

    assert "is 4" in asked
    assert "is 3" not in asked
    assert MAIN in asked


def test_only_recent_turns_are_sent_if_the_settings_say_so(
    memory: CompletionPipeline,
) -> None:
    configure(memory, "proxy", recent_turns=2)
    configure(memory, "prompt", recall_tokens=0)
    tavern = Tavern(memory, mode="extension")
    for number in range(5):
        tavern.send(f"The number of today is {number}.", f"It is {number}.")

    asked = tavern.send("And now?")

    assert "is 4" in asked
    assert "is 3" not in asked


def test_memory_can_be_switched_off(memory: CompletionPipeline) -> None:
    configure(memory, "proxy", proxy_memory=False)

    assert "old mill" not in Tavern(memory).send(QUESTION)


def test_a_message_that_is_too_long_is_passed_on_and_not_kept(
    memory: CompletionPipeline,
) -> None:
    configure(memory, "proxy", longest_message=60)
    tavern = Tavern(memory)
    long = "The duke owns " + ", ".join(["seven golden cups"] * 9)

    assert long in tavern.send(long, "Very " * 40)
    tavern.send("Oh.", "Yes.")

    assert "golden" not in tavern.again().send("Which cups does the duke own?")


# -- budget ----------------------------------------------------------------------------


def long_chat(memory: CompletionPipeline, tokens: int, **proxy: Any) -> Tavern:
    """Make a chat of 40 turns before a model with a small context."""
    configure(memory, "upstream", llm_context_tokens=tokens)
    configure(memory, "proxy", **proxy)
    tavern = Tavern(memory, extra={"max_tokens": 100})
    for number in range(40):
        tavern.lines.append(Said("user", f"Day {number}: we walk on through the wood."))
        tavern.lines.append(Said("assistant", f"So we do, on day {number}."))
    return tavern


@pytest.mark.parametrize(
    ("how", "tokens", "kept"),
    [
        ("off", 900, range(40, 41)),
        ("overflow", 100_000, range(40, 41)),
        ("overflow", 900, range(5, 30)),
        ("on", 900, range(1, 20)),
        ("on", 100_000, range(40, 41)),
    ],
)
def test_the_oldest_lines_make_room_and_never_the_prompt(
    memory: CompletionPipeline, how: str, tokens: int, kept: range
) -> None:
    tavern = long_chat(memory, tokens, trim_history=how)

    asked = tavern.send(QUESTION)

    assert asked.count("we walk on") - asked.count("Tester: Day") in kept
    assert MAIN in asked
    assert asked.count(QUESTION) == 1
    assert memory.last.of("default").left_out == 81 - (
        len([one for one in tavern.sent["messages"] if one["role"] != "system"]) - 1
    )


def test_old_lines_leave_in_steps_so_that_most_turns_begin_alike(
    memory: CompletionPipeline,
) -> None:
    tavern = long_chat(memory, 1500, trim_history="overflow")
    begins = []
    for number in range(6):
        tavern.send(f"Hello, {number}.")
        lines = [m for m in tavern.sent["messages"] if m["role"] != "system"]
        begins.append(lines[0]["content"])

    assert len(set(begins)) <= 2


def test_what_was_left_out_can_be_recalled(memory: CompletionPipeline) -> None:
    tavern = long_chat(memory, 1500, trim_history="on")
    tavern.lines[1].text = "My aunt Olga sells blue lanterns in the harbour."
    tavern.send("Hello.")

    asked = tavern.send("What does my aunt Olga sell?")

    assert "blue lanterns" in asked


def test_a_persona_without_room_for_anything_is_sent_whole(
    memory: CompletionPipeline,
) -> None:
    tavern = long_chat(memory, 50, trim_history="on")

    asked = tavern.send(QUESTION)

    assert MAIN in asked
    assert QUESTION in asked
    assert "Day 39" not in asked


# -- notes, faults, the last use -------------------------------------------------------


def test_memories_used_are_listed_for_the_reasoning_field(
    memory: CompletionPipeline,
) -> None:
    configure(memory, "proxy", show_memories=True)
    tavern = Tavern(memory)
    tavern.send(QUESTION)

    assert tavern.prepared is not None
    note = tavern.prepared.note
    assert note.startswith("Memories used:\n")
    assert BEES in note
    assert "It is spring." in note


def test_a_list_of_memories_is_not_shown_unless_it_is_wanted(
    memory: CompletionPipeline,
) -> None:
    tavern = Tavern(memory)
    tavern.send(QUESTION)

    assert tavern.prepared is not None
    assert tavern.prepared.note == ""


def test_the_last_use_is_known_of_each_chat(memory: CompletionPipeline) -> None:
    first, second = Tavern(memory, "body"), Tavern(memory, "body")
    first.send(QUESTION)
    second.send("Hello, how are you?")

    used = memory.last.of("default", chat=first.chat)

    assert BEES in [item.memory.content for item in used.context.recall.items]
    assert used.query.text == QUESTION
    newest = memory.last.of("default", character="Seraphina")
    assert (newest.chat, newest.context.recall.items) == (second.chat, ())


def test_without_memory_the_request_goes_on_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("no folder")
    with a_memory(tmp_path / "taken") as memory:
        found = Tavern(memory)

        assert QUESTION in found.send(QUESTION)

        assert found.prepared is not None
        assert found.prepared.note.startswith("Memory had no part in this: ")
        assert memory._engine.faults.last is not None


def test_a_late_reply_does_not_undo_a_newer_request(memory: CompletionPipeline) -> None:
    tavern = Tavern(memory)
    tavern.send("What does the duke drink?", reply=None)
    late = tavern.prepared
    assert isinstance(late, PreparedRequest)
    tavern.lines.append(Said("assistant", "Water."))
    tavern.send("Thank you, duke of water.", "Gladly.")

    replied(memory, late, "Emerald wine.")

    bank = memory._engine.bank(SERAPHINA)
    (host, name), *_ = bank.chats()[0].names
    said = [place.message.content for place in bank.chat(name, host=host).path()]
    assert said == [line.text for line in tavern.lines]


# -- texts to be continued -------------------------------------------------------------

STORY = "Seraphina guards the forest.\n***\nSeraphina: You are awake!\n"
STOPS = ["\nTester:", "\n***"]


def test_a_chat_as_one_text_is_remembered_and_fed(memory: CompletionPipeline) -> None:
    body = {"prompt": f"{STORY}Tester: {QUESTION}\nSeraphina:", "stop": STOPS}

    prepared = pass_text(memory, body, NODE, user="")
    replied(memory, prepared, " In the old mill.\n")

    prompt = prepared.body["prompt"]
    assert prompt.endswith("]\nSeraphina:")
    assert prompt.index("spring") < prompt.index("You are awake") < prompt.index(BEES)
    later = f"{STORY}Tester: {QUESTION}\nSeraphina: In the old mill.\nTester: Oh?"
    again = pass_text(
        memory, {"prompt": f"{later}\nSeraphina:", "stop": STOPS}, NODE, user=""
    )
    assert again.turn is not None
    assert prepared.turn is not None
    assert again.turn.key == prepared.turn.key


@pytest.mark.parametrize(
    "prompt",
    [
        "Once upon a time",
        "<|im_start|>user\nTester: Hi<|im_end|>\nSeraphina:",
        ["Seraphina:"],
        [1, 2, 3],
        "Tester:",
        "",
    ],
)
def test_a_text_that_is_no_chat_passes_through(
    memory: CompletionPipeline, prompt: Any
) -> None:
    prepared = pass_text(memory, {"prompt": prompt, "stop": STOPS}, NODE, user="")

    assert prepared.quiet
    assert prepared.body == {"prompt": prompt, "stop": STOPS}


def test_a_chat_as_one_message_is_remembered_and_fed(
    memory: CompletionPipeline,
) -> None:
    text = (
        f"{MAIN}\n\nA guardian.\n\n[Start a new Chat]\n\nSeraphina: You are awake!\n\n"
        f"Tester: {QUESTION}"
    )

    [one] = sent(memory, {"role": "user", "content": text})

    assert one["content"].index("spring") < one["content"].index("You are awake")
    assert (
        one["content"].rstrip("]\n").endswith("How lovely.") or BEES in one["content"]
    )


def test_no_setting_is_needed() -> None:
    assert Settings().proxy.proxy_memory


# -- other chats -----------------------------------------------------------------------

BEFORE = "lived through before:"


def lived(memory: CompletionPipeline) -> None:
    """Lead a chat with something to tell of."""
    tavern = Tavern(memory)
    tavern.send("My sister Mira got married to Tom in Bergen on Monday.", "How nice!")
    tavern.send("My dog Pickle died last week. I buried him by the mill.", "Oh no.")
    tavern.send("ok, good night!", "Good night.")


def test_a_new_chat_is_told_of_the_one_before_it(tmp_path: Path) -> None:
    with a_memory(tmp_path, before=True) as memory:
        lived(memory)
        tavern = Tavern(memory)

        first = tavern.send("hey there")
        block = first.partition(BEFORE)[2].partition("\n]")[0]
        later = [tavern.send(f"and on we go, {number}") for number in range(3)]

        assert "Mira got married" in block
        assert [one for one in later if f"{BEFORE}{block}\n]" not in one] == []
        assert dict(memory.last.of("default").context.head.parts)["before"] > 0


def test_a_group_is_not_told_of_other_chats(tmp_path: Path) -> None:
    with a_memory(tmp_path, before=True) as memory:
        lived(memory)
        group = Tavern(memory, mode="body", members=("Seraphina", "Rin"))

        assert BEFORE not in group.send("hey you two")


def test_who_comes_back_is_told_the_last_scene(tmp_path: Path) -> None:
    with a_memory(tmp_path, before=True) as memory:
        lived(memory)
        configure(memory, "summaries", before_this_chat=False)

        asked = Tavern(memory).send("So, where were we?")

        assert "I buried him by the mill." in asked
        assert "good night" not in asked


def test_a_client_keeps_stories_apart(memory: CompletionPipeline) -> None:
    def asked(story: str, chat: str) -> str:
        own = {"role": "user", "content": "Good morning! Where does Mira keep bees?"}
        told = {"story": story, "chat": chat, "char": "Seraphina", "exact": True}
        return str(sent(memory, system(MAIN), own, ltm=told))

    bank = memory._engine.bank(SERAPHINA)
    bank.storylines.rename("", "Home")

    assert "old mill" in asked("Home", "a")
    assert "old mill" not in asked("The voyage", "b")
    assert [(one.name, len(one.chats)) for one in bank.storylines.all()] == [
        ("Home", 2),
        ("The voyage", 1),
    ]


def test_memories_stand_where_the_chat_wants_them(memory: CompletionPipeline) -> None:
    bank = memory._engine.bank(SERAPHINA)
    before = sent(memory, system(MAIN), ASK)
    bank.policies.set_character(Policy(position="BEFORE_LAST_MESSAGE"))
    after = sent(memory, system(MAIN), ASK)

    assert str(before[-1]["content"]).startswith(QUESTION)
    assert str(after[-1]["content"]).endswith(QUESTION)
