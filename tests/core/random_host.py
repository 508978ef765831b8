"""A host that does to its chats, as plain lists, whatever users do to theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from long_term_memory.core.types import Role, Window, WindowMessage

Action = tuple[str, int, int]
"""What is done, which message, and which text."""

EDITS = (
    *("send", "send", "send", "fail", "narrate", "swipe", "regenerate"),
    *("continue", "edit", "edit", "edit", "edit", "delete", "delete_last"),
)
HIDING = ("hide", "unhide")
CHATS = ("rollback", "branch", "switch", "rename")
WATCHING = ("show", "show", "restart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message of the host. Its id is the host's and may be kept to itself."""

    id: int
    role: Role
    text: str
    hidden: bool = False


def does(*kinds: str, at_most: int = 30) -> st.SearchStrategy[list[Action]]:
    """Draw what a user does, one after the other."""
    action = st.tuples(st.sampled_from(kinds), st.integers(0, 9), st.integers(0, 2))
    return st.lists(action, min_size=1, max_size=at_most)


@dataclass(slots=True, kw_only=True)
class Host:
    """Chats by name.

    `repeats`: few texts are said again and again, and messages keep their ids when
    their text changes. Otherwise every text is a new one, and so is its id.
    """

    repeats: bool
    chats: dict[str, list[Line]] = field(default_factory=lambda: {"chat 0": []})
    open: str = "chat 0"
    size: int = 6
    _ids: int = 0
    _names: int = 0

    @property
    def lines(self) -> list[Line]:
        """The open chat."""
        return self.chats[self.open]

    def do(self, action: Action) -> None:
        """Do one thing, or nothing where it cannot be done."""
        kind, which, text = action
        match kind:
            case "send":
                self._say("user", text)
                self._say("assistant", text)
            case "fail":
                self._say("user", text)
            case "narrate":
                self._say("system", text)
            case "swipe" | "continue":
                self._reply_again(text, grows=kind == "continue")
            case "regenerate":
                self._drop_reply()
            case "delete_last":
                del self.lines[-1:]
            case "slide":
                self.size = 1 + which
            case "rename" | "branch" | "switch":
                self._turn_to(kind, which)
            case _ if self.lines:
                self._change(kind, which % len(self.lines), text)

    def window(self, *, complete: bool, open_ended: bool) -> tuple[Window, list[Line]]:
        """Show the open chat without ids, or of the visible lines the last ones."""
        lines = self.lines
        if not complete:
            lines = [line for line in lines if not line.hidden][-self.size :]
        return self.shown(lines, complete=complete, open_ended=open_ended), lines

    def shown(
        self, lines: Sequence[Line], *, complete: bool, open_ended: bool
    ) -> Window:
        """Show lines with what this host tells of them."""
        messages = tuple(
            WindowMessage(
                line.role,
                line.text,
                hidden=line.hidden,
                host_id=str(line.id) if self.repeats else None,
            )
            for line in lines
        )
        return Window(messages=messages, complete=complete, open_ended=open_ended)

    def _say(self, role: Role, text: int) -> None:
        self.lines.append(self._line(role, text))

    def _line(self, role: Role, text: int) -> Line:
        self._ids += 1
        said = (
            f"{text}" if self.repeats else f"lake{self._ids} hill{self._ids} sea{text}"
        )
        return Line(id=self._ids, role=role, text=said)

    def _changed(self, line: Line, text: int) -> Line:
        new = self._line(line.role, text)
        return replace(new, id=line.id) if self.repeats else new

    def _reply_again(self, text: int, *, grows: bool) -> None:
        if self.lines and self.lines[-1].role == "assistant":
            last = self.lines[-1]
            new = self._changed(last, text)
            said = f"{last.text} {new.text}" if grows else new.text
            self.lines[-1] = replace(new, text=said)

    def _drop_reply(self) -> None:
        if self.lines and self.lines[-1].role == "assistant":
            del self.lines[-1]

    def _change(self, kind: str, at: int, text: int) -> None:
        match kind:
            case "edit":
                self.lines[at] = self._changed(self.lines[at], text)
            case "delete":
                del self.lines[at]
            case "rollback":
                del self.lines[at + 1 :]
            case "hide" | "unhide":
                self.lines[at] = replace(self.lines[at], hidden=kind == "hide")

    def _turn_to(self, kind: str, which: int) -> None:
        if kind == "switch":
            self.open = sorted(self.chats)[which % len(self.chats)]
            return
        self._names += 1
        name = f"chat {self._names}"
        if kind == "rename":
            self.chats[name] = self.chats.pop(self.open)
        else:
            self.chats[name] = self.lines[: which + 1]
        self.open = name
