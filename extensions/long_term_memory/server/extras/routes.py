"""The Extras API as SillyTavern calls it: its modules, and all but Smart Context's.

Owns: which modules there are, `/api/summarize`, `/api/classify`, `/api/embeddings`.
Knows nothing of: the proxy, banks, how texts are retold, felt or embedded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Depends, Request

from ...config import Settings
from ...core.text.emotion import LABELS
from ...engine.engine import Engine
from ...errors import EmbeddingError
from ...web.request_body import MOST_TEXTS
from ...web.responses import PlainJSON
from .calls import ExtrasRefusal, body_of

WAIT_SECONDS: Final = 30.0
SUMMARY_WAIT_SECONDS: Final = 10.0
DIGITS: Final = 6

OFFERED: Final = ("chromadb", "classify", "embeddings", "summarize")
# What other modules of the Extras server answered; here they are never on.
_OTHERS: Final = {
    "caption": ("caption",),
    "image": ("sd",),
    "tts": ("silero-tts",),
    "edge-tts": ("edge-tts",),
    "talkinghead": ("talkinghead",),
    "speech-recognition": ("whisper-stt",),
    "voice-conversion": ("rvc",),
    "text-to-speech": ("coqui-tts",),
    "websearch": ("websearch",),
}


def modules(settings: Settings) -> list[str]:
    """Return the modules that are offered, in the order in which they are named."""
    named = [one.strip().lower() for one in settings.extras.enable_modules.split(",")]
    return [one for one in dict.fromkeys(named) if one in OFFERED]


def needs(engine: Engine, module: str) -> Any:
    """Return what refuses a call while a module is off."""

    def check() -> None:
        if module not in modules(engine.settings):
            raise off(module)

    return Depends(check)


def off(module: str) -> ExtrasRefusal:
    """Return what is said of a module that is not offered."""
    return ExtrasRefusal(403, f"Module '{module}' not enabled in config")


# A model's whole context; each sentence of it is embedded.
LONGEST_TEXT: Final = 200_000


class Extras:
    """Answers the calls of SillyTavern's extensions."""

    def __init__(self, engine: Engine) -> None:
        """Answer with an engine's memory and models."""
        self._engine = engine

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(
            prefix="/api", tags=["Extras"], default_response_class=PlainJSON
        )
        get, post = ["GET"], ["POST"]

        def add(
            path: str, call: Callable[..., Any], methods: list[str], on: str
        ) -> None:
            found = [needs(self._engine, on)] if on else []
            router.add_api_route(path, call, methods=methods, dependencies=found)

        add("/modules", self.modules, get, "")
        add("/extensions", self.extensions, get, "")
        add("/summarize", self.summarize, post, "summarize")
        add("/classify", self.classify, post, "classify")
        add("/classify/labels", self.labels, get, "classify")
        add("/embeddings/compute", self.compute, post, "embeddings")
        for name in _OTHERS:
            for path in (f"/{name}", f"/{name}/{{rest:path}}"):
                router.add_api_route(
                    path, self.other, methods=["GET", "POST"], include_in_schema=False
                )
        return router

    def modules(self) -> dict[str, list[str]]:
        """List the modules; SillyTavern's "Connect" asks this."""
        return {"modules": modules(self._engine.settings)}

    def extensions(self) -> dict[str, list[str]]:
        """List none: old clients ask."""
        return {"extensions": []}

    async def summarize(self, request: Request) -> dict[str, str]:
        """Tell a text in short: `{"text": …}`, answered by `{"summary": …}`."""
        text = text_of(await body_of(request, self._engine.settings))
        summary = await asyncio.to_thread(
            self._engine.retell, text, wait_seconds=SUMMARY_WAIT_SECONDS
        )
        return {"summary": summary}

    async def classify(self, request: Request) -> dict[str, list[dict[str, Any]]]:
        """Say which feelings a text shows: all 28 labels, the strongest first."""
        text = text_of(await body_of(request, self._engine.settings))
        found = await asyncio.to_thread(self._engine.emotions, text)
        return {
            "classification": [
                {"label": label, "score": round(score, DIGITS)}
                for label, score in found
            ]
        }

    def labels(self) -> dict[str, list[str]]:
        """List the labels that `classify` gives."""
        return {"labels": sorted(LABELS)}

    async def compute(self, request: Request) -> dict[str, Any]:
        """Embed a text, or a list of them, with the model that memory uses."""
        body = await body_of(request, self._engine.settings)
        text = body.get("text")
        asked = text if isinstance(text, list) else [text]
        texts = [one for one in asked if isinstance(one, str)]
        if len(texts) < len(asked):
            raise ExtrasRefusal(400, '"text" must be a text or a list of texts')
        if len(texts) > MOST_TEXTS:
            raise ExtrasRefusal(413, f'"text" holds more than {MOST_TEXTS} texts')
        vectors = await asyncio.to_thread(self._embedded, texts)
        return {"embedding": vectors if isinstance(text, list) else vectors[0]}

    def other(self, request: Request) -> None:
        """Refuse what belongs to a module that is not here."""
        name = request.url.path.split("/")[2]
        raise off(_OTHERS[name][0])

    def _embedded(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        embedder = self._engine.embedder.ready(WAIT_SECONDS)
        if embedder is None:
            raise EmbeddingError("The embedding model is still loading; ask again.")
        vectors: list[list[float]] = embedder.embed(texts).tolist()
        return vectors


def text_of(body: Mapping[str, Any]) -> str:
    """Return the text of a call; raises ExtrasRefusal if there is none."""
    text = body.get("text")
    if not isinstance(text, str):
        raise ExtrasRefusal(400, '"text" is required')
    if len(text) > LONGEST_TEXT:
        words = f'"text" is longer than {LONGEST_TEXT} letters; send it in parts'
        raise ExtrasRefusal(413, words)
    return text
