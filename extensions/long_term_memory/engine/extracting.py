"""What a summary says if sentences are chosen for it.

Owns: how long it may be, and which sentences are kept.
Knows nothing of: where the sentences come from, what becomes of the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..core import extract, summaries
from ..core.summaries import Tier
from ..models.tokens import estimate_tokens


def told(
    lines: Sequence[extract.Line],
    vectors: NDArray[np.float32],
    names: Sequence[str],
    *,
    tier: Tier,
    targets: Mapping[Tier, int],
) -> str:
    """Return the text of a summary.

    Args:
        lines: What it may be made of, in story order.
        vectors: One for each line.
        names: What the participants are called.
        tier: Of the summary.
        targets: The tokens that each tier aims at.
    """
    source = estimate_tokens(extract.write(lines))
    chosen = extract.choose(
        lines,
        vectors,
        names,
        target_tokens=summaries.target(tier, targets, source),
        count=estimate_tokens,
    )
    return extract.write(chosen)
