"""Read what any text shows of feelings, with what there is to read it with.

Owns: which model reads, and what is done when one cannot.
Knows nothing of: banks, memories.
"""

from __future__ import annotations

from ...core.text.emotion import read_emotions
from ...models.embedder import LazyEmbedder
from ...models.emotion import load_emotion_model
from ...models.emotion_transformer import ReadsEmotions
from ..faults import Faults, guard


def feelings_of(
    text: str, classifier: ReadsEmotions | None, lazy: LazyEmbedder, faults: Faults
) -> list[tuple[str, float]]:
    """Return each feeling's share of what a text shows, the strongest first.

    Args:
        text: What was said and done.
        classifier: Another model than ours, if the settings name one.
        lazy: The embedder in force; asked only if it is loaded.
        faults: Hears it if the classifier fails; ours reads then.
    """
    if classifier is None:
        return _by_ours(text, lazy)
    return guard(
        faults,
        "reading feelings",
        lambda: classifier.read(text),
        lambda: _by_ours(text, lazy),
    )


def _by_ours(text: str, lazy: LazyEmbedder) -> list[tuple[str, float]]:
    model = load_emotion_model()
    embedder = lazy.ready(0) if lazy.state == "ready" else None
    if embedder is None or embedder.fingerprint != model.fingerprint:
        return read_emotions(text, model)
    return read_emotions(text, model, embedder.embed([text])[0])
