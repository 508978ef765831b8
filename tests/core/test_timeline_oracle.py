"""Random hosts against plain lists: the path is what an ideal observer can know.

Three kinds of host:

- One shows whole chats. Then the path is the host's list, whatever happened between two
  looks and however often the same is said.
- One shows the end of what is visible, and every message can be told from every other,
  by its text or its id. What can be known then is written down in `ideal`, on lists of
  ids: a message that is shown has been there; one that is not shown, between two that
  are, may be hidden or gone and is kept as hidden; one that was visible and would stand
  at the end is gone; one before the window is as it was.
- One shows the end with absolute positions and hides nothing. Then the path is the
  host's list again, if each change is looked at while it is in sight.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.timeline.alignment import CHANCE, WHOLE_MARGIN, align
from long_term_memory.core.timeline.identity import Kinship, kinship, shared_prefix
from long_term_memory.core.types import Message, PathEntry, Window, WindowMessage

from .chatting import applied, examples, ids, knows, names, read, shows, shows_end
from .random_host import CHATS, EDITS, HIDING, WATCHING, Action, Host, Line, does
from .test_matching import shown_ones


def written(lines: list[Line], *, open_ended: bool) -> list[str]:
    """Write what the host has as `read` writes a path."""
    flags = [False] * len(lines)
    if lines and open_ended:
        flags[-1] = lines[-1].role == "assistant"
    return [
        ("~" if line.hidden else "")
        + ("?" if flag else "")
        + f"{line.role[0]}:{line.text}"
        for line, flag in zip(lines, flags, strict=True)
    ]


def rebuilt(path: list[PathEntry]) -> list[PathEntry]:
    """Make a path anew from plain data, as after a restart."""
    plain: list[dict[str, Any]] = [asdict(place) for place in path]
    return [
        PathEntry(**{**data, "message": Message(*data["message"])}) for data in plain
    ]


class Watcher:
    """Follows a host that shows whole chats, as the engine does."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.paths: dict[str, list[PathEntry]] = {}
        self.settled: dict[str, tuple[WindowMessage, ...]] = {}
        self.told: dict[str, dict[int, str]] = {}
        self.names = names()

    def look(self, *, open_ended: bool) -> None:
        name, lines = self.host.open, self.host.lines
        if not lines:
            return
        window, _ = self.host.window(complete=True, open_ended=open_ended)
        path = self.paths.get(name) or self.begun(window)
        known = self.settled.get(name, ())
        same = len(known) if window.messages[: len(known)] == known else 0
        alignment = align(path, window, same=same)
        assert alignment == align(path, window)
        new = applied(path, alignment, self.names)

        assert read(new) == written(lines, open_ended=open_ended)
        assert len(set(ids(new))) == len(new)
        assert set(alignment.removed) == set(ids(path)) - set(ids(new))
        assert not align(new, window).changed
        self.check_ids(name, new)
        self.paths[name] = new
        self.settled[name] = window.messages[: len(lines) - open_ended]

    def begun(self, window: Window) -> list[PathEntry]:
        """Say with what path a chat of unknown name begins."""
        for name, path in self.paths.items():
            gone = name not in self.host.chats
            if kinship(path, window, old_name_gone=gone) is Kinship.SAME:
                del self.paths[name]
                return path
        known = self.paths.values()
        kin = [
            path
            for path in known
            if kinship(path, window, old_name_gone=False) is Kinship.FORK
        ]
        best = max(kin, key=lambda path: shared_prefix(path, window), default=[])
        return best[: shared_prefix(best, window)]

    def check_ids(self, name: str, path: list[PathEntry]) -> None:
        """Hold that a message which can be told from all others keeps its id."""
        if not self.host.repeats:
            told = self.told.get(name, {})
            now = {
                line.id: place.message.id
                for line, place in zip(self.host.lines, path, strict=True)
            }
            assert all(told.get(key, value) == value for key, value in now.items())
            self.told[name] = now

    def restart(self) -> None:
        self.paths = {name: rebuilt(path) for name, path in self.paths.items()}
        self.settled = {}


@given(st.booleans(), does(*EDITS, *HIDING, *CHATS, *WATCHING))
@examples(300)
def test_the_path_of_a_chat_that_is_shown_whole_is_the_chat(
    repeats: bool, actions: list[Action]
) -> None:
    host = Host(repeats=repeats)
    watcher = Watcher(host)
    for action in actions:
        host.do(action)
        if action[0] == "show":
            watcher.look(open_ended=action[1] % 2 == 0)
        elif action[0] == "restart":
            watcher.restart()
    for name in sorted(host.chats):
        host.open = name
        watcher.look(open_ended=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message as the ideal observer knows it; `name` is the id that we gave it."""

    line: Line
    hidden: bool = False
    provisional: bool = False
    name: str = ""


def ideal(known: list[Known], lines: list[Line], *, ids_told: bool) -> list[Known]:
    """Say what is known after some lines were shown; new ones have no name yet."""
    at = {one.line.id: index for index, one in enumerate(known)}
    hits = [(at[line.id], j) for j, line in enumerate(lines) if line.id in at]
    if hits and not ids_told:
        strangers, missing = hits[0][1], len(known) - len(hits)
        if min(strangers, missing) > CHANCE * len(hits):
            hits = []
    if not hits:
        visible = sum(not one.hidden for one in known)
        begin = 0 if visible <= len(lines) + WHOLE_MARGIN else len(known)
        olds = known[begin:]
        return known[:begin] + woven(olds, lines, partners(olds, lines), "drop")
    return head(known, lines, hits[0]) + body(known, lines, hits)


def head(known: list[Known], lines: list[Line], first: tuple[int, int]) -> list[Known]:
    """Return what stands before the first line that was known."""
    begin, strangers = first
    while begin and strangers:
        begin -= 1
        strangers -= not known[begin].hidden
    olds, news = known[begin : first[0]], lines[: first[1]]
    found = partners(olds[::-1], news[::-1])[::-1]
    # What lies before the first replaced one is out of sight, not hidden.
    sight = next((i for i, line in enumerate(found) if line), len(olds))
    return known[: begin + sight] + woven(olds[sight:], news, found[sight:], "hide")


def body(
    known: list[Known], lines: list[Line], hits: list[tuple[int, int]]
) -> list[Known]:
    """Return what stands from the first line that was known."""
    new: list[Known] = []
    for (i, j), (next_i, next_j) in zip(hits, [*hits[1:], (None, None)], strict=True):
        same = known[i].line.text == lines[j].text
        new.append(
            replace(known[i], hidden=False, provisional=False)
            if same
            else Known(line=lines[j])
        )
        fate = "drop" if next_i is None else "hide"
        olds, news = known[i + 1 : next_i], lines[j + 1 : next_j]
        new += woven(olds, news, partners(olds, news), fate)
    return new


def partners(olds: list[Known], news: list[Line]) -> list[Line | None]:
    """Return for each old one the line that replaces it: in order, by role."""
    found: list[Line | None] = [None] * len(olds)
    free = 0
    for line in news:
        fits = [
            i
            for i in range(free, len(olds))
            if olds[i].line.role == line.role and not olds[i].hidden
        ]
        if fits:
            found[fits[0]] = line
            free = fits[0] + 1
    return found


def woven(
    olds: list[Known], news: list[Line], found: list[Line | None], fate: str
) -> list[Known]:
    """Return what stands between two known lines, or after the last."""
    new: list[Known] = []
    waiting = list(news)
    for old, line in zip(olds, found, strict=True):
        if line is not None:
            upto = waiting.index(line) + 1
            new += [Known(line=one) for one in waiting[:upto]]
            del waiting[:upto]
        elif fate == "hide" or old.hidden:
            new.append(replace(old, hidden=True))
    return new + [Known(line=line) for line in waiting]


def with_open_end(known: list[Known], lines: list[Line]) -> list[Known]:
    """Mark the last reply, if that is what is shown last."""
    last = lines[-1]
    return [
        replace(one, provisional=True)
        if one.line.id == last.id and last.role == "assistant"
        else one
        for one in known
    ]


@given(st.booleans(), does(*EDITS, *HIDING, "rollback", "slide", *WATCHING))
@examples(400)
def test_the_path_of_a_chat_whose_end_is_shown_is_what_can_be_known(
    repeats: bool, actions: list[Action]
) -> None:
    host = Host(repeats=repeats)
    path: list[PathEntry] = []
    known: list[Known] = []
    new_names = names()
    for action in [*actions, ("show", 1, 0)]:
        host.do(action)
        if action[0] == "restart":
            path = rebuilt(path)
        open_ended = action[1] % 2 == 0
        window, lines = host.window(complete=False, open_ended=open_ended)
        if action[0] != "show" or not lines:
            continue
        if repeats and not any(
            one.line.id == line.id for one in known for line in lines
        ):
            # No id is known, so it cannot be known either whether ids hold.
            path, known = [], []
        known = ideal(known, lines, ids_told=repeats)
        if open_ended:
            known = with_open_end(known, lines)
        path = applied(path, align(path, window), new_names)

        assert read(path) == [
            ("~" if one.hidden else "")
            + ("?" if one.provisional else "")
            + f"{one.line.role[0]}:{one.line.text}"
            for one in known
        ]
        assert not align(path, window).changed
        assert all(
            one.name in ("", place.message.id)
            for one, place in zip(known, path, strict=True)
        )
        known = [
            replace(one, name=place.message.id)
            for one, place in zip(known, path, strict=True)
        ]


@given(st.booleans(), does(*EDITS, "slide"))
@examples(300)
def test_with_positions_each_change_in_sight_is_followed_exactly(
    repeats: bool, actions: list[Action]
) -> None:
    host = Host(repeats=repeats)
    path: list[PathEntry] = []
    new_names = names()
    for kind, which, text in actions:
        in_sight = min(host.size, len(host.lines))
        at = len(host.lines) - in_sight + which % in_sight if in_sight else 0
        host.do((kind, which if kind == "slide" else at, text))
        host.size = max(host.size, 3)  # a turn and what stands before it
        window, lines = host.window(complete=False, open_ended=False)
        before = len(host.lines) - len(lines)
        shown = placed(list(window.messages), before - 1, [1] * len(lines))

        path = applied(path, align(path, shows_end(*shown)), new_names)

        if host.lines:
            assert read(path) == written(host.lines, open_ended=False)
        else:
            path = []  # an empty window says nothing, so the emptied chat is forgotten


def once(lines: list[WindowMessage]) -> list[WindowMessage]:
    """Take away ids that are given twice; no host does that."""
    told = [one.host_id for one in lines]
    return [
        one._replace(host_id=None) if one.host_id in told[:at] else one
        for at, one in enumerate(lines)
    ]


def paths() -> st.SearchStrategy[list[PathEntry]]:
    """Draw what may be known of a chat."""
    lines = st.lists(shown_ones(), max_size=6).map(once)
    return lines.map(lambda known: knows(*known))


def windows() -> st.SearchStrategy[list[WindowMessage]]:
    """Draw what a host shows, with rising positions or none."""
    steps = st.lists(st.integers(1, 2), min_size=6, max_size=6)
    first = st.sampled_from([None, -1, 0, 2])
    shown = st.lists(shown_ones(), min_size=1, max_size=6).map(once)
    return st.builds(placed, shown, first, steps)


def placed(
    shown: list[WindowMessage], first: int | None, steps: list[int]
) -> list[WindowMessage]:
    if first is None:
        return shown
    positions = [position + first for position in accumulate(steps)]
    return [
        one._replace(position=position)
        for one, position in zip(shown, positions, strict=False)
    ]


@given(paths(), windows(), st.booleans())
@examples(400)
def test_what_is_shown_stands_at_the_end_and_shown_again_changes_nothing(
    path: list[PathEntry], shown: list[WindowMessage], open_ended: bool
) -> None:
    shown = [one._replace(hidden=False) for one in shown]
    window = shows_end(*shown, open_ended=open_ended)

    alignment = align(path, window)
    new = applied(path, alignment, names())

    visible = [place.message for place in new if not place.hidden][-len(shown) :]
    assert [(one.role, one.content) for one in visible] == [one[:2] for one in shown]
    assert new[: alignment.keep] == path[: alignment.keep]
    kept = [name for name in ids(new) if name.startswith("m")]
    assert kept == [name for name in ids(path) if name in kept]
    assert set(alignment.removed) == set(ids(path)) - set(kept)
    if window.messages[0].position is not None:
        # What left has moved the rest, and now positions tell which hidden place it is.
        for _ in path:
            new = applied(new, align(new, window), names())
    assert not align(new, window).changed


@given(paths(), windows(), st.booleans())
@examples(300)
def test_a_complete_window_is_the_path_whatever_stood_there(
    path: list[PathEntry], shown: list[WindowMessage], open_ended: bool
) -> None:
    window = shows(*shown, open_ended=open_ended)

    new = applied(path, align(path, window), names())

    assert [(one.message.role, one.message.content, one.hidden) for one in new] == [
        (one.role, one.content, one.hidden) for one in shown
    ]
    assert not align(new, window).changed
