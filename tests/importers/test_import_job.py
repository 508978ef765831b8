"""Imports: what comes, what does not come twice, how it goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.ingestion.chat_finder import ChatHints
from long_term_memory.errors import NotFound
from long_term_memory.importers.file_content import ImportOptions
from long_term_memory.importers.import_job import Import, batches, undo
from long_term_memory.importers.report import ImportPhase, ImportProgress, Report

from . import foreign
from .foreign import HEADER, card, message, put, webui_log

TIMES = ["Nov 21, 2026 10:00", "Nov 21, 2026 10:05", "Nov 21, 2026 10:09"]
ROWS = [
    ("My sister Mira keeps bees in Oslo.", "How many hives has she?"),
    ("Nine hives, and a grumpy goose.", "The goose guards the honey, surely."),
    ("It bit the postman twice.", "A goose of principle."),
]


def bring(engine: Engine, path: Path, **wishes: object) -> Report:
    return Import(engine, ImportOptions(**wishes)).run([path])  # type: ignore[arg-type]


def bank_of(engine: Engine, character: str = "Miku") -> Bank:
    return engine.bank(Scope(user="default", character=character))


def texts(bank: Bank, name: str, host: str = "webui") -> list[str]:
    return [place.message.content for place in bank.chat(name, host=host).path()]


def ids(bank: Bank, name: str, host: str = "webui") -> list[str]:
    return [place.message.id for place in bank.chat(name, host=host).path()]


def flat(rows: list[tuple[str, str]]) -> list[str]:
    return [text for row in rows for text in row]


def a_log(inbox: Path, rows: int = 3, name: str = "one", **changes: str) -> Path:
    """Write a chat of Miku; `changes` replace a reply by its row: r1="Other."."""
    told = [
        (user, changes.get(f"r{number}", reply))
        for number, (user, reply) in enumerate(ROWS[:rows])
    ]
    log = webui_log(*told, times=TIMES[:rows])
    return put(inbox / f"logs/chat/Miku/{name}.json", log)


# -- what comes ----------------------------------------------------------------------


def test_an_imported_fact_is_recalled_in_another_chat(
    engine: Engine, inbox: Path
) -> None:
    report = bring(engine, a_log(inbox))

    query = Query(text="Where does my sister Mira keep her bees?")
    found = bank_of(engine).chat("new", host="webui").recall(query)
    assert found[0].memory.content == ROWS[0][0]
    assert (report.chats, report.messages, report.left_out) == (1, 6, 0)
    assert report.files[0].words == "Miku: 6 messages"
    assert bank_of(engine).stats().due == 0


def test_importing_twice_changes_nothing(engine: Engine, inbox: Path) -> None:
    a_log(inbox)
    put(inbox / "Seraphina.json", card())
    first = bring(engine, inbox)
    before = ids(bank_of(engine), "one")

    second = bring(engine, inbox)

    assert (first.chats, first.messages, first.notes) == (1, 6, 1)
    assert (second.chats, second.messages, second.notes) == (0, 0, 0)
    assert second.batch == ""
    assert [file.words for file in second.files] == [
        "Seraphina: nothing new",
        "Miku: nothing new",
    ]
    assert ids(bank_of(engine), "one") == before
    assert len(batches(engine, "default")) == 1


def test_a_log_that_went_on_brings_only_what_is_new(
    engine: Engine, inbox: Path
) -> None:
    bring(engine, a_log(inbox, rows=2))
    before = ids(bank_of(engine), "one")

    report = bring(engine, a_log(inbox, rows=3))

    assert report.messages == 2
    assert report.files[0].words == "Miku: 2 messages (went on)"
    assert ids(bank_of(engine), "one")[:4] == before
    assert texts(bank_of(engine), "one") == flat(ROWS)


def test_an_older_copy_takes_nothing_away(engine: Engine, inbox: Path) -> None:
    bring(engine, a_log(inbox, rows=3))

    report = bring(engine, a_log(inbox, rows=1))

    assert report.files[0].words == "Miku: nothing new"
    assert texts(bank_of(engine), "one") == flat(ROWS)


def test_a_newer_log_that_differs_is_followed(engine: Engine, inbox: Path) -> None:
    bring(engine, a_log(inbox, rows=2))

    report = bring(engine, a_log(inbox, rows=3, r1="Swiped."))

    assert "now as in the file" in report.files[0].words
    assert texts(bank_of(engine), "one")[3] == "Swiped."


def test_an_older_log_that_differs_stands_beside_and_comes_once(
    engine: Engine, inbox: Path
) -> None:
    bring(engine, a_log(inbox, rows=3))

    first = bring(engine, a_log(inbox, rows=2, r1="Another."))
    second = bring(engine, inbox)

    bank = bank_of(engine)
    assert "kept beside" in first.files[0].words
    assert first.messages > 0
    assert second.messages == 0
    assert texts(bank, "one") == flat(ROWS)
    [beside] = [chat for chat in bank.chats() if "imported" in chat.title]
    [(_, name)] = beside.names
    assert texts(bank, name) == [*flat(ROWS)[:3], "Another."]
    # The common past is one: the branch has the chat's own messages.
    assert ids(bank, name)[:3] == ids(bank, "one")[:3]


def test_members_of_a_group_get_the_same_messages(engine: Engine, inbox: Path) -> None:
    text = foreign.jsonl(
        HEADER,
        message("Hello both.", user=True),
        message("Hm.", name="Gil", original_avatar="Gil.png"),
        message("Hi!", name="Ann", original_avatar="Ann.png"),
        message("Hm.", name="Gil", original_avatar="Gil.png"),
    )
    put(inbox / "groups/1.json", {"members": ["Gil.png", "Ann.png"], "chats": ["9"]})

    bring(engine, put(inbox / "group chats/9.jsonl", text))

    gil, ann = bank_of(engine, "Gil"), bank_of(engine, "Ann")
    assert texts(gil, "9", "sillytavern") == ["Hello both.", "Hm.", "Hi!", "Hm."]
    assert ids(gil, "9", "sillytavern") == ids(ann, "9", "sillytavern")
    assert len(set(ids(gil, "9", "sillytavern"))) == 4


def test_a_branch_shares_its_past_with_its_parent(engine: Engine, inbox: Path) -> None:
    lines = [message("Hi.", user=True), message("Hello.")]
    fork = {"chat_metadata": {"main_chat": "a"}, "user_name": "unused"}
    put(inbox / "chats/Seraphina/a.jsonl", foreign.jsonl(HEADER, *lines, message("A.")))
    put(inbox / "chats/Seraphina/b.jsonl", foreign.jsonl(fork, *lines, message("B.")))

    bring(engine, inbox)

    bank = bank_of(engine, "Seraphina")
    assert texts(bank, "b", "sillytavern") == ["Hi.", "Hello.", "B."]
    assert ids(bank, "a", "sillytavern")[:2] == ids(bank, "b", "sillytavern")[:2]


def test_a_folder_of_mixed_things_tells_each_and_imports_the_rest(
    engine: Engine, inbox: Path
) -> None:
    a_log(inbox)
    put(inbox / "half.json", '{"internal": [["Hi.", "Hel')
    put(inbox / "picture.png", foreign.picture())
    put(inbox / "garbled.json", b'{"internal": "\xff"}')
    put(inbox / "ltm_config.json", {"ltm_reads": {"num_memories_to_fetch": 2}})
    put(inbox / "groups/1.json", {"members": [], "chat_id": "x"})
    foreign.old_database(
        inbox / "bot_memories/miku/long_term_memory.db", ("Miku", "I sing.", "")
    )

    report = bring(engine, inbox)

    told = {Path(file.path).name: file for file in report.files}
    assert report.left_out == 3
    assert "ends in the middle" in told["half.json"].words
    assert "without a character card" in told["picture.png"].words
    assert "not UTF-8" in told["garbled.json"].words
    assert told["ltm_config.json"].words == "settings: num_memories_to_fetch 2"
    assert told["1.json"].words == "nothing to remember"
    assert told["long_term_memory.db"].words == "Miku: 1 message"
    assert texts(bank_of(engine), "one") == flat(ROWS)


def test_a_note_deleted_by_hand_stays_deleted(engine: Engine, inbox: Path) -> None:
    path = put(inbox / "s.json", card())
    bring(engine, path)
    memories = bank_of(engine, "Seraphina").memories
    [note] = memories.list()
    memories.delete(note.id)

    assert bring(engine, path).notes == 0
    assert memories.list() == []


# -- dry run, progress, stopping -----------------------------------------------------


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    engine: Engine, inbox: Path
) -> None:
    a_log(inbox)
    put(inbox / "s.json", card())
    run = Import(engine)

    planned = run.plan([inbox])
    assert engine.scopes() == []
    done = run.run([inbox])

    assert [file.words for file in planned.files] == [file.words for file in done.files]
    assert (planned.chats, planned.messages, planned.notes) == (1, 6, 1)
    assert planned.batch == ""
    again = run.plan([inbox])
    assert (again.chats, again.messages, again.notes) == (0, 0, 0)


def test_a_dry_run_tells_of_older_versions_too(engine: Engine, inbox: Path) -> None:
    bring(engine, a_log(inbox, rows=3))
    path = a_log(inbox, rows=2, r1="Another.")

    planned = Import(engine).plan([path])
    done = bring(engine, path)

    assert "kept beside" in planned.files[0].words
    assert planned.files[0].messages == done.files[0].messages
    assert Import(engine).plan([path]).messages == 0


def test_progress_is_told_with_rate_and_time_left(engine: Engine, inbox: Path) -> None:
    for name in "abc":
        put(inbox / f"chat/Miku/{name}.json", webui_log((f"Only {name}.", "Yes.")))
    told: list[ImportProgress] = []
    ticks = iter(range(1000))

    Import(engine, tell=told.append, clock=lambda: float(next(ticks))).run([inbox])

    reading = [one for one in told if one.phase is ImportPhase.READING]
    assert [(one.done, one.total) for one in reading] == [(1, 3), (2, 3), (3, 3)]
    assert [one.rate for one in reading] == [1.0, 1.0, 1.0]
    assert [one.seconds_left for one in reading] == [2.0, 1.0, 0.0]


def test_nothing_done_yet_tells_no_time_left() -> None:
    start = ImportProgress(phase=ImportPhase.LEARNING, done=0, total=5, seconds=0.0)

    assert (start.rate, start.seconds_left) == (0.0, None)


def test_a_stopped_import_goes_on_where_it_stopped(engine: Engine, inbox: Path) -> None:
    for name in "abc":
        put(inbox / f"chat/Miku/{name}.json", webui_log((f"Only {name}.", "Yes.")))
    asked: list[None] = []

    def stop_after_two() -> bool:
        asked.append(None)
        return len(asked) > 2

    stopped = Import(engine, stop=stop_after_two).run([inbox])
    rest = bring(engine, inbox)

    assert stopped.cancelled
    assert [file.chats for file in stopped.files] == [1, 1]
    assert not rest.cancelled
    assert [file.chats for file in rest.files] == [0, 0, 1]


# -- undoing -------------------------------------------------------------------------


def test_an_import_is_undone_as_a_whole_and_comes_again_as_it_was(
    engine: Engine, inbox: Path
) -> None:
    bank_of(engine).chat("mine", host="webui").observe(
        Window(messages=(WindowMessage("user", "I live in Rome."),), complete=True)
    )
    a_log(inbox)
    put(inbox / "s.json", card())
    report = bring(engine, inbox)
    before = ids(bank_of(engine), "one")

    undone = undo(engine, "default", report.batch)

    bank = bank_of(engine)
    assert (undone.chats, undone.notes, undone.kept) == (1, 1, ())
    assert [chat.title for chat in bank.chats()] == ["mine"]
    assert bank.stats().messages == 1
    assert bank_of(engine, "Seraphina").memories.list() == []
    assert batches(engine, "default") == []
    again = bring(engine, inbox)
    assert (again.messages, again.notes) == (6, 1)
    assert ids(bank, "one") == before


def test_undoing_what_grew_keeps_what_was_there_before(
    engine: Engine, inbox: Path
) -> None:
    bring(engine, a_log(inbox, rows=1))
    report = bring(engine, a_log(inbox, rows=3, r0="Changed."))

    undo(engine, "default", report.batch)

    assert texts(bank_of(engine), "one") == flat(ROWS[:1])


def test_imports_can_be_undone_one_after_the_other(engine: Engine, inbox: Path) -> None:
    first = bring(engine, a_log(inbox, rows=1))
    second = bring(engine, a_log(inbox, rows=2))

    assert undo(engine, "default", second.batch).kept == ()
    assert undo(engine, "default", first.batch).kept == ()
    assert bank_of(engine).chats() == []


def test_what_went_on_since_is_kept_and_told(engine: Engine, inbox: Path) -> None:
    a_log(inbox)
    put(inbox / "s.json", card())
    report = bring(engine, inbox)
    chat = bank_of(engine).chat("one", host="webui")
    shown = [*chat.path(), None]
    live = tuple(
        WindowMessage(place.message.role, place.message.content)
        if place
        else WindowMessage("user", "?")
        for place in shown
    )
    chat.observe(Window(messages=live, complete=True))
    memories = bank_of(engine, "Seraphina").memories
    memories.pin(memories.list()[0].id)

    undone = undo(engine, "default", report.batch)

    assert set(undone.kept) == {"one", "forest: Seraphina guards Eldoria."}
    assert len(chat.path()) == 7
    assert len(memories.list()) == 1


def test_an_unknown_batch_cannot_be_undone(engine: Engine) -> None:
    with pytest.raises(NotFound, match="nothing with the id 'x'"):
        undo(engine, "default", "x")


def test_another_user_cannot_undo_an_import(engine: Engine, inbox: Path) -> None:
    report = bring(engine, a_log(inbox), user="ann")

    with pytest.raises(NotFound):
        undo(engine, "default", report.batch)
    assert undo(engine, "ann", report.batch).chats == 1


# -- going on live -------------------------------------------------------------------


def test_a_webui_chat_goes_on_live_where_its_import_ended(
    engine: Engine, inbox: Path
) -> None:
    bring(engine, a_log(inbox))
    before = ids(bank_of(engine), "one")
    local = [datetime.strptime(at, "%b %d, %Y %H:%M").astimezone() for at in TIMES]
    live = [
        WindowMessage(role, text, name=name, said_at=local[number])  # type: ignore[arg-type]
        for number, row in enumerate(ROWS)
        for role, name, text in zip(
            ("user", "assistant"), ("Bo", "Miku"), row, strict=True
        )
    ]
    live.append(
        WindowMessage("user", "And the bees?", name="Bo", said_at=datetime.now(UTC))
    )

    observed = (
        bank_of(engine)
        .chat("one", host="webui")
        .observe(Window(messages=tuple(live), complete=True))
    )

    assert (observed.added, observed.removed) == (1, 0)
    assert ids(bank_of(engine), "one")[:6] == before


def test_a_file_gives_each_message_its_own_time_though_one_was_forgotten(
    engine: Engine, inbox: Path
) -> None:
    rows = [("Nod.", "Yes."), ("Nine hives, and a grumpy goose.", "Yes."), ROWS[2]]
    shown = [
        WindowMessage(role, text, name=name)  # type: ignore[arg-type]
        for row in rows
        for role, name, text in zip(
            ("user", "assistant"), ("Bo", "Miku"), row, strict=True
        )
    ]
    bank = bank_of(engine)
    bank.chat("one", host="webui").observe(Window(messages=tuple(shown), complete=True))
    [goose] = bank.memories.search("goose")[-1:]
    engine.forgetting(bank.scope).forget(ForgetTarget(memories=(goose.id,)))

    bring(engine, put(inbox / "logs/chat/Miku/one.json", webui_log(*rows, times=TIMES)))

    path = [place.message for place in bank.chat("one", host="webui").path()]
    told = [one.said_at and f"{one.said_at.astimezone():%H:%M}" for one in path]
    assert [one.content for one in path] == ["Nod.", "Yes.", "Yes.", *ROWS[2]]
    assert told == ["10:00", "10:00", "10:05", "10:09", "10:09"]


@pytest.mark.parametrize("complete", [True, False])
def test_a_sillytavern_chat_goes_on_live_where_its_import_ended(
    engine: Engine, inbox: Path, complete: bool
) -> None:
    """The page shows the whole chat; a proxy its newest messages, without times."""
    lines = [
        message(text, user=number % 2 == 0, is_system=number == 1)
        for number, text in enumerate(flat(ROWS))
    ]
    name = "Seraphina - 2026-11-21@00h32m43s282ms"
    bring(
        engine,
        put(inbox / f"chats/Seraphina/{name}.jsonl", foreign.jsonl(HEADER, *lines)),
    )
    bank = bank_of(engine, "Seraphina")
    before = ids(bank, name, "sillytavern")
    shown = [
        WindowMessage(
            "user" if number % 2 == 0 else "assistant", text, hidden=number == 1
        )
        for number, text in enumerate(flat(ROWS))
    ]
    live = shown if complete else shown[2:]
    window = Window(
        messages=(*live, WindowMessage("user", "Go on.")), complete=complete
    )

    if complete:
        chat = bank.chat(name, host="sillytavern")
    else:
        hints = ChatHints(host="proxy")
        found = engine.find_chat(bank.scope, window, hints)
        chat = bank.chat_at(found.key)
    observed = chat.observe(window)

    assert (observed.added, observed.removed) == (1, 0)
    assert ids(bank, name, "sillytavern")[:6] == before


def test_a_chroma_export_and_the_chat_itself_are_one_chat(
    engine: Engine, inbox: Path
) -> None:
    name = "Seraphina - 2026-11-21@00h32m43s282ms"
    said = flat(ROWS)
    export = foreign.chroma_export(
        name,
        *(
            (
                "assistant" if number % 2 else "user",
                text,
                {"name": "Anon", "is_user": number % 2 == 0, "index": number},
            )
            for number, text in enumerate(said[:4])
        ),
    )
    lines = [message(text, user=number % 2 == 0) for number, text in enumerate(said)]

    bring(engine, put(inbox / "export.json", export))
    report = bring(
        engine,
        put(inbox / f"chats/Seraphina/{name}.jsonl", foreign.jsonl(HEADER, *lines)),
    )

    assert report.messages == 2
    assert texts(bank_of(engine, "Seraphina"), name, "sillytavern") == said


def test_an_import_is_there_after_a_restart(
    open_engine: Callable[[str], Engine], inbox: Path
) -> None:
    report = bring(open_engine("data"), a_log(inbox))

    later = open_engine("data")

    assert texts(bank_of(later), "one") == flat(ROWS)
    [batch] = batches(later, "default")
    assert (batch.id, batch.changes) == (report.batch, 1)
    assert batch.title == "import of one.json"


# -- words first -----------------------------------------------------------------------


def test_while_files_are_read_no_meaning_is_worked_out(
    engine: Engine, inbox: Path
) -> None:
    """It took half of the time until an import could be used by words."""
    for name in ("one", "two"):
        a_log(inbox, name=name)
    seen: list[tuple[str, int]] = []

    def look(progress: ImportProgress) -> None:
        if progress.phase is ImportPhase.READING:
            found = bank_of(engine).memories.search("bees")
            seen.append((engine.status().embedder_state, len(found)))

    Import(engine, tell=look).run([inbox], learn=False)

    assert [state for state, _ in seen] == ["not loaded yet"] * 2
    assert all(found for _, found in seen)
    bank = bank_of(engine)
    assert bank.settle(20)
    assert bank.stats().embedded == bank.stats().messages


def test_an_import_costs_the_same_for_each_message_however_many_come(
    open_engine: Callable[[str], Engine], tmp_path: Path
) -> None:
    """In the processor's time: 20,000 messages have 15 seconds on an idle machine.

    One of 2,000 takes about 0.3 ms, so that the limit is five times what is usual.
    """
    seconds = {}
    for messages in (400, 2_000):
        chats = tmp_path / f"in {messages}"
        for number in range(messages // 200):
            rows = [
                (
                    f"On day {row} of {number} I met Mira.",
                    f"And what did she say {row}?",
                )
                for row in range(100)
            ]
            put(chats / f"logs/chat/Miku/{number}.json", webui_log(*rows))
        engine = open_engine(f"data {messages}")
        began = process_time()
        with engine.words_first():
            report = Import(engine).run([chats], learn=False)
            seconds[messages] = (process_time() - began) / messages
        assert report.messages == messages

    assert seconds[2_000] < 15 / 20_000 * 2
    assert seconds[2_000] < 3 * seconds[400]
