"""Text as evidence: digests that say whether two utterances are the same.

Owns: digests of utterances.
Knows nothing of: stores, models, prompts.
"""

from __future__ import annotations

from hashlib import blake2b


def digest(role: str, content: str) -> bytes:
    """Return 16 bytes for an utterance: equal role and text, equal digest."""
    text = f"{role}\0{content}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).digest()
