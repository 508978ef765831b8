"""Any history of a conversation ends as a simple list of messages says.

Two programs run one after the other over one folder; a kill leaves what lies on the
disk at that moment, in the middle of bringing messages in as well.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from long_term_memory.companion import message_rows
from long_term_memory.companion.bodies import SentMessage
from long_term_memory.companion.platform import Platform
from long_term_memory.companion.records import CharacterProfile
from long_term_memory.core.types import Scope
from long_term_memory.engine.engine import Engine

from .grounds import ME, an_engine

LIVES = 3
STEPS = 24
SCOPE = Scope(user=ME, character="Miku")


class Killed(BaseException):
    """The program is gone."""


class Server:
    """A program over a folder, and what two conversations in it ought to hold."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.random = random
        self.folder = folder / "0"
        self.lives = 0
        self.said = self.waited = 0
        self.start()
        made = self.platform.characters.create(ME, CharacterProfile(name="Miku"))
        begin = self.platform.messages.begin
        self.talks = [begin(ME, made.id).id for _ in range(2)]
        self.model: dict[str, list[tuple[str, str]]] = {one: [] for one in self.talks}
        self.sent: dict[str, SentMessage] = {}

    def start(self) -> None:
        self.engine: Engine = an_engine(self.folder)
        self.platform = Platform(self.engine)
        # What it does by itself is done here when chance wants it.
        self.platform.arriving.close()

    def line(self) -> str:
        self.said += 1
        return f"Number {self.said} is what was said this time."

    # -- what happens ------------------------------------------------------------

    def send(self, place: str) -> None:
        new = SentMessage(content=self.line(), client_id=f"c{self.said}")
        message, is_new = self.platform.messages.send(ME, place, new)
        assert is_new
        self.model[place].append((message.id, message.content))
        self.sent[message.id] = new
        self.waited += self.platform.inbox.waits_for(place)

    def send_again(self, place: str) -> None:
        mine = [one for one, _ in self.model[place] if one in self.sent]
        if mine:
            new = self.sent[mine[-1]]
            message, is_new = self.platform.messages.send(ME, place, new)
            assert (message.id, is_new) == (mine[-1], False)

    def reply(self, place: str) -> None:
        message = self.platform.messages.add_reply(ME, place, self.line())
        self.model[place].append((message.id, message.content))

    def edit(self, place: str) -> None:
        if self.model[place]:
            at = self.random.randrange(len(self.model[place]))
            id_, words = self.model[place][at][0], self.line()
            self.platform.messages.edit(ME, id_, words)
            self.model[place][at] = id_, words

    def delete(self, place: str) -> None:
        if self.model[place]:
            at = self.random.randrange(len(self.model[place]))
            self.platform.messages.delete(ME, self.model[place].pop(at)[0])

    def look(self, place: str) -> None:
        page = self.platform.messages.page(ME, place, limit=200)
        assert [(one.id, one.content) for one in page.messages] == self.model[place]

    def bring_in(self, place: str) -> None:
        del place
        self.platform.arriving._step(0.0)

    def rest(self, place: str) -> None:
        """Close the bank, as when others are wanted."""
        del place
        for bank in self.engine._banks.known():
            bank.rest()
        self.engine._banks.clear()

    def restart(self, place: str) -> None:
        del place
        self.platform.close()
        self.engine.close()
        self.start()

    def kill(self, place: str) -> None:
        """Go on with what lies on the disk now, or just after words reached a bank."""
        if self.random.random() < 0.5:
            self.leave()
            return
        before = message_rows.brought_in

        def killed(*args: object) -> None:
            raise Killed

        message_rows.brought_in = killed  # type: ignore[assignment]
        try:
            self.platform.messages.page(ME, place)
        except Killed:
            pass
        finally:
            message_rows.brought_in = before
        self.leave()

    def leave(self) -> None:
        self.lives += 1
        former, self.folder = self.folder, self.folder.with_name(str(self.lives))
        shutil.copytree(former, self.folder)
        self.platform.database.close()
        self.engine.close()
        self.start()

    def check(self) -> None:
        """Both sides hold what they ought to, in this order."""
        for place in self.talks:
            self.look(place)
            chat = self.engine.bank(SCOPE).chat(place, host="companion")
            held = [(one.host_id, one.message.content) for one in chat.path()]
            assert held == self.model[place]


def test_any_history_ends_as_a_list_of_messages_says(tmp_path: Path) -> None:
    waited = 0
    for seed in range(LIVES):
        random = Random(seed)
        server = Server(tmp_path / str(seed), random)
        acts = [
            *(server.send,) * 5,
            *(server.reply,) * 3,
            *(server.send_again, server.edit, server.delete, server.look),
            *(server.bring_in, server.rest, server.rest, server.restart, server.kill),
        ]
        for _ in range(STEPS):
            random.choice(acts)(random.choice(server.talks))
        server.check()
        waited += server.waited
        server.platform.close()
        server.engine.close()
    assert waited > LIVES  # Else nothing of all that was tried.
