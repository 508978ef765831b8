"""Turn backups, findings and what is under way into HTML.

Owns: the tags of the page's tab for keeping memories safe; escapes every text.
Knows nothing of: Gradio, the engine, files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..core.maintenance import Archive, Finding, Level
from ..importers.report import counted
from .jobs import Step
from .markup import button, day, shortened

# What has to be typed before memories are replaced.
WORD = "restore"
MOST_BANKS = 6
REASONS = {
    "by-hand": "made by you",
    "before-import": "before an import",
    "before-repair": "before mending",
    "before-update": "before an update",
}
LEVELS = {
    Level.FAULT: ("bad", "Fault"),
    Level.NOTE: ("warn", "Note"),
}


def part(name: str, *html: str, going: bool) -> str:
    """Put a part of the tab together.

    Args:
        name: The id of the hidden button that hears its clicks.
        html: What stands in it.
        going: Whether something changes by itself; the page asks for it often then.
    """
    poll = f' data-ltm-poll="{escape(name)}-poll"'
    if going:
        poll += " data-ltm-going"
    inner = "".join(html)
    return f'<div class="ltm" data-ltm-to="{escape(name)}"{poll}>{inner}</div>'


def buttons(*html: str) -> str:
    """Put buttons side by side."""
    return f'<div class="ltm-buttons ltm-acts">{"".join(html)}</div>'


def act(do: str, label: str, *, what: str = "") -> str:
    """Return a button that begins something."""
    return button(do, what, label)


def bar(step: Step) -> str:
    """Return how far some work is."""
    far = f' max="{step.total}" value="{step.done}"' if step.total else ""
    count = f": {step.done:,} of {step.total:,}" if step.total else " …"
    return (
        f'<div class="ltm-progress" role="status"><progress{far} '
        f'aria-label="{escape(step.words)}"></progress>'
        f"<span>{escape(step.words + count)}</span></div>"
    )


def backup_list(archives: Sequence[Archive], broken: Iterable[str], only: str) -> str:
    """Return the backups, each with what can be done with it.

    Args:
        archives: The sound ones, newest first.
        broken: What is wrong with the others.
        only: The character whom the page shows; "" for none.
    """
    rows = "".join(_backup(archive, only) for archive in archives)
    rows += "".join(
        f'<li><span><span class="ltm-mark">unusable</span> {escape(words)}</span></li>'
        for words in broken
    )
    return f'<ul class="ltm-files ltm-backups">{rows}</ul>'


def size_of(archive: Archive) -> str:
    """Word how much room a backup takes."""
    size = archive.size_bytes
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} KB"


def _backup(archive: Archive, only: str) -> str:
    name = archive.path
    banks = [
        f"{one.scope.character}: {counted(one.rows['messages'], 'message')}"
        for one in archive.banks
    ]
    held = ", ".join(banks[:MOST_BANKS])
    if len(banks) > MOST_BANKS:
        held += f" and {len(banks) - MOST_BANKS} more"
    if archive.collections is not None:
        texts = counted(archive.collections.rows["entries"], "text")
        held += f"{', ' if held else ''}{texts} that clients keep"
    why = REASONS.get(archive.reason, archive.reason.replace("-", " "))
    when = day(archive.at)
    return (
        "<li data-ltm-row><span><strong>"
        f'{escape(when)}</strong> <span class="ltm-mark">{escape(why)}</span><br>'
        f'{escape(held)}<br><span class="ltm-hint">{escape(name)}, '
        f"{size_of(archive)}</span></span>"
        f'<div class="ltm-buttons">{button("check", name, "Check", about=when)}'
        f"{_asking(archive, name, held, only)}</div></li>"
    )


def _asking(archive: Archive, name: str, held: str, only: str) -> str:
    """Return what asks before memories are replaced."""
    when = escape(day(archive.at))
    mine = ""
    if only and len(archive.banks) > 1:
        mine = button("restore-one", name, f"Only {shortened(only, 30)}")
    label = f"Type “{WORD}” to go on"
    return (
        f'<details class="ltm-asking"><summary class="ltm-button" '
        f'aria-label="Restore: {when}">Restore …</summary>'
        f"<p>This puts back what was remembered on {when}: {escape(held)}. What is "
        "remembered now is set aside in the folder of the character, not lost. Other "
        "programs that use these memories must be closed first.</p>"
        f'<label>{label}<input class="ltm-field" autocomplete="off" '
        'autocapitalize="off" spellcheck="false"></label>'
        f'<div class="ltm-buttons">{button("restore", name, "Restore all")}{mine}'
        "</div></details>"
    )


def finding_list(findings: Sequence[Finding]) -> str:
    """Return what was found: what is amiss at first, what is well on demand."""
    amiss = sorted(
        (one for one in findings if one.level is not Level.OK),
        key=lambda one: one.level is not Level.FAULT,
    )
    well = [one for one in findings if one.level is Level.OK]
    shown = f'<ul class="ltm-findings">{"".join(map(_finding, amiss))}</ul>'
    if not amiss:
        shown = ""
    if not well:
        return shown
    label = f"{counted(len(well), 'thing')} {'is' if len(well) == 1 else 'are'} well"
    return (
        f'{shown}<details class="ltm-more"><summary>{label}</summary>'
        f'<ul class="ltm-well">{"".join(map(_well, well))}</ul></details>'
    )


def _finding(one: Finding) -> str:
    kind, word = LEVELS[one.level]
    return (
        f'<li class="ltm-notice ltm-{kind}"><span><span class="ltm-mark">{word}</span> '
        f"{_told(one)}</span></li>"
    )


def _well(one: Finding) -> str:
    return f"<li>{_told(one)}</li>"


def _told(one: Finding) -> str:
    bank = one.bank[:1].upper() + one.bank[1:]
    subject = ", ".join(words for words in (bank, one.what) if words)
    return f"<strong>{escape(subject)}</strong>: {escape(one.words)}"


def age_form(days: int) -> str:
    """Return the field for a number of days."""
    return (
        '<div class="ltm-buttons ltm-acts" data-ltm-row><label class="ltm-inline">'
        f'Older than <input class="ltm-field ltm-days" type="number" min="1" '
        f'max="36500" value="{days}" aria-label="Days"> days</label>'
        '<button type="button" class="ltm-button" data-ltm-enter '
        'data-ltm-do="preview">Say what that is</button></div>'
    )


def old_list(lines: Iterable[tuple[str, str, Sequence[str]]]) -> str:
    """Return what is too old: whose, how much, and how some of it begins."""
    rows = "".join(
        f"<li><span><strong>{escape(name)}</strong> {escape(words)}"
        + "".join(f'<br><span class="ltm-hint">“{escape(one)}”</span>' for one in some)
        + "</span></li>"
        for name, words, some in lines
    )
    return f'<ul class="ltm-files">{rows}</ul>'
