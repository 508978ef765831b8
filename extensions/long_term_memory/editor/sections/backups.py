"""Backups on the page: make one, list them, check one, put one back.

Owns: what these buttons do; that nothing is replaced before a word was typed.
Knows nothing of: Gradio, HTML (`safety_markup`), what is in a backup.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ...core.maintenance import Archive
from ...core.text.sanitise import showable
from ...core.types import Scope
from ...engine.engine import Engine
from ...engine.maintenance.backups import (
    BACKUPS,
    archives,
    back_up,
    backups_of,
    made,
    restore,
)
from ...errors import Conflict, NotFound
from .. import markup
from ..clicks import Click
from ..jobs import Job
from ..memory_actions import ClickResult
from ..safety_markup import WORD, act, backup_list, bar, buttons, size_of
from ..templates import joined
from ..texts import say

CLEAR_WORDS = f"{WORD} in clear"


class BackupSection:
    """The part of the page about backups."""

    title = "safety.backups"
    remark = "safety.backups_remark"

    def __init__(self, name: str, engine: Engine, job: Job) -> None:
        """Take where the memories are and who does long work."""
        self.name = name
        self._engine = engine
        self._job = job

    def html(self, scope: Scope | None) -> str:
        """Return the backups there are, and what is being done with them."""
        step = self._job.step(self.name)
        if step is not None:
            return bar(step)
        said = self._job.said(self.name).html
        if self._engine.storage.backups is None:
            return joined(said, markup.empty(say("safety.elsewhere")))
        found, broken = self._found()
        make = buttons(act("back-up", say("safety.back_up")))
        if not found and not broken:
            return joined(said, make, markup.empty(say("safety.no_backups")))
        only = "" if scope is None else scope.character
        return joined(said, make, backup_list(found, broken, only))

    def going(self, scope: Scope | None) -> bool:
        """Whether something changes by itself."""
        del scope
        return self._job.step(self.name) is not None

    def press(self, click: Click, scope: Scope | None) -> None:
        """Do what was clicked."""
        if click.do == "back-up":
            self._job.begin(self.name, "doing.back_up", self._make)
        elif click.do == "check":
            check = partial(self._check, click.memory_id)
            self._job.begin(self.name, "doing.check", check)
        elif click.do in ("restore", "restore-one"):
            self._restore(click, scope)

    def _restore(self, click: Click, scope: Scope | None) -> None:
        typed = click.text.strip().casefold()
        if typed not in (WORD, CLEAR_WORDS):
            words = say("safety.not_typed", word=WORD)
            self._job.say(self.name, ClickResult(words=words, failed=True))
            return
        scopes = None if click.do == "restore" or scope is None else [scope]
        in_clear = typed == CLEAR_WORDS
        put_back = partial(self._put_back, click.memory_id, scopes, in_clear)
        self._job.begin(self.name, "doing.restore", put_back)

    def _make(self) -> ClickResult:
        saved = back_up(self._engine)
        archive = saved.archive
        words = say(
            "safety.saved",
            path=archive.path,
            characters=say("common.characters", count=len(archive.banks)),
            size=size_of(archive),
        )
        if saved.amiss:
            return ClickResult(words=". ".join([words, *saved.amiss]), failed=True)
        return ClickResult(words=words)

    def _check(self, name: str) -> ClickResult:
        archive = self._named(name)
        backups_of(self._engine).check(archive)
        return ClickResult(words=say("safety.whole", name=Path(archive.path).name))

    def _put_back(
        self, name: str, scopes: Sequence[Scope] | None, in_clear: bool
    ) -> ClickResult:
        archive = self._named(name)
        wanted = [one.scope for one in archive.banks] if scopes is None else scopes
        try:
            with self._engine.closed(wanted):
                done = restore(self._engine, archive, scopes, in_clear=in_clear)
        except Conflict:
            words = say("safety.in_clear", words=CLEAR_WORDS)
            return ClickResult(words=words, failed=True)
        lines = [
            say("safety.restored_aside", name=one.name, held=one.held, aside=one.aside)
            if one.aside
            else say("safety.restored_one", name=one.name, held=one.held)
            for one in done
        ]
        return ClickResult(words=say("safety.restored", lines="; ".join(lines)))

    def _named(self, name: str) -> Archive:
        """Find a backup that was listed; no other file is ever read."""
        for archive in self._found()[0]:
            # As the page shows it; a folder's name may be odd.
            if showable(archive.path) == name:
                return archive
        raise NotFound(say("safety.backup_gone"))

    def _found(self) -> tuple[list[Archive], list[str]]:
        """Return the sound backups, newest first, and what is wrong with others."""
        found: list[Archive] = []
        broken: list[str] = []
        backups = backups_of(self._engine)
        of_banks = map(backups.automatic, self._engine.scopes())
        for folder in (self._engine.data_dir / BACKUPS, *of_banks):
            found += archives(backups, folder, broken)
        return sorted(found, key=made, reverse=True), broken
