"""The page in Gradio: it is built, and its callbacks do what its controls promise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from long_term_memory.core.types import Context, Query, Scope
from long_term_memory.editor.host import Host
from long_term_memory.editor.markup import OpenEdit
from long_term_memory.editor.memory_actions import PageState, scope_key
from long_term_memory.editor.page import Page, standalone
from long_term_memory.editor.replies import NEWEST
from long_term_memory.editor.sample import sample
from long_term_memory.editor.sample import tell as tell_sample
from long_term_memory.editor.tabs.forget import ForgetTab
from long_term_memory.editor.tabs.memories import MemoriesTab
from long_term_memory.editor.tabs.safety import SafetyTab
from long_term_memory.editor.tabs.settings import SettingsTab
from long_term_memory.editor.tabs.why import WhyTab
from long_term_memory.editor.turns import TurnView
from long_term_memory.engine.compose import LastTurn
from long_term_memory.engine.engine import Engine
from tests.editor.conftest import NOW, tell
from tests.editor.gradios import the_gradio

pytestmark = pytest.mark.gradio


@pytest.fixture
def gr() -> Any:
    return the_gradio()


@pytest.fixture
def host(anna: Scope) -> Host:
    """A host that lends everything it can."""
    query = Query(text="What is my cat called?")
    turn = LastTurn(at=NOW, scope=anna, chat="Picnic", query=query, context=Context())
    return Host(
        current=lambda: anna,
        last_turn=lambda: turn,
        setting_groups=("webui", "recall", "prompt"),
        sample=True,
    )


@pytest.fixture
def page(gr: Any, engine: Engine, host: Host) -> Page:
    made = Page(engine, host)
    with gr.Blocks() as blocks:
        made.build(blocks)
    return made


def heard(do: str, memory_id: str = "", text: str = "") -> str:
    return json.dumps({"do": do, "id": memory_id, "text": text})


def test_the_page_is_built_with_all_its_parts(
    gr: Any, engine: Engine, host: Host
) -> None:
    config = standalone(engine, host).get_config_file()

    labels = {part["props"].get("label") for part in config["components"]}
    assert {"Memories", "Why", "Forget", "Settings", "Character"} <= labels
    assert {"Remember and recall", "Room for recalled memories, in tokens"} <= labels


def test_nothing_waits_for_what_only_a_script_does(
    gr: Any, engine: Engine, host: Host
) -> None:
    """Gradio 4 never tells that such an event is over."""
    events = standalone(engine, host).get_config_file()["dependencies"]

    scripts = {one["id"] for one in events if not one["backend_fn"]}
    assert scripts
    assert [one["id"] for one in events if one["trigger_after"] in scripts] == []


def test_what_draws_the_list_is_answered_in_the_order_it_happened(
    gr: Any, engine: Engine, host: Host
) -> None:
    """The answer to a filter, come late, was drawn over that to a search."""
    made = Page(engine, host)
    with gr.Blocks() as blocks:
        made.build(blocks)

    listed = made.tab(MemoriesTab).list
    drawing = [one for one in blocks.fns.values() if listed in one.outputs]
    assert len(drawing) > 10
    assert {one.concurrency_id for one in drawing} == {"ltm-memories"}


def test_a_page_that_offers_no_sample_shows_none(gr: Any, engine: Engine) -> None:
    config = standalone(engine, Host()).get_config_file()

    labels = {part["props"].get("label") for part in config["components"]}
    assert "Why" in labels
    assert "A sample chat, to see it work" not in labels


def test_a_tab_that_a_page_has_not_is_no_tab(gr: Any, engine: Engine) -> None:
    made = Page(engine, Host())

    with pytest.raises(LookupError, match="WhyTab"):
        made.tab(WhyTab)


def test_no_program_finds_the_pages_actions_in_the_api(
    gr: Any, engine: Engine, host: Host
) -> None:
    info = standalone(engine, host).get_api_info()

    assert info["named_endpoints"] == {}


def test_opening_the_page_shows_the_hosts_character(page: Page, anna: Scope) -> None:
    status, bank, view = page.on_refresh(None, PageState())
    html, *_ = page.tab(MemoriesTab).on_show(view)

    assert "4 messages in 1 chat<" in status
    assert bank["value"] == scope_key(anna)
    assert "My cat is Miso." in html
    assert view.scope == anna


def test_the_page_follows_the_host_to_another_character_once(
    gr: Any, engine: Engine, anna: Scope
) -> None:
    bert = Scope(user="default", character="Bert")
    tell(engine, "Walk", "Hello Bert", "Hm.", scope=bert)
    at = [anna]
    made = Page(engine, Host(current=lambda: at[0]))
    with gr.Blocks() as blocks:
        made.build(blocks)
    _, _, view = made.on_refresh(None, PageState())

    at[0] = bert
    _, followed, view = made.on_refresh(scope_key(anna), view)
    _, chosen, view = made.on_refresh(scope_key(anna), view)

    assert followed["value"] == scope_key(bert)
    assert chosen["value"] == scope_key(anna)
    assert view.scope == anna


def test_refreshing_leaves_alone_what_is_being_typed(page: Page, anna: Scope) -> None:
    typing = PageState(scope=anna, editing=OpenEdit("x", "so far"))
    turning = TurnView(editing=OpenEdit("x", "so far"))

    _, _, view = page.on_refresh(scope_key(anna), typing)
    html, *_ = page.tab(MemoriesTab).on_show(view)
    *_, turn, turn_view = page.tab(WhyTab).on_show(NEWEST, "", turning, view)

    assert view == typing
    assert turn_view == turning
    assert "value" not in html
    assert "value" not in turn


def test_a_page_without_memories_opens_with_the_sample(gr: Any, engine: Engine) -> None:
    assert Page(engine, Host(sample=True)).first_tab() == "why"
    assert Page(engine, Host()).first_tab() == "memories"

    tell_sample(engine)
    assert Page(engine, Host(sample=True)).first_tab() == "why"
    tell(engine, "Walk", "Hello", "Hm.")
    assert Page(engine, Host(sample=True)).first_tab() == "memories"


def test_with_memories_it_opens_with_them(page: Page) -> None:
    assert page.on_open()["selected"] == "memories"


def test_choosing_draws_the_list_anew(page: Page, anna: Scope) -> None:
    status, chosen = page.on_choose(scope_key(anna), PageState())
    html, view = page.tab(MemoriesTab).on_choose(
        "miso", "turn", "", "", "newest", "", "", "", chosen
    )

    assert "Miso" in html
    assert "Hello!" not in html
    assert view == PageState(scope=anna, words="miso", shelf="turn")
    assert page.on_poll(view) == status


def test_who_only_leaves_a_field_stays_on_his_page(page: Page, anna: Scope) -> None:
    """A field that is left tells of it, though nothing was typed."""
    seen = PageState(scope=anna, words="miso", page=7)

    _, same = page.tab(MemoriesTab).on_choose(
        "miso", "all", None, "", "newest", "", "", "", seen
    )
    _, other = page.tab(MemoriesTab).on_choose(
        "cat", "all", "", "", "", "", "", "", seen
    )

    assert same == seen
    assert other.page == 0


def test_what_can_be_chosen_follows_the_character(page: Page, anna: Scope) -> None:
    _, chats, speakers = page.tab(MemoriesTab).on_show(PageState(scope=anna))

    assert [label for label, _ in chats["choices"]] == ["Any chat", "Picnic"]
    assert [label for label, _ in speakers["choices"]] == ["Anybody", "You", "Anna"]


def test_a_note_empties_its_field_only_once_it_is_kept(page: Page, anna: Scope) -> None:
    kept = page.tab(MemoriesTab).on_note("Likes rain.", True, PageState(scope=anna))
    refused = page.tab(MemoriesTab).on_note(" ", False, PageState(scope=anna))

    assert "Likes rain." in kept[1]
    assert kept[3] == ""
    assert "value" not in refused[3]


def test_a_click_in_the_list_is_heard(page: Page, engine: Engine, anna: Scope) -> None:
    [cat] = engine.bank(anna).memories.search("miso")

    memories = page.tab(MemoriesTab)
    _, html, _ = memories.on_press(heard("delete", cat.id), PageState(scope=anna))

    assert "Undo" in html


def test_the_last_reply_is_shown_and_can_be_changed(page: Page, anna: Scope) -> None:
    why = page.tab(WhyTab)
    view = PageState(scope=anna)
    *_, html, turn = why.on_show(NEWEST, "", TurnView(), view)
    again, _ = why.on_press(heard("cancel"), turn)

    assert "What is my cat called?" in html
    assert "Picnic" in again


def test_the_sample_is_loaded_and_asked(page: Page, anna: Scope) -> None:
    why = page.tab(WhyTab)
    said = why.on_load()
    text, html, view = why.on_suggestion(heard("ask", text=sample().questions[0]))
    again, _ = why.on_press(heard("cancel"), view)

    assert "are loaded" in said
    assert text == sample().questions[0]
    assert "Sultan" in html
    assert "Sultan" in again


def test_settings_are_applied_and_shown_as_they_are(
    page: Page, engine: Engine, anna: Scope
) -> None:
    view = PageState(scope=anna)
    settings = page.tab(SettingsTab)
    _, _, _, *values = settings.on_show()
    place = [one.name for one in settings.options].index("recall_tokens")
    values[place] = 55

    said, *_ = settings.on_apply(view, *values)
    wrong, *rest = settings.on_apply(view, *values[:place], -5, *values[place + 1 :])

    assert "hold from now on" in said
    assert "must be" in wrong
    assert not any("value" in one for one in rest)
    assert engine.settings.prompt.recall_tokens == 55
    assert settings.on_show()[3 + place] == 55


def test_a_preset_and_a_reset_are_one_click(page: Page, engine: Engine) -> None:
    settings, view = page.tab(SettingsTab), PageState()

    said, preset, _, changed, *_ = settings.on_preset(view, "few-tokens")
    _, _, _, reset, *_ = settings.on_reset(heard("reset-all"), view)
    nothing, *_ = settings.on_reset(heard("cancel"), view)

    assert "hold from now on" in said
    assert preset["value"] == "few-tokens"
    assert "Changed since default" in changed
    assert "Every setting has its default" in reset
    assert "hold from now on" not in nothing
    assert all(one["visible"] for one in settings.on_level("advanced"))
    assert not any(one["visible"] for one in settings.on_level("simple"))


def test_a_preview_shows_what_stands_in_the_fields(page: Page, anna: Scope) -> None:
    settings = page.tab(SettingsTab)
    _, _, _, *values = settings.on_show()

    fold, html = settings.on_look(PageState(scope=anna), *values)

    assert fold["open"] is True
    assert "My cat is Miso." in html


def test_any_of_the_last_replies_can_be_chosen(
    gr: Any, engine: Engine, anna: Scope
) -> None:
    asked = {"one": "Where is the key?", "two": "Who is at the door?"}
    turns = [
        LastTurn(
            at=NOW, scope=anna, chat=chat, query=Query(text=text), context=Context()
        )
        for chat, text in asked.items()
    ]
    made = Page(engine, Host(last_turns=lambda: turns))
    with gr.Blocks() as blocks:
        made.build(blocks)
    tab, view = made.tab(WhyTab), PageState(scope=anna)

    choice, _, _, newest, _ = tab.on_show(NEWEST, "", TurnView(), view)
    (_, _), (_, _), (label, second) = choice["choices"]
    html, _ = tab.on_choose(second, view)

    assert asked["one"] in newest
    assert asked["two"] in label
    assert asked["two"] in html
    assert asked["one"] not in html


def test_a_message_is_tried_in_a_chat_and_stays_in_sight(
    page: Page, engine: Engine, anna: Scope
) -> None:
    why, view = page.tab(WhyTab), PageState(scope=anna)
    _, chats, *_ = why.on_show(NEWEST, "", TurnView(), view)

    html, turn = why.on_ask("What is my cat called?", "", view)
    shown = why.on_show(NEWEST, "", turn, view)
    nobody, _ = why.on_ask("What is my cat called?", "", PageState())

    assert chats["value"] == engine.bank(anna).chats()[0].id
    assert "Miso" in html
    assert "value" not in shown[3]
    assert "Choose a character first" in nobody
    assert engine.bank(anna).recalls.newest() == []


def test_two_settings_are_compared(page: Page, anna: Scope) -> None:
    why, view = page.tab(WhyTab), PageState(scope=anna)
    _, turn = why.on_ask("What is my cat called?", "", view)
    sides = ("now", "", "", "few-tokens", "gate", "off")

    html = why.on_compare("", "", view, turn, *sides)
    nothing = why.on_compare("", "", view, TurnView(), *sides)

    assert "B: Few tokens, with one change" in html
    assert "Type a message first" in nothing


def test_what_would_go_is_shown_and_goes_once_the_word_is_typed(
    page: Page, engine: Engine, anna: Scope
) -> None:
    tab, view = page.tab(ForgetTab), PageState(scope=anna)
    chats, speakers = tab.on_show(view, "gone", "")
    [chat] = [value for label, value in chats["choices"] if label == "Picnic"]

    html, asked = tab.on_look(view, False, "some", chat, "", "", "")
    wrong, same = tab.on_press(heard("forget-now", text="forgot"), asked)
    _, nothing = tab.on_press(heard("cancel"), asked)
    done, gone = tab.on_press(heard("forget-now", text="forget"), asked)

    assert chats["value"] == speakers["value"] == ""
    assert "Whole chats: Picnic" in html
    assert "Nothing was forgotten" in wrong
    assert same == asked
    assert nothing is gone is None
    assert "Forgotten for good: 4 messages" in done
    assert engine.bank(anna).stats().messages == 0
    assert tab.on_what("everything")["visible"] is False


def test_where_nothing_is_yet_it_says_how_to_connect(gr: Any, engine: Engine) -> None:
    made = Page(engine, Host(base_url="http://127.0.0.1:5100/v1", last_turns=list))
    with gr.Blocks() as blocks:
        made.build(blocks)

    *_, turn, _ = made.tab(WhyTab).on_show(NEWEST, "", TurnView(), PageState())

    for html in (turn, made.tab(MemoriesTab).draw(PageState())):
        assert "http://127.0.0.1:5100/v1" in html
        assert "data-ltm-copy" in html
        assert "SillyTavern" in html


class Asking:
    """A request as Gradio lends it."""

    session_hash = "visitor"

    def __init__(self, language: str) -> None:
        self.headers = {"accept-language": language}


def test_each_visitor_reads_the_page_in_his_language(page: Page, anna: Scope) -> None:
    show = page.ui.gr.carry(page.ui.on_language, 1)
    listed = page.ui.gr.carry(page.tab(MemoriesTab).on_show, 3)

    chinese = {one.get("label") for one in show(Asking("zh-CN,zh;q=0.9"))}
    english = [one for one in show(Asking("en-US")) if "label" in one]

    assert {"记忆", "角色", "记住并回忆"} <= chinese
    assert english == []
    view = PageState(scope=anna)
    assert ">置顶<" in listed(Asking("zh"), view)[0]
    assert ">Pin<" in listed(Asking("fr"), view)[0]
    assert ">Pin<" in listed(None, view)[0]


def test_work_in_a_thread_answers_in_the_language_of_who_began_it(
    page: Page, engine: Engine
) -> None:
    tab = page.tab(SafetyTab)
    [part] = [one for one in tab.parts if one.name == "ltm-age"]
    click = json.dumps({"do": "preview", "text": "36000"})
    press = page.ui.gr.carry(lambda: tab.on_press(part, click, PageState()), 1)

    press(Asking("zh"))
    assert tab.job.wait(20)

    assert "没有这么旧的内容" in tab.on_show(part, PageState())
