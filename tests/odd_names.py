"""Names that people might give, and file systems might not like."""

from __future__ import annotations

NAMES = [
    "Miku",
    "miku",
    "MIKU",
    "../../etc/passwd",
    "..",
    ".",
    "",
    " ",
    "CON",
    "nul.txt",
    "a" * 300,
    "a" * 299 + "b",
    "初音ミク" * 30,
    "🐈",
    "🐕",
    "👩‍👩‍👧",
    "\u202eevil",
    "tab\there\0nul\n",
    "half \ud83d",
    "C:\\Windows",
    "trailing.",
    "trailing. ",
    "İstanbul",
    "e\u0301",
    "\u00e9",
    "-",
    "ﬀ",
]
