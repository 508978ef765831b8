"""A chat in the terminal that remembers: a front end in a hundred lines.

    python3 chat.py --character Miku --chat "First evening"

It needs `ltm serve` on this machine and a language model with an OpenAI-compatible
address (LLM_BASE_URL, such as http://127.0.0.1:5000/v1; LLM_MODEL; LLM_API_KEY). It
keeps the chat itself, as a front end does, and asks the memory API for the rest.

What you type is said, but for: /again (another reply), /undo (take the last turn back),
/note TEXT (remember something), /why (what the last prompt was given), /quit.
"""

from __future__ import annotations

import argparse
import json
import os
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

MEMORY = os.environ.get("LTM_URL", "http://127.0.0.1:5100") + "/api/ltm/v1"
MODEL = os.environ.get("LLM_BASE_URL", "http://127.0.0.1:5000/v1")
SHOWN = 40  # so many of the newest messages go to the model; the rest is remembered
ROOM = 1_200  # tokens for what is remembered


def post(url: str, body: Any, key: str = "") -> Any:
    """Send JSON, and return the JSON that is answered."""
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    with urlopen(Request(url, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


class Chat:
    """One chat with one character."""

    def __init__(self, character: str, name: str, user: str) -> None:
        self.character, self.name, self.user = character, name, user
        self.lines: list[dict[str, str]] = []
        self.prompt: dict[str, Any] = {}

    def memory(self, path: str, body: Any) -> Any:
        """Ask the memory API."""
        where = f"{MEMORY}{path}?{urlencode({'character': self.character})}"
        return post(where, body, os.environ.get("LTM_API_KEY", ""))

    def window(self) -> dict[str, Any]:
        """Return the chat as it stands: swipes and deletions need no more than this."""
        shown = {"host": "terminal", "chat": self.name, "complete": True}
        return {**shown, "messages": self.lines}

    def add(self, role: str, name: str, content: str) -> None:
        """Add a line to the chat."""
        self.lines.append({"role": role, "name": name, "content": content})

    def reply(self) -> str:
        """Have the character answer the newest line."""
        asked = self.lines[-1]["content"]
        room = {"text": asked, "tokens": ROOM, "visible": SHOWN, "user_name": self.user}
        turn = self.memory("/turns", {"window": self.window(), "prompt": room})
        self.prompt = turn["prompt"]
        system = f"You are {self.character}. You talk with {self.user}."
        messages = [{"role": "system", "content": system}]
        if head := self.prompt["head"]["text"]:
            messages.append({"role": "system", "content": head})
        messages += [
            {"role": one["role"], "content": one["content"]}
            for one in self.lines[-SHOWN:]
        ]
        if recall := self.prompt["recall"]["text"]:
            messages[-1] = {"role": "user", "content": f"{asked}\n\n{recall}"}
        body = {"model": os.environ.get("LLM_MODEL", ""), "messages": messages}
        url = f"{MODEL}/chat/completions"
        told = post(url, body, os.environ.get("LLM_API_KEY", ""))
        text: str = told["choices"][0]["message"]["content"].strip()
        self.add("assistant", self.character, text)
        self.memory("/observe", self.window())
        return f"{self.character}: {text}"

    def command(self, line: str) -> str:
        """Do what a line that begins with a slash asks."""
        word, _, rest = line.partition(" ")
        if word == "/again" and len(self.lines) > 1:
            self.lines.pop()
            return self.reply()
        if word == "/undo":
            del self.lines[-2:]
            self.memory("/observe", self.window())
            return "Taken back."
        if word == "/note":
            self.memory("/memories", {"content": rest, "pinned": True})
            return "Noted."
        if word == "/why":
            blocks = [self.prompt[name] for name in ("head", "recall") if self.prompt]
            return "\n".join(block["text"] for block in blocks) or "Nothing."
        return "There are /again, /undo, /note, /why and /quit."


def main() -> None:
    """Chat until the end of the input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--character", default="Miku")
    parser.add_argument("--chat", default="terminal")
    parser.add_argument("--user", default="Anna")
    named = parser.parse_args()
    chat = Chat(named.character, named.chat, named.user)
    while (line := input("> ").strip()) != "/quit":
        try:
            if line.startswith("/"):
                print(chat.command(line))
            elif line:
                chat.add("user", named.user, line)
                print(chat.reply())
        except HTTPError as error:
            print(f"{error.code}: {error.read().decode()}")


if __name__ == "__main__":
    main()
