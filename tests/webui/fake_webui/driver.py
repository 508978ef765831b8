"""Plays a webui: calls the hooks of each action in the host's order and keeps the logs.

What a person sees stays with the host: rows, versions, files. What is told to us is
lent, so after each action it must be as it was.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

GREETING = ["<|BEGIN-VISIBLE-CHAT|>", "Welcome to the harbour."]
NOW = "Nov 21, 2026 00:04"


class FakeWebui:
    """One webui with one page open."""

    def __init__(self, user_data: Path) -> None:
        from modules import chat, extensions

        self.user_data = user_data
        self.builder = chat
        self.extensions = extensions
        self.character = "Miku"
        self.mode = "chat"
        self.chat_id: str | None = "first"
        self.history = self.empty()
        self.changes: dict[str, Any] = {}
        self.later: list[Callable[[], None]] = []

    @staticmethod
    def empty(greeting: bool = False) -> dict[str, Any]:
        rows = [list(GREETING)] if greeting else []
        return {"internal": rows, "visible": copy.deepcopy(rows), "metadata": {}}

    @property
    def state(self) -> dict[str, Any]:
        """A state such as the page hands to every action."""
        return {
            "mode": self.mode,
            "character_menu": self.character,
            "name1": "Anon",
            "name2": self.character,
            "context": f"{self.character} keeps the harbour.",
            "custom_system_message": "You help.",
            "user_bio": "",
            "chat-instruct_command": "Go on.",
            "unique_id": self.chat_id,
            "history": self.history,
            "truncation_length": 8192,
            "max_new_tokens": 512,
            **self.changes,
        }

    def send(self, text: str, reply: str = "I see.") -> str:
        """Send a message; return the prompt."""
        state = self.extensions.state_modifier(self.state)
        text = self.extensions.changed_text("input_modifier", text, state, True)
        shown = copy.deepcopy(self.history)
        row = len(shown["internal"])
        shown["internal"].append([text, ""])
        shown["visible"].append([text, ""])
        shown["metadata"].setdefault(f"user_{row}", {})["timestamp"] = NOW
        return self._generate(text, state, shown, reply)

    def regenerate(self, reply: str = "Let me think.", **changes: Any) -> str:
        """Have the last reply written anew."""
        state = self.extensions.state_modifier(self.state | changes)
        shown = copy.deepcopy(self.history)
        return self._generate(shown["internal"][-1][0], state, shown, reply)

    def tool_turn(self, reply: str) -> str:
        """Go on after a tool's answer: like a new reply, with no end of its own."""
        return self.regenerate(reply, _tool_turn=True, _skip_output_extensions=True)

    def continue_reply(self, more: str) -> str:
        """Have the last reply go on."""
        state = self.extensions.state_modifier(self.state)
        shown = copy.deepcopy(self.history)
        user, reply = shown["internal"][-1][:2]
        return self._generate(user, state, shown, reply + more, continuing=True)

    def impersonate(self) -> str:
        """Have the user's next message written; no hook is called."""
        prompt: str = self.builder.generate_chat_prompt("", self.state)
        return prompt

    def api_chat(self, *texts: str, reply: str = "I see.", **changes: Any) -> str:
        """Send a list of messages as a program does, the user's first and last."""
        pairs = [*texts, ""]
        rows: list[list[Any]] = [
            [pairs[place], pairs[place + 1], "", {}]
            for place in range(0, len(texts), 2)
        ]
        state = {
            key: value
            for key, value in self.state.items()
            if key not in ("character_menu", "unique_id")
        }
        history: Any = {"internal": rows[:-1], "visible": rows[:-1], "messages": []}
        state |= {"character": self.character, "messages": [], "stop_event": object()}
        state["history"] = history
        state = self.extensions.state_modifier(state | changes)
        shown: dict[str, Any] = {
            key: [*value]
            for key, value in state["history"].items()
            if key != "messages"
        }
        shown["metadata"] = {}
        shown["internal"] = [*shown["internal"], [rows[-1][0], ""]]
        prompt = self._prompt(rows[-1][0], state, shown, continuing=False)
        self.extensions.changed_text("output_modifier", reply, state, True)
        return prompt

    def notebook(self, text: str, **changes: Any) -> str:
        """Complete a text that is no chat."""
        state = self.extensions.state_modifier(self.state | changes)
        prompt: str = self.extensions.changed_text("input_modifier", text, state, False)
        self.extensions.changed_text("output_modifier", prompt, state, False)
        return prompt

    def edit(self, row: int, column: int, text: str) -> None:
        """Correct a message; only the input hook hears of it."""
        text = self.extensions.changed_text("input_modifier", text, self.state, True)
        self.history["internal"][row][column] = text
        self.save()

    def swipe(self, reply: str) -> None:
        """Put another version into the last row's place; no hook is called."""
        self.history["internal"][-1][1] = reply
        self.save()

    def remove_last(self) -> None:
        """Take the last row out."""
        for key in ("internal", "visible"):
            self.history[key].pop()
        self.save()

    def dummy(self, user: str = "", reply: str = "") -> None:
        """Put words into a mouth without asking the model."""
        text = user or reply
        self.extensions.changed_text("input_modifier", text, self.state, True)
        self.history["internal"].append([user, reply])
        self.history["visible"].append([user, reply])
        self.save()

    def new_chat(self, chat_id: str, *, greeting: bool = False) -> None:
        """Begin a chat; the greeting passes the output hook with the old state."""
        old = self.state
        self.history = self.empty(greeting)
        if greeting:
            self.extensions.changed_text("output_modifier", GREETING[1], old, True)
        self.chat_id = chat_id
        self.save()

    def branch(self, row: int, chat_id: str) -> None:
        """Go on from a row in another chat."""
        self.history = copy.deepcopy(self.history)
        for key in ("internal", "visible"):
            del self.history[key][row + 1 :]
        self.chat_id = chat_id
        self.save()

    def rename(self, chat_id: str) -> None:
        """Give the chat's file another name."""
        self.log().rename(self.log(chat_id))
        self.chat_id = chat_id

    def open_chat(self, chat_id: str) -> None:
        """Show another chat."""
        self.chat_id = chat_id
        self.history = json.loads(self.log().read_text("utf-8"))

    def pass_time(self) -> None:
        """Let happen what was put off."""
        waiting, self.later[:] = self.later[:], []
        for action in waiting:
            action()

    def log(self, chat_id: str | None = None) -> Path:
        """Return a chat's file."""
        logs = self.user_data / "logs"
        instruct = self.mode == "instruct"
        folder = logs / "instruct" if instruct else logs / "chat" / self.character
        return folder / f"{chat_id or self.chat_id}.json"

    def save(self) -> None:
        """Write the chat's file, unless it must not be kept."""
        if self.chat_id is None or self.chat_id.startswith("incognito-"):
            return
        self.log().parent.mkdir(parents=True, exist_ok=True)
        self.log().write_text(json.dumps(self.history), "utf-8")

    def _generate(
        self,
        text: str,
        state: dict[str, Any],
        shown: dict[str, Any],
        reply: str,
        *,
        continuing: bool = False,
    ) -> str:
        prompt = self._prompt(text, state, shown, continuing=continuing)
        row = len(shown["internal"]) - 1
        shown["metadata"].setdefault(f"assistant_{row}", {})["timestamp"] = NOW
        shown["internal"][-1] = [text, reply]
        shown["visible"][-1] = [text, reply]
        if not state.get("_skip_output_extensions"):
            self.extensions.changed_text("output_modifier", reply, state, True)
        self.history = shown
        self.save()
        return prompt

    def _prompt(
        self, text: str, state: Any, shown: dict[str, Any], *, continuing: bool
    ) -> str:
        """Build the prompt, and see that nothing lent was changed."""
        history = shown
        if not continuing:
            history = shown | {
                key: shown[key][:-1] for key in ("internal", "visible") if key in shown
            }
        before = copy.deepcopy((_plain(state), history))
        kwargs = {"_continue": continuing, "history": history}
        prompt = self.extensions.custom_prompt(text, state, **kwargs)
        assert (_plain(state), history) == before
        if prompt is None:
            prompt = self.builder.generate_chat_prompt(text, state, **kwargs)
        assert isinstance(prompt, str)
        return prompt


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """Leave out what cannot be copied."""
    return {key: value for key, value in state.items() if key != "stop_event"}
