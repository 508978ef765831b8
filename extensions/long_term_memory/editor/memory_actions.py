"""What each button of the page does, and what the page then shows.

Owns: reading clicks, changing memories by them, whose memories there are.
Knows nothing of: Gradio, HTML (`markup`), which memories are listed
    (`memory_search`), hosts.

Every function takes the engine and what the person looks at, and returns what he looks
at next; a failure becomes a sentence on the page and never an exception.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..core.forgetting.target import ForgetTarget
from ..core.policy import EVERYONE
from ..core.text.tags import read_tags
from ..core.types import MemoryItem, MemoryKind, Recalled, Scope
from ..engine.bank import Bank
from ..engine.engine import Engine
from ..engine.faults import guard
from ..engine.recent import newest_first
from ..engine.revising import Revision, revise, tag_of
from ..engine.reworking import split
from ..errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from ..models.tokens import estimate_tokens
from . import bulk, details, earlier, forget_markup, markup, memory_markup, steps
from .clicks import NOTHING, Click, read_click
from .connecting import connect
from .forgetting import forget, look
from .markup import NO_DRAFT, OpenEdit
from .memory_search import SHELVES, Choice, chats, page_of, speakers
from .sample import sample
from .templates import joined
from .texts import say

Labels = list[tuple[str, str]]
"""What a control offers: labels and values."""
# Users that programs give when nobody named one; their name says nothing to a person.
UNNAMED_USERS = ("", "default")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickResult:
    """What became of the last click.

    Attributes:
        words: A sentence, or "".
        failed: Whether it went wrong.
        undo: What a click does to take it back, if anything.
        below: What stands below that, as HTML: a question to be answered.
    """

    words: str = ""
    failed: bool = False
    undo: Click = NOTHING
    below: str = ""

    @property
    def html(self) -> str:
        """The sentence as it is shown, with what stands below it."""
        kind = "bad" if self.failed else "info"
        return joined(markup.notice(self.words, kind=kind, undo=self.undo), self.below)


SILENCE = ClickResult()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState(Choice):
    """What a person looks at in the list of memories.

    Attributes:
        scope: Whose memories; None while there are none.
        editing: The memory whose text he is changing.
        said: What became of his last click.
        current: Whose memory the host was at when this was last shown.
    """

    scope: Scope | None = None
    editing: OpenEdit = NO_DRAFT
    said: ClickResult = SILENCE
    current: Scope | None = None


def scope_key(scope: Scope) -> str:
    """Name a bank for a control's value."""
    return json.dumps([scope.user, scope.character])


def scope_of(key: object) -> Scope | None:
    """Read what `scope_key` wrote; None for anything else."""
    try:
        raw = json.loads(key) if isinstance(key, str) else None
    except ValueError:
        return None
    match raw:
        case [str(user), str(character)]:
            return Scope(user=user, character=character)
    return None


def scope_label(scope: Scope) -> str:
    """Name a bank for people."""
    name = markup.shortened(scope.character, markup.MAX_NAME_CHARS) or say(
        "common.no_character"
    )
    if scope.character == EVERYONE:
        name = say("common.everyone")
    if scope.user in UNNAMED_USERS:
        return name
    user = markup.shortened(scope.user, markup.MAX_NAME_CHARS)
    return say("common.of_user", name=name, user=user)


def banks(engine: Engine, current: Scope | None) -> list[tuple[str, str]]:
    """Return labels and keys of the banks: the host's current one, then the newest.

    The notes for all characters come after them, and the sample last, whatever was
    tried with it.
    """
    scopes = guard(
        engine.faults, "listing the characters", engine.scopes, lambda: list[Scope]()
    )
    users = {one.user for one in scopes if one != sample().scope}
    shared = {Scope(user=user, character=EVERYONE) for user in users}
    named = sorted({*scopes} - shared, key=scope_label)
    ordered = sorted(
        newest_first(engine, named),
        key=lambda scope: (scope != current, scope == sample().scope),
    )
    own = [scope for scope in ordered if scope != sample().scope]
    ordered = [*own, *sorted(shared, key=scope_label), *ordered[len(own) :]]
    return [(scope_label(scope), scope_key(scope)) for scope in ordered]


def showing(view: PageState, scope: Scope | None) -> PageState:
    """Return what is looked at once it is another character, from the first page on."""
    if scope == view.scope:
        return view
    # Another one has other chats, and others who speak in them.
    fresh = replace(view, page=0, chat="", speaker="", editing=NO_DRAFT, said=SILENCE)
    return replace(fresh, scope=scope)


def press(engine: Engine, view: PageState, payload: object) -> PageState:
    """Do what was clicked in the list of memories."""
    click = read_click(payload)
    if click.do == "page":
        page = int(click.text[:6]) if click.text.isdecimal() else 0
        return replace(view, page=page, said=SILENCE, editing=NO_DRAFT)
    if view.scope is None:
        return view
    if click.do == "tagged":
        tag = "" if click.text == view.tag else click.text
        return replace(view, tag=tag, page=0, said=SILENCE, editing=NO_DRAFT)
    if click.do.startswith(bulk.PREFIX):
        said = tried(engine, "changing memories", partial(_many, engine, view, click))
        return replace(view, said=said, editing=NO_DRAFT)
    said, editing = change(engine, view.scope, click)
    return replace(view, said=said, editing=editing)


def _many(engine: Engine, view: PageState, click: Click) -> ClickResult:
    assert view.scope is not None
    bank = engine.bank(view.scope)
    before = bank.edit_history.last()
    do = click.do.removeprefix(bulk.PREFIX)
    words = bulk.act(engine, bank, view, do, click.text)
    return ClickResult(words=words, undo=steps.undo_since(bank, before))


def add_note(
    engine: Engine, view: PageState, text: str, pinned: bool
) -> tuple[PageState, bool]:
    """Add a note; also tells whether it was added."""
    scope = view.scope
    if scope is None:
        nobody = ClickResult(words=say("memories.choose_first"), failed=True)
        return replace(view, said=nobody), False
    act = partial(_noted, pinned=pinned)
    click = Click(do="add", text=text)
    said = tried(engine, "adding a note", partial(_done, engine, scope, click, act))
    if said.failed:
        return replace(view, said=said), False
    return PageState(scope=scope, said=said, current=view.current), True


def change(engine: Engine, scope: Scope, click: Click) -> tuple[ClickResult, OpenEdit]:
    """Do what was clicked to one memory; also tells what is being edited then."""
    if click.do == "cancel":
        return SILENCE, NO_DRAFT
    if click.do in steps.MOVES:
        return tried(engine, "undoing", partial(_moved, engine, scope, click)), NO_DRAFT
    if click.do in ("edit", "details"):
        return _opened(engine, scope, click)
    if click.do in ("forget", "forget-now"):
        asked = partial(_forgotten, engine, scope, click)
        return tried(engine, "forgetting a memory", asked), NO_DRAFT
    act = ACTS.get(click.do)
    if act is None:
        return SILENCE, NO_DRAFT
    what = f"changing a memory ({click.do})"
    said = tried(engine, what, partial(_done, engine, scope, click, act))
    if said.failed and click.do == "save":
        # What was typed must not be lost because it could not be kept. Who saves again
        # has read what somebody else wrote meanwhile.
        now = engine.bank(scope).memories.find(click.memory_id)
        seen = click.seen if now is None else tag_of(now)
        return said, OpenEdit(click.memory_id, click.text, seen=seen)
    return said, NO_DRAFT


def _done(engine: Engine, scope: Scope, click: Click, act: Act) -> ClickResult:
    """Do something to a memory, with a click that undoes just that."""
    bank = engine.bank(scope)
    before = bank.edit_history.last()
    words = act(bank, click)
    return ClickResult(words=words, undo=steps.undo_since(bank, before))


def _moved(engine: Engine, scope: Scope, click: Click) -> ClickResult:
    return ClickResult(words=steps.move(engine.bank(scope), click))


def listing(engine: Engine, view: PageState, to: str, base_url: str = "") -> str:
    """Show the memories that a person looks at.

    Args:
        engine: Where they are.
        view: Which ones.
        to: The id of the hidden button that hears clicks.
        base_url: What is pasted into a client, where there is such an address.
    """
    if view.scope is None:
        words = say("memories.none_yet")
        return markup.fragment(to, view.said.html, connect(words, base_url))
    scope = view.scope
    return guard(
        engine.faults,
        "listing the memories",
        lambda: _listed(engine.bank(scope), view, to),
        lambda: markup.fragment(to, view.said.html, _failure(engine)),
    )


def as_they_are(
    engine: Engine, scope: Scope, items: Sequence[Recalled]
) -> list[Recalled]:
    """Return recalled memories as they are now; they may have changed since."""
    return [item._replace(memory=_now(engine, scope, item.memory)) for item in items]


def _now(engine: Engine, scope: Scope, memory: MemoryItem) -> MemoryItem:
    try:
        return engine.bank(scope).memories.get(memory.id)
    except NotFound:
        return memory


def filters(engine: Engine, view: PageState) -> tuple[Labels, Labels]:
    """Return labels and values of the chats and speakers that can be chosen."""

    def known() -> tuple[Labels, Labels]:
        bank = None if view.scope is None else engine.bank(view.scope)
        return chats(bank), speakers(bank)

    def nothing() -> tuple[Labels, Labels]:
        return chats(None), speakers(None)

    return guard(engine.faults, "listing the chats", known, nothing)


def _listed(bank: Bank, view: PageState, to: str) -> str:
    try:
        found = page_of(bank, view)
    except InvalidInput as slip:
        bad = markup.notice(str(slip), kind="bad")
        return markup.fragment(to, view.said.html, bad)
    amiss = markup.notice(found.note, kind="warn")
    tools = memory_markup.tools(bank, view, found)
    if not found.memories:
        empty = markup.empty(_why_empty(view))
        return markup.fragment(to, view.said.html, amiss, tools, empty)
    titles = {chat.id: chat.title for chat in bank.chats()}
    page = min(view.page, found.pages - 1)
    shown = bank.emotions.of(found.memories)
    return markup.fragment(
        to,
        view.said.html,
        amiss,
        tools,
        markup.memory_table(
            found.memories,
            chats=titles,
            editing=view.editing,
            fits=found.fits,
            feelings={
                memory.id: one.label
                for memory, one in zip(found.memories, shown, strict=True)
                if memory.kind is MemoryKind.TURN
            },
        ),
        markup.pager(page, found.pages, found.total),
    )


def _why_empty(view: PageState) -> str:
    if view.words.strip():
        return say("memories.nothing_found")
    if view.shelf in SHELVES and not replace(view, shelf="all").is_narrow:
        return say(f"memories.none_{view.shelf}")
    return say("memories.none_so_narrow")


def _failure(engine: Engine) -> str:
    fault = engine.faults.last
    words = fault.words if fault else say("common.went_wrong")
    return markup.notice(words, kind="bad")


def tried(engine: Engine, what: str, act: Callable[[], ClickResult]) -> ClickResult:
    """Do something; a person's slip is told to him, a fault of ours is kept."""
    return guard(engine.faults, what, partial(_but_slips, act), partial(faulty, engine))


def _but_slips(act: Callable[[], ClickResult]) -> ClickResult:
    try:
        return act()
    except (Conflict, InvalidInput, NotFound) as slip:
        return ClickResult(words=str(slip), failed=True)


def faulty(engine: Engine) -> ClickResult:
    """Say what the engine's last fault was."""
    fault = engine.faults.last
    return ClickResult(
        words=fault.words if fault else say("common.went_wrong"), failed=True
    )


def _opened(engine: Engine, scope: Scope, click: Click) -> tuple[ClickResult, OpenEdit]:
    """Open a memory: its text to change it, or what it said before."""
    memory_id = click.memory_id
    opened: list[OpenEdit] = []

    def read() -> ClickResult:
        bank = engine.bank(scope)
        memory = bank.memories.get(memory_id)
        seen = tag_of(memory)
        if click.do == "details":
            below = details.shown(bank, memory_id)
            opened.append(OpenEdit(memory_id, below=below, seen=seen))
        else:
            opened.append(OpenEdit(memory_id, memory.content, seen=seen))
        return ClickResult()

    said = tried(engine, "reading a memory", read)
    return said, opened[0] if opened else NO_DRAFT


def _noted(bank: Bank, click: Click, *, pinned: bool) -> str:
    bank.memories.add(click.text, pinned=pinned)
    return say("did.noted_and_pinned" if pinned else "did.noted")


def _save(bank: Bank, click: Click) -> str:
    _revise(bank, click, Revision(content=click.text))
    return say("did.saved")


def _revise(bank: Bank, click: Click, revision: Revision) -> None:
    """Change a memory as it was shown; refuse if it is another by now."""
    expected = {click.seen} if click.seen else None
    try:
        revise(bank, click.memory_id, revision, expected=expected)
    except PreconditionFailed:
        now = markup.shortened(bank.memories.get(click.memory_id).content)
        raise PreconditionFailed(say("did.changed_meanwhile", text=now)) from None


def _bring_back(bank: Bank, click: Click) -> str:
    earlier.bring_back(bank.memories, click.memory_id, click.text)
    return say("did.brought_back")


def _delete(bank: Bank, click: Click) -> str:
    _revise(bank, click, Revision(deleted=True))
    return say("did.deleted")


def _restore(bank: Bank, click: Click) -> str:
    bank.memories.restore(click.memory_id)
    return say("did.restored")


def _forgotten(engine: Engine, scope: Scope, click: Click) -> ClickResult:
    """Ask before something is forgotten for good, and then do it."""
    memory_id = click.memory_id
    asked = look(engine, scope, ForgetTarget(memories=(memory_id,)))
    if click.do == "forget":
        return ClickResult(below=forget_markup.question(asked, memory_id))
    if not asked.is_typed(click.text):
        words = say("forget.not_typed", word=asked.word)
        question = forget_markup.question(asked, memory_id)
        return ClickResult(words=words, failed=True, below=question)
    return ClickResult(words=forget(engine, asked))


def _pin(bank: Bank, click: Click) -> str:
    pinned = bank.memories.pin(click.memory_id)
    return say("did.pinned", count=estimate_tokens(pinned.content))


def _unpin(bank: Bank, click: Click) -> str:
    bank.memories.pin(click.memory_id, pinned=False)
    return say("did.unpinned")


def _hide(bank: Bank, click: Click) -> str:
    bank.memories.hide(click.memory_id)
    return say("did.hidden")


def _unhide(bank: Bank, click: Click) -> str:
    bank.memories.hide(click.memory_id, hidden=False)
    return say("did.unhidden")


def _tag(bank: Bank, click: Click) -> str:
    bank.memories.tag(click.memory_id, read_tags(click.text))
    return say("did.tagged")


def _split(bank: Bank, click: Click) -> str:
    expected = {click.memory_id: click.seen} if click.seen else None
    parts = re.split(r"\n\s*\n", click.text)
    made = split(bank, click.memory_id, parts, expected=expected)
    return say("did.split", count=len(made))


def _lock(bank: Bank, click: Click) -> str:
    bank.memories.lock(click.memory_id)
    return say("did.locked")


def _unlock(bank: Bank, click: Click) -> str:
    bank.memories.lock(click.memory_id, locked=False)
    return say("did.unlocked")


def _regenerate(bank: Bank, click: Click) -> str:
    bank.memories.regenerate(click.memory_id)
    return say("did.regenerated")


Act = Callable[[Bank, Click], str]

ACTS: dict[str, Act] = {
    "save": _save,
    "bring-back": _bring_back,
    "delete": _delete,
    "restore": _restore,
    "pin": _pin,
    "unpin": _unpin,
    "hide": _hide,
    "unhide": _unhide,
    "tag": _tag,
    "split": _split,
    "lock": _lock,
    "unlock": _unlock,
    "regenerate": _regenerate,
}
