"""Make any text acceptable to tokenizers.

Owns: broken Unicode.
Knows nothing of: which tokenizer reads it.
"""

from __future__ import annotations


def valid_unicode(text: str) -> str:
    """The text with the halves of a pair joined and lone halves replaced.

    Hosts that count in UTF-16 cut emoji in two, and tokenizers refuse the halves.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
