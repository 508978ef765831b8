"""Read the words of a bank's messages anew, all of them and one lot after another.

Owns: the lots, the note of which reading the stored words are of, and whether an older
version of the program made them.
Knows nothing of: how words are told apart, vectors, threads.

A lot is one transaction. The note is written last, so whoever is stopped in the middle
does it all again; until then what is stored serves as it is.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from ...core.text.lexicon import lexicon_of
from ...core.text.tokenizer import LEXICON
from ...errors import StoreError
from ..state.bank_state import BankState

LOT: Final = 100
"""Messages; they are stored in some milliseconds, for which a turn may have to wait."""

READ_BY: Final = "lexicon"
"""The note about a bank that says by which version of `LEXICON` its words were read."""


class MessagePass:
    """One reading of all messages that a bank has when it begins.

    Attributes:
        done: How many have been read.
        total: How many there are to read.
    """

    def __init__(self, state: BankState) -> None:
        """Prepare; nothing is read yet."""
        self._state = state
        self.done = 0
        with state.lock:
            self.total = state.store.messages.last_row()

    def lot(self) -> bool:
        """Read the next lot; return whether there was any left."""
        start, end = self.done + 1, min(self.done + LOT, self.total)
        if start > end:
            return False
        store, rows = self._state.store, range(start, end + 1)
        with self._state.lock:
            said = store.messages.get(rows)
        # Without the lock, for this takes most of the time, and a turn may come.
        found = {row: lexicon_of(one.content, one.role) for row, one in said.items()}
        with self._state.lock, store.exclusive():
            now = store.messages.get(rows)
            # What was forgotten meanwhile must not get its words back.
            same = {row: found[row] for row, one in now.items() if one == said.get(row)}
            store.messages.put_lexicons(same)
        self.done = end
        return True

    def finish(self) -> None:
        """Make the full text anew and let the new words serve, as far as they go."""
        with self._state.lock:
            if self.total:
                self._state.store.full_text.rebuild()
            if self.done == self.total:
                self._state.store.metadata.put(READ_BY, str(LEXICON))
            self._state.reread()


class Rereading:
    """The reading that is due in a bank whose words an older version read."""

    def __init__(self, state: BankState) -> None:
        """Look at the note; nothing is written."""
        self._state = state
        self._reading = None if self._is_noted() else MessagePass(state)

    def due(self) -> bool:
        """Whether there is something to read anew."""
        return self._reading is not None

    def begin(self) -> None:
        """Note at once that a bank without messages has no old words."""
        if self._reading is None or self._reading.total:
            return
        # If it cannot be written now, the work in the background does it.
        with self._state.lock, suppress(StoreError):
            self._state.store.metadata.put(READ_BY, str(LEXICON))
            self._reading = None

    def stop(self) -> None:
        """Read no further; the next opening finds that it is due."""
        self._reading = None

    def work(self) -> bool:
        """Take one step; return whether any was due.

        Raises:
            StoreError: Something could not be stored; the next call tries it again.
        """
        reading = self._reading
        if reading is None:
            return False
        if self._is_noted():
            # Another program, or a rebuild, was faster.
            with self._state.lock:
                self._state.reread()
        elif reading.lot():
            return True
        else:
            reading.finish()
        self._reading = None
        return True

    def _is_noted(self) -> bool:
        with self._state.lock:
            return self._state.store.metadata.get(READ_BY) == str(LEXICON)
