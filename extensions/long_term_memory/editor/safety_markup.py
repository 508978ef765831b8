"""Backups, findings and what is under way, as HTML.

Owns: which values stand in the template `safety`.
Knows nothing of: Gradio, the engine, files, tags (`templates` has them).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..core.maintenance import Archive, Beside, Finding, Level
from .jobs import Step
from .markup import button, progress, shortened
from .templates import macros
from .texts import day, say, say_if_known

# What has to be typed before memories are replaced, in every language.
WORD = "restore"
MOST_BANKS = 6
KINDS = {Level.FAULT: "bad", Level.NOTE: "warn"}


def part(name: str, *html: str, going: bool) -> str:
    """Put a part of the tab together.

    Args:
        name: The id of the hidden button that hears its clicks.
        html: What stands in it.
        going: Whether something changes by itself; the page asks for it often then.
    """
    made: str = macros("safety").part(name, html, going)
    return made


def buttons(*html: str) -> str:
    """Put buttons side by side."""
    made: str = macros("common").buttons(html)
    return made


def act(do: str, label: str, *, what: str = "") -> str:
    """Return a button that begins something."""
    return button(do, what, label)


def bar(step: Step) -> str:
    """Return how far some work is."""
    words = say("jobs.going_on", words=step.words)
    if step.total:
        far = say("jobs.so_far", words=step.words, done=step.done, count=step.total)
        words = say("common.comma").join(one for one in (far, step.rest) if one)
    return progress(words, done=step.done, total=step.total, label=step.words)


def backup_list(archives: Sequence[Archive], broken: Iterable[str], only: str) -> str:
    """Return the backups, each with what can be done with it.

    Args:
        archives: The sound ones, newest first.
        broken: What is wrong with the others.
        only: The character whom the page shows; "" for none.
    """
    items = [_backup(archive, only) for archive in archives]
    html: str = macros("safety").backups(items, list(broken), WORD)
    return html


def size_of(archive: Archive) -> str:
    """Word how much room a backup takes."""
    size = archive.size_bytes
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} KB"


def _backup(archive: Archive, only: str) -> dict[str, str]:
    mine = ""
    if only and len(archive.banks) > 1:
        mine = say("safety.only", name=shortened(only, 30))
    reason = archive.reason.replace("-", " ")
    return {
        "name": archive.path,
        "when": day(archive.at),
        "why": say_if_known(f"safety.{archive.reason.replace('-', '_')}", reason),
        "held": _held(archive),
        "size": size_of(archive),
        "only": mine,
    }


def _held(archive: Archive) -> str:
    banks = [
        say(
            "safety.held",
            name=one.scope.character,
            messages=say("common.messages", count=one.rows["messages"]),
        )
        for one in archive.banks
    ]
    held = banks[:MOST_BANKS]
    if len(banks) > MOST_BANKS:
        held.append(say("safety.more_banks", count=len(banks) - MOST_BANKS))
    if (texts := archive.kept(Beside.TEXTS)) is not None:
        held.append(say("safety.client_texts", count=texts.rows["entries"]))
    if (kept := archive.kept(Beside.CONVERSATIONS)) is not None:
        count = kept.rows["conversations"]
        held.append(say("safety.conversations", count=count))
    return say("common.comma").join(held)


def finding_list(findings: Sequence[Finding]) -> str:
    """Return what was found: what is amiss at first, what is well on demand."""
    amiss = sorted(
        (one for one in findings if one.level is not Level.OK),
        key=lambda one: one.level is not Level.FAULT,
    )
    well = [_told(one) for one in findings if one.level is Level.OK]
    html: str = macros("safety").findings(
        [_told(one) for one in amiss], well, say("safety.well", count=len(well))
    )
    return html


def _told(one: Finding) -> dict[str, str]:
    bank = one.bank[:1].upper() + one.bank[1:]
    known = one.level in KINDS
    return {
        "kind": KINDS.get(one.level, ""),
        "level": say(f"safety.{KINDS[one.level]}") if known else "",
        "subject": ", ".join(words for words in (bank, one.what) if words),
        "words": one.words,
    }


def age_form(days: int) -> str:
    """Return the field for a number of days."""
    html: str = macros("safety").age_form(days)
    return html


def old_list(lines: Iterable[tuple[str, str, Sequence[str]]]) -> str:
    """Return what is too old: whose, how much, and how some of it begins."""
    html: str = macros("safety").old(lines)
    return html
