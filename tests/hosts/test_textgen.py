"""Our extension in a real webui: what a person tells a character, and what comes back.

Each test runs with the extension where the webui keeps it and where its user keeps it.
What the model was given is read from the recorder, not from us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hosts.conftest import EXTENSION
from tests.hosts.textgen_driver import ChatPage, chat_with
from tests.hosts.textgen_server import HERE, RECORDER, Place, Webui

pytestmark = [pytest.mark.webui, pytest.mark.slow]

FACT = "My sister Ingrid keeps bees in Bergen."
QUESTION = "What does my sister Ingrid keep?"
KEPT = "keeps bees in Bergen"

# The toy model says nothing of sense, so a reply that matters is written by hand.
LIGHTHOUSE = "Who kept the old lighthouse on Skerryvore?"
KEEPER = "The lighthouse on Skerryvore was kept by Tobias."


def prompt_after(chat: ChatPage, text: str) -> str:
    """Send a message and give the prompt that it led to."""
    chat.send(text)
    return chat.webui.prompts(chat_id=str(chat.chat_id()))[-1].prompt


def prompt_in_new_chat(chat: ChatPage, text: str) -> str:
    """Begin another chat with the same character and ask."""
    chat.new_chat()
    return prompt_after(chat, text)


def test_a_fact_told_in_one_chat_is_in_the_prompt_of_the_next(chat: ChatPage) -> None:
    chat.send(FACT)

    assert KEPT in prompt_in_new_chat(chat, QUESTION)
    assert chat.page_errors == []


def test_a_fact_is_not_repeated_while_it_is_still_in_sight(chat: ChatPage) -> None:
    chat.send(FACT)

    assert prompt_after(chat, QUESTION).count(KEPT) == 1


def test_a_fact_told_to_one_character_is_unknown_to_another(
    chat: ChatPage, fresh_characters: Iterator[str]
) -> None:
    chat.send(FACT)

    chat.switch_character(next(fresh_characters))

    assert KEPT not in prompt_after(chat, QUESTION)


def test_the_last_reply_of_a_chat_is_remembered(chat: ChatPage) -> None:
    """No hook is called after the last reply; it is read from the webui's log."""
    chat.send(LIGHTHOUSE)
    chat.edit(1, "assistant", KEEPER)

    assert "Tobias" in prompt_in_new_chat(chat, LIGHTHOUSE)


def test_a_reply_that_was_regenerated_is_in_no_prompt(chat: ChatPage) -> None:
    gone = chat.send(LIGHTHOUSE)
    kept = chat.regenerate()
    chat.send("I see.")

    prompt = prompt_in_new_chat(chat, LIGHTHOUSE)

    assert gone not in prompt
    assert kept in prompt
    assert gone not in "".join(seen.prompt for seen in chat.webui.prompts())


def test_a_reply_that_was_swiped_away_is_in_no_prompt(chat: ChatPage) -> None:
    chat.send(LIGHTHOUSE)
    chat.edit(1, "assistant", KEEPER)
    kept = chat.swipe("left")
    chat.send("I see.")

    prompt = prompt_in_new_chat(chat, LIGHTHOUSE)

    assert "Tobias" not in prompt
    assert kept in prompt


def test_a_reply_swiped_away_after_it_was_remembered_is_forgotten(
    chat: ChatPage,
) -> None:
    first = chat.chat_id()
    chat.send(LIGHTHOUSE)
    chat.edit(1, "assistant", KEEPER)
    chat.send("I see.")
    assert first is not None
    assert "Tobias" in prompt_in_new_chat(chat, LIGHTHOUSE)

    chat.open_chat(first)
    chat.swipe("left", row=1)
    assert "Tobias" not in prompt_in_new_chat(chat, LIGHTHOUSE)

    chat.open_chat(first)
    chat.swipe("right", row=1)
    assert "Tobias" in prompt_in_new_chat(chat, LIGHTHOUSE)


def test_an_edited_message_counts_as_it_reads_now(chat: ChatPage) -> None:
    chat.send("My brother Olav lives in Oslo.")
    chat.send("He likes it there.")
    chat.edit(1, "user", "My brother Olav lives in Tromsø.")
    chat.send("It is cold in winter.")

    prompt = prompt_in_new_chat(chat, "Where does my brother Olav live?")

    assert "Tromsø" in prompt
    assert "Oslo" not in prompt


def test_what_was_removed_is_in_no_later_prompt(chat: ChatPage) -> None:
    chat.send("Good evening.")
    chat.send("The safe opens with the word swordfish.")
    chat.remove_last()
    chat.send("Never mind.")

    assert "swordfish" not in prompt_in_new_chat(chat, "Which word opens the safe?")


def test_a_branch_keeps_its_secrets_from_the_trunk(chat: ChatPage) -> None:
    trunk = chat.chat_id()
    assert trunk is not None
    chat.send("Let us talk about my plans.")
    chat.send("I have not decided where to go.")
    chat.branch(row=1)
    chat.send("I decided to move to Lisbon with Ingrid.")
    chat.send("We leave in May.")

    chat.open_chat(trunk)
    assert "Lisbon" not in prompt_after(chat, "Where do I move with Ingrid?")

    assert "Lisbon" in prompt_in_new_chat(chat, "Where do I move with Ingrid?")


def test_a_renamed_chat_is_remembered_once(chat: ChatPage) -> None:
    chat.send(FACT)
    chat.rename_chat("About Ingrid")
    chat.send("She sells the honey at the market.")

    assert prompt_in_new_chat(chat, QUESTION).count(KEPT) == 1


def test_deleting_a_chat_breaks_nothing(chat: ChatPage) -> None:
    chat.send(FACT)
    chat.new_chat()
    chat.send("Good morning.")

    chat.delete_chat()

    assert chat.send("Still there?")
    assert chat.errors() == []


def test_memories_are_there_for_regenerate_and_continue(chat: ChatPage) -> None:
    """While continuing, the webui ignores the user's text."""
    chat.send(FACT)
    assert KEPT in prompt_in_new_chat(chat, QUESTION)

    chat.regenerate()
    assert KEPT in chat.webui.last_prompt()

    chat.continue_reply()
    assert KEPT in chat.webui.last_prompt()


def test_impersonating_goes_on_as_before(chat: ChatPage) -> None:
    chat.send(FACT)

    assert chat.impersonate()
    assert chat.send(QUESTION)


def test_a_stopped_reply_leaves_memory_working(chat: ChatPage) -> None:
    chat.set_max_new_tokens(2_000)
    chat.send_and_stop(FACT)
    chat.set_max_new_tokens(24)

    assert KEPT in prompt_in_new_chat(chat, QUESTION)


def test_an_incognito_chat_is_not_remembered(chat: ChatPage) -> None:
    chat.incognito_chat()
    chat.send(FACT)
    chat.send("Good night.")

    chat.reload()

    assert KEPT not in prompt_in_new_chat(chat, QUESTION)


@pytest.mark.parametrize("mode", ["instruct", "chat-instruct"])
def test_the_other_modes_remember_too(chat: ChatPage, mode: str, friend: str) -> None:
    fact = f"My neighbour {friend.replace(' ', '')}{mode[0]} breeds huskies."
    name = fact.split()[2]
    chat.switch_mode(mode)
    chat.new_chat()
    chat.send(fact)

    prompt = prompt_in_new_chat(chat, f"What does my neighbour {name} breed?")

    chat.switch_mode("chat")
    assert fact in prompt


def test_nothing_of_ours_is_left_in_what_the_webui_keeps(chat: ChatPage) -> None:
    """The host lends its state and history; what is added there comes back for ever."""
    chat.send(FACT)
    assert KEPT in prompt_in_new_chat(chat, QUESTION)

    chat.reload()

    assert KEPT not in str(chat.stored())
    assert KEPT not in chat.page.input_value("#character-context textarea")
    settings = (chat.webui.user_data / "settings.yaml").read_text(encoding="utf-8")
    assert "bees" not in settings


def test_the_api_remembers_each_user_apart(
    memory_webui: Webui, fresh_characters: Iterator[str]
) -> None:
    friend = next(fresh_characters)

    memory_webui.api_chat(FACT, character=friend, user="alice")
    memory_webui.api_chat(QUESTION, character=friend, user="bob")
    assert KEPT not in memory_webui.last_prompt()

    memory_webui.api_chat(QUESTION, character=friend, user="alice")
    assert KEPT in memory_webui.last_prompt()
    memory_webui.api_chat_streamed(QUESTION, character=friend, user="alice")
    assert KEPT in memory_webui.last_prompt()


def test_what_the_api_hears_is_no_part_of_the_webuis_own_chats(
    chat: ChatPage, friend: str
) -> None:
    chat.webui.api_chat(FACT, character=friend)

    assert KEPT not in prompt_after(chat, QUESTION)


def test_the_tab_opens(chat: ChatPage) -> None:
    chat.send(FACT)

    chat.open_tab("Memory")
    chat.page.wait_for_selector(".extension-tab:visible")

    assert chat.page_errors == []
    assert chat.errors() == []


@pytest.fixture(params=["system", "user"])
def place(request: pytest.FixtureRequest) -> Place:
    """Say where the extension is attached."""
    found: Place = request.param
    return found


@pytest.fixture
def own_webui(new_webui: Webui, place: Place) -> Webui:
    """Give a webui with memory that a test may start and stop as it likes."""
    new_webui.attach(EXTENSION, "long_term_memory", place)
    new_webui.attach(HERE / "recorder", RECORDER)
    return new_webui


def test_memories_outlive_restarts_of_interface_and_server(
    own_webui: Webui, browser: Any, friend: str
) -> None:
    """A user copy is executed a second time when the interface is rebuilt."""
    own_webui.start()
    with chat_with(friend, own_webui, browser) as chat:
        chat.send(FACT)
        chat.restart_interface()
        chat.switch_character(friend)
        assert prompt_in_new_chat(chat, QUESTION).count(KEPT) == 1

        own_webui.restart()
        chat.reload()
        chat.switch_character(friend)
        assert KEPT in prompt_in_new_chat(chat, QUESTION)

        own_webui.kill()
        own_webui.start()
        chat.reload()
        chat.switch_character(friend)
        assert KEPT in prompt_in_new_chat(chat, QUESTION)
        assert chat.page_errors == []


def test_the_api_alone_remembers(own_webui: Webui, friend: str) -> None:
    own_webui.start("--nowebui")

    own_webui.api_chat(FACT, character=friend)
    own_webui.api_chat(QUESTION, character=friend)

    assert KEPT in own_webui.last_prompt()


def test_with_many_users_nothing_is_written(own_webui: Webui, friend: str) -> None:
    own_webui.start("--multi-user", "--nowebui")

    own_webui.api_chat(FACT, character=friend)
    own_webui.api_chat(QUESTION, character=friend)

    assert KEPT not in own_webui.last_prompt()
    assert list(own_webui.user_data.rglob("memory.sqlite3")) == []


def test_a_reply_comes_even_if_memory_cannot_be_kept(
    own_webui: Webui, browser: Any, friend: str
) -> None:
    """Where the memories are to go lies a file; the log tells, the chat goes on."""
    (own_webui.user_data / "long_term_memory").write_text("not a folder")

    own_webui.start()

    with chat_with(friend, own_webui, browser) as chat:
        assert chat.send(FACT)
        assert FACT in own_webui.last_prompt()
    assert "ong-term memory" in own_webui.log


def test_another_extension_may_own_the_prompt(
    new_webui: Webui, browser: Any, friend: str
) -> None:
    """The webui asks only the first extension; ours says so and the reply goes on."""
    new_webui.attach(HERE / "rival", "rival")
    new_webui.attach(EXTENSION, "long_term_memory")
    new_webui.attach(HERE / "recorder", RECORDER)
    new_webui.start()

    with chat_with(friend, new_webui, browser) as chat:
        chat.send(FACT)
        assert "Built by the rival." in new_webui.last_prompt()
        chat.open_tab("Memory")
        told = chat.page.locator(".extension-tab").get_by_text(re.compile(r"\brival\b"))
        told.first.wait_for()
