"""What a person does in a webui, and what of it comes back in a later prompt.

Every test runs with the extension loaded in either of the webui's two ways.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.webui.fake_webui.driver import GREETING, FakeWebui
from tests.webui.inside import FACT, KEPT, QUESTION, configure, engine_of

LIGHTHOUSE = "Who kept the old lighthouse on Skerryvore?"
KEEPER = "The lighthouse on Skerryvore was kept by Tobias."


def asked_in_new_chat(webui: FakeWebui, text: str, name: str = "another") -> str:
    webui.new_chat(name)
    return webui.send(text)


def test_a_fact_told_in_one_chat_is_in_the_prompt_of_the_next(webui: FakeWebui) -> None:
    configure(webui, before_this_chat=False)
    webui.send(FACT)

    prompt = asked_in_new_chat(webui, QUESTION)

    assert prompt.count(KEPT) == 1
    assert prompt.index(QUESTION) < prompt.index(KEPT)
    assert prompt.endswith("Miku:")


def test_a_fact_is_not_repeated_while_it_is_in_sight(webui: FakeWebui) -> None:
    webui.send(FACT)

    assert webui.send(QUESTION).count(KEPT) == 1


def test_a_message_is_read_with_what_was_said_before_it(webui: FakeWebui) -> None:
    configure(webui, before_this_chat=False)
    webui.send(KEEPER)
    for number in range(30):
        webui.send(f"I saw another cat in street {number}.", "Yes. " * 12)
    webui.new_chat("another")
    webui.send("I had a dream of Skerryvore, and of a lighthouse.")

    assert KEEPER in webui.send("Where is it?")
    webui.new_chat("a third")
    assert KEEPER not in webui.send("Where is it?")


def test_a_new_chat_is_told_what_was_lived_through_before(webui: FakeWebui) -> None:
    told = [
        "I moved to Bergen on Monday, and my sister Mira got married to Tom.",
        "My dog Pickle died last week. I buried him by the mill.",
        "I sold the boat in Split, and Jo will never forgive me.",
    ]
    for text in told:
        webui.send(text)

    first = asked_in_new_chat(webui, "hey")
    prompts = [webui.send(f"ok, number {number}") for number in range(3)]
    anew = asked_in_new_chat(webui, "Let's start a new story!", "a third")

    frame = "lived through before:\n"
    assert frame in first
    assert "Mira got married" in first.partition(frame)[2]
    block = first.partition(frame)[2].partition("\n]")[0]
    assert [one for one in prompts if f"{frame}{block}\n]" not in one] == []
    assert frame not in anew


def test_an_incognito_chat_is_not_told_what_was_before(webui: FakeWebui) -> None:
    webui.send("I moved to Bergen on Monday, and my sister Mira got married to Tom.")
    webui.send("My dog Pickle died last week. I buried him by the mill.")

    prompt = asked_in_new_chat(webui, "hey", "incognito-1")

    assert "lived through before" not in prompt


def test_what_slid_out_of_the_prompt_is_recalled(webui: FakeWebui) -> None:
    configure(webui, rolling_summaries=False)
    webui.changes = {"truncation_length": 600, "max_new_tokens": 200}
    webui.send(FACT)
    for number in range(30):
        webui.send(f"Some talk about the weather, number {number}.", "Yes. " * 12)

    prompt = webui.send(QUESTION)

    assert "number 2." not in prompt
    assert prompt.count(KEPT) == 1
    assert len(prompt.split()) <= 400


def test_characters_do_not_know_what_others_were_told(webui: FakeWebui) -> None:
    webui.send(FACT)
    webui.character = "Rin"

    assert KEPT not in asked_in_new_chat(webui, QUESTION)


def test_the_last_reply_is_read_from_the_log_at_the_next_turn(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, KEEPER)

    assert "Tobias" in asked_in_new_chat(webui, LIGHTHOUSE)


def test_the_last_reply_is_read_from_the_log_after_a_while(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, KEEPER)

    webui.pass_time()
    webui.log().unlink()

    assert "Tobias" in asked_in_new_chat(webui, LIGHTHOUSE)


def test_a_log_is_not_read_while_a_reply_is_being_written(webui: FakeWebui) -> None:
    """Until the new reply's first piece is saved, the log still shows the old one."""
    webui.send(LIGHTHOUSE, KEEPER)
    before = webui.log().read_text("utf-8")
    webui.tool_turn("Hmm.")  # has no end of its own
    webui.log().write_text(before, "utf-8")

    webui.pass_time()
    webui.log().unlink()

    assert "Tobias" not in asked_in_new_chat(webui, LIGHTHOUSE)


def test_a_regenerated_reply_is_forgotten(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, KEEPER)
    webui.pass_time()
    webui.regenerate("Skerryvore's lighthouse was kept by Fergus.")

    prompt = asked_in_new_chat(webui, LIGHTHOUSE)

    assert "Tobias" not in prompt
    assert "Fergus" in prompt


def test_a_swiped_away_reply_is_forgotten_and_comes_back(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, KEEPER)
    assert "Tobias" in asked_in_new_chat(webui, LIGHTHOUSE, "second")

    webui.open_chat("first")
    webui.swipe("I do not know.")
    assert "Tobias" not in asked_in_new_chat(webui, LIGHTHOUSE, "third")

    webui.open_chat("first")
    webui.swipe(KEEPER)
    assert "Tobias" in asked_in_new_chat(webui, LIGHTHOUSE, "fourth")


def test_an_edited_message_counts_as_it_reads_now(webui: FakeWebui) -> None:
    webui.send("My brother Olav lives in Oslo.")
    webui.send("He likes it there.")
    webui.edit(0, 0, "My brother Olav lives in Tromsø.")

    prompt = asked_in_new_chat(webui, "Where does my brother Olav live?")

    assert "Tromsø" in prompt
    assert "Oslo" not in prompt


def test_what_was_removed_is_forgotten(webui: FakeWebui) -> None:
    webui.send("Good evening.")
    webui.send("The safe opens with the word swordfish.")
    webui.remove_last()
    webui.send("Never mind.")

    assert "swordfish" not in asked_in_new_chat(webui, "Which word opens the safe?")


def test_a_branch_keeps_its_secrets_from_the_trunk(webui: FakeWebui) -> None:
    webui.send("Let us talk about my plans.")
    webui.send("I have not decided where to go.")
    webui.branch(0, "branch")
    webui.send("I decided to move to Lisbon with Ingrid.")
    webui.send("We leave in May.")

    webui.open_chat("first")
    assert "Lisbon" not in webui.send("Where do I move with Ingrid?")
    assert "Lisbon" in asked_in_new_chat(webui, "Where do I move with Ingrid?")


def test_a_renamed_chat_is_remembered_once(webui: FakeWebui) -> None:
    webui.send(FACT)
    webui.rename("About Ingrid")
    webui.send("She sells the honey.")

    assert asked_in_new_chat(webui, QUESTION).count(KEPT) == 1


def test_an_emptied_history_forgets_nothing(webui: FakeWebui) -> None:
    webui.send(FACT)
    webui.pass_time()
    webui.history = webui.empty()
    webui.save()

    assert KEPT in asked_in_new_chat(webui, QUESTION)


def test_regenerate_and_continue_recall_as_well(webui: FakeWebui) -> None:
    webui.send(FACT)
    assert KEPT in asked_in_new_chat(webui, QUESTION)

    assert KEPT in webui.regenerate("She keeps")
    prompt = webui.continue_reply(" bees.")

    assert prompt.count(KEPT) == 1
    assert prompt.index(KEPT) < prompt.index("She keeps")
    assert prompt.endswith("Miku: She keeps")


def test_a_continued_reply_is_remembered_as_it_ended(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, "The lighthouse on Skerryvore was kept by Tob")
    webui.continue_reply("ias of Tiree.")

    prompt = asked_in_new_chat(webui, LIGHTHOUSE)

    assert "kept by Tobias of Tiree." in prompt
    assert "Tob\n" not in prompt


def test_a_greeting_can_be_regenerated_and_continued(webui: FakeWebui) -> None:
    webui.new_chat("greeted", greeting=True)

    assert GREETING[1] in webui.continue_reply(" Sit down.")
    assert "BEGIN-VISIBLE-CHAT" in webui.regenerate("Hello.")  # as without us
    assert "Hello." in webui.send("Good evening.")


def test_the_greeting_of_a_new_chat_ends_no_turn(webui: FakeWebui) -> None:
    webui.send(FACT)
    webui.pass_time()

    webui.new_chat("second", greeting=True)

    assert webui.later == []


def test_what_is_said_in_every_chat_is_not_recalled_from_another(
    webui: FakeWebui,
) -> None:
    webui.new_chat("one", greeting=True)
    webui.send("Good evening.")

    webui.new_chat("two", greeting=True)

    assert webui.send("Welcome to the harbour?").count(GREETING[1]) == 1


def test_turns_after_a_tool_s_answer_recall_the_same(webui: FakeWebui) -> None:
    webui.send(FACT)
    first = asked_in_new_chat(webui, QUESTION)

    assert webui.tool_turn("She keeps bees.") == first


def test_impersonating_is_left_alone(webui: FakeWebui) -> None:
    webui.send(FACT)
    webui.new_chat("another")

    assert KEPT not in webui.impersonate()


def test_words_put_into_a_mouth_are_followed_like_others(webui: FakeWebui) -> None:
    webui.dummy(user=FACT)
    webui.dummy(reply="How lovely.")
    webui.send("Good night.")

    assert KEPT in asked_in_new_chat(webui, QUESTION)


def test_a_stopped_reply_is_remembered_as_far_as_it_went(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, "It was kept by Tobias, who")

    assert "kept by Tobias, who" in asked_in_new_chat(webui, LIGHTHOUSE)


@pytest.mark.parametrize("mode", ["instruct", "chat-instruct"])
def test_other_modes_remember_too(webui: FakeWebui, mode: str) -> None:
    webui.mode = mode
    webui.send(FACT)

    assert KEPT in asked_in_new_chat(webui, QUESTION)


def test_instruct_chats_and_the_character_keep_apart(webui: FakeWebui) -> None:
    webui.mode = "instruct"
    webui.send(FACT)
    webui.mode = "chat"

    assert KEPT not in asked_in_new_chat(webui, QUESTION)


def test_reasoning_is_not_remembered(webui: FakeWebui) -> None:
    webui.send(LIGHTHOUSE, f"<think>Not Fergus of Skerryvore.</think>{KEEPER}")

    prompt = asked_in_new_chat(webui, LIGHTHOUSE)

    assert "Tobias" in prompt
    assert "Fergus" not in prompt


def test_attachments_stay_with_their_message(webui: FakeWebui) -> None:
    webui.changes = {"truncation_length": 500, "max_new_tokens": 200}
    for number in range(30):
        webui.send(f"Some talk about the weather, number {number}.", "Yes. " * 12)
    row = len(webui.history["internal"])
    attached = {"attachments": [{"content": "page one"}]}
    webui.history["metadata"][f"user_{row}"] = attached

    prompt = webui.send("Read this.")

    assert "number 2." not in prompt
    assert "page one" in prompt.split("Read this.")[1]


def test_the_old_rows_are_left_out_in_steps(webui: FakeWebui) -> None:
    """A prompt that begins anew each turn is read anew each turn."""
    configure(webui, rolling_summaries=False)
    webui.changes = {"truncation_length": 900, "max_new_tokens": 200}
    first_lines = []
    for number in range(40):
        prompt = webui.send(f"Some talk, number {number}.", "Yes. " * 12)
        lines = prompt.splitlines()
        first_lines.append(next(line for line in lines if "Some talk" in line))

    moves = sum(a != b for a, b in pairwise(first_lines))
    assert 1 < moves < 8


def test_a_text_that_is_no_chat_does_not_change_where_a_chat_begins(
    webui: FakeWebui,
) -> None:
    configure(webui, rolling_summaries=False, notebook=True)
    webui.changes = {"truncation_length": 900, "max_new_tokens": 200}
    first_lines = []
    for number in range(40):
        webui.notebook("Once upon a time.")
        lines = webui.send(f"Some talk, number {number}.", "Yes. " * 12).splitlines()
        first_lines.append(next(line for line in lines if "Some talk" in line))

    moves = sum(a != b for a, b in pairwise(first_lines))
    assert 1 < moves < 8


def test_nothing_is_restored_twice_after_a_restart_of_the_interface(
    webui: FakeWebui, load: object
) -> None:
    webui.send(FACT)

    assert callable(load)
    load()

    assert asked_in_new_chat(webui, QUESTION).count(KEPT) == 1


def test_what_a_memory_before_this_one_put_in_is_not_the_users(
    webui: FakeWebui,
) -> None:
    block = f"[Miku remembers from earlier conversations:\nAnon: {KEEPER}\n]"
    webui.send(f"{FACT}\n\n{block}")

    prompt = asked_in_new_chat(webui, QUESTION)

    assert KEPT in prompt
    assert KEEPER not in asked_in_new_chat(webui, LIGHTHOUSE, "a third")


def test_a_prompt_is_counted_by_the_webuis_own_tokenizer(webui: FakeWebui) -> None:
    prompt = webui.send(FACT, "How lovely.")

    engine = engine_of(webui)
    [scope] = engine.scopes()
    [day] = engine.bank(scope).recalls.usage()
    assert (day.calls, day.read) == (1, len(prompt.split()))
