"""One example or two for the help of each command.

Owns: the words that a person may type as they stand.
Knows nothing of: the commands.
"""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "serve": ("ltm serve --llm-base-url http://127.0.0.1:5000/v1 --open",),
    "mcp": (
        "ltm mcp --character Miku",
        "ltm mcp --character Miku --url http://127.0.0.1:5100",
    ),
    "search": (
        'ltm search "my sister" --character Miku',
        'ltm search "work" --emotion sadness --character Miku',
    ),
    "history": ("ltm history", 'ltm history "Picnic" --last 20'),
    "last": ("ltm last --character Miku",),
    "mood": ("ltm mood --character Miku", 'ltm mood "Picnic" --json'),
    "stats": ("ltm stats",),
    "versions": ("ltm versions 4f1c2a --restore 1",),
    "facts": (
        "ltm facts --character Miku",
        "ltm facts --character Miku --person Mira --past",
    ),
    "due": ("ltm due --character Miku",),
    "note": ('ltm note "Mira is allergic to nuts." --character Miku --pin',),
    "pin": ("ltm pin 4f1c2a", "ltm pin 4f1c2a --off"),
    "hide": ("ltm hide 4f1c2a", "ltm hide 4f1c2a --off"),
    "tag": ('ltm tag 4f1c2a "food, Mira"',),
    "share": ("ltm share 4f1c2a",),
    "edit": ('ltm edit 4f1c2a "The cat is called Miso."',),
    "delete": ("ltm delete 4f1c2a",),
    "clear": ('ltm clear "Picnic" --character Miku',),
    "undo": ("ltm undo", "ltm undo 4f1c2a", "ltm undo last --character Miku"),
    "redo": ("ltm redo --character Miku",),
    "forget": (
        'ltm forget --chat "Picnic" --character Miku --dry-run',
        "ltm forget --since yesterday --character Miku",
        "ltm forget --person Bram --character Miku --dry-run",
    ),
    "policy": (
        "ltm policy --character Miku",
        "ltm policy --character Miku --remembers paused",
    ),
    "story": (
        'ltm story "The voyage" --new --character Miku',
        "ltm story --character Miku",
    ),
    "retention": ("ltm retention --days 365 --dry-run",),
    "import": ("ltm import ~/SillyTavern/data/default-user --dry-run",),
    "export": ("ltm export memories.jsonl", "ltm export to-read.md --character Miku"),
    "backup": ("ltm backup",),
    "restore": ("ltm restore backup.zip",),
    "encryption-key": ("ltm encryption-key ~/memories.key",),
    "encrypt": ("ltm encrypt",),
    "decrypt": ("ltm decrypt",),
    "rotate-key": ("ltm rotate-key ~/new.key",),
    "config": (
        "ltm config recall_tokens",
        "ltm config recall_tokens 800",
        "ltm config preset few-tokens",
    ),
    "doctor": ("ltm doctor --fix",),
    "rebuild": ("ltm rebuild --character Miku",),
    "embed": ("ltm embed",),
}


def epilog(command: str) -> str:
    """Return a command's examples as the end of its help."""
    told = EXAMPLES[command]
    shown = "\n\n".join(f"`{one}`" for one in told)
    return f"{'Examples' if len(told) > 1 else 'Example'}:\n\n{shown}"
