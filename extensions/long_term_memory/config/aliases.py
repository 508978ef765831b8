"""Environment names that other chat backends made known, and what they mean here.

Owns: the services that a key chooses, names that are read with care, names whose
    feature is not there yet, and which variables are secrets.
Knows nothing of: how settings are read and checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path, PurePath
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from .option import TRUTHS
from .settings import Settings

# Of any service at `llm_base_url`; wins over the services' own names.
LLM_KEY: Final = "LTM_LLM_API_KEY"
EMBEDDING_KEY: Final = "LTM_EMBEDDING_API_KEY"
SUMMARY_KEY: Final = "LTM_SUMMARY_API_KEY"
# Opens memories that are encrypted.
ENCRYPTION_KEY: Final = "LTM_ENCRYPTION_KEY"
# Of this server itself.
SERVER_KEY: Final = "LTM_API_KEY"


class Service(NamedTuple):
    """A service that its key alone chooses.

    Attributes:
        name: For people.
        key: Variable of its key.
        models: Variable that names the model; empty if there is none.
        base_url: Where it listens.
        model: What is asked for unless told otherwise.
    """

    name: str
    key: str
    models: str
    base_url: str
    model: str


SERVICES: Final = (
    Service(
        "Gemini",
        "GEMINI_API_KEY",
        "GEMINI_MODEL",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "gemini-3.5-flash-lite",
    ),
    Service(
        "Groq",
        "GROQ_API_KEY",
        "GROQ_MODEL",
        "https://api.groq.com/openai/v1",
        "openai/gpt-oss-120b",
    ),
    Service("OpenAI", "OPENAI_API_KEY", "", "https://api.openai.com/v1", "gpt-4o-mini"),
)
# The project's folder, told by its own start scripts alone.
CHECKOUT: Final = "LTM_CHECKOUT"
# Read where they are used; never a setting, so that they are never shown or written.
SECRETS: Final = {
    SERVER_KEY: "Key that clients must show with `secure`, or if `host` is not this "
    "machine's; comes before `api_key.txt`.",
    LLM_KEY: "Key of the model at `llm_base_url`, whichever it is.",
    EMBEDDING_KEY: "Key of the embeddings at `embedding_endpoint`.",
    SUMMARY_KEY: "Key of the model at `summary_endpoint`.",
    ENCRYPTION_KEY: "Key that encrypts memories; comes before `encryption_key_file`.",
    "GEMINI_API_KEY": "Key of Gemini; without `llm_base_url` it chooses Gemini.",
    "GROQ_API_KEY": "Key of Groq; without `llm_base_url` it chooses Groq.",
    "OPENAI_API_KEY": "Key of OpenAI; without `llm_base_url` it chooses OpenAI, with "
    "it, it goes to any service that is neither Gemini nor Groq.",
}
MODEL_NAMES: Final = {
    one.models: f"Model that is asked of {one.name}; default {one.model}."
    for one in SERVICES
    if one.models
}
RERANKING: Final = "ENABLE_RERANKING"
RATE: Final = "MESSAGE_RATE_LIMIT"
_RATE: Final = re.compile(r"(\d{1,9}) ?(?:/|per) ?(second|sec|s|minute|min|m|hour|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
# Small, and trained to tell which of many passages answers a question.
RERANK_MODEL: Final = "cross-encoder/ms-marco-MiniLM-L-6-v2"
SWITCHES: Final = {
    RERANKING: f"With true, `rerank_model` is {RERANK_MODEL} unless it is set; it "
    "needs sentence-transformers, and is downloaded once.",
}


def adopted(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment as it is read: general names only where they are meant.

    Some shells and compilers set HOST to a name that is no address to listen on,
    DB_PATH names a file where we keep a folder, EMB_MODEL a model of a service, and
    MESSAGE_RATE_LIMIT may be "10/minute".
    """
    found = dict(environ)
    if not (found.get("EMB_BASE_URL") or found.get("LTM_EMBEDDING_ENDPOINT")):
        found.pop("EMB_MODEL", None)
    if not _is_address(found.get("HOST", "")):
        found.pop("HOST", None)
    if path := found.get("DB_PATH"):
        found["DB_PATH"] = _folder_of(path)
    if limit := found.get(RATE):
        found[RATE] = _in_a_minute(limit)
    return found


def at_home(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return settings whose folder, unless one is named, lies in the project's own.

    So `ltm` means the same memories wherever it is called.
    """
    home, server = environ.get(CHECKOUT, ""), settings.server
    if not home or server.data_dir != Settings().server.data_dir:
        return settings
    folder = str(Path(home) / server.data_dir)
    return replace(settings, server=replace(server, data_dir=folder))


def with_reranker(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return settings with a cross-encoder if one is wanted and none is named."""
    wanted = TRUTHS.get(environ.get(RERANKING, "").strip().lower(), False)
    if not wanted or settings.recall.rerank_model:
        return settings
    return replace(settings, recall=replace(settings.recall, rerank_model=RERANK_MODEL))


def with_service(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return settings with the address and model of the service whose key is set.

    An address or a model that is set stays.
    """
    upstream = settings.upstream
    service = chosen_service(upstream.llm_base_url, environ)
    if service is None:
        return settings
    named = environ.get(service.models, "") if service.models else ""
    return replace(
        settings,
        upstream=replace(
            upstream,
            llm_base_url=upstream.llm_base_url or service.base_url,
            llm_model=upstream.llm_model or named or service.model,
        ),
    )


def chosen_service(base_url: str, environ: Mapping[str, str]) -> Service | None:
    """Return the known service at an address, or without one the first with a key."""
    if base_url:
        return next((one for one in SERVICES if _same_host(one, base_url)), None)
    return next((one for one in SERVICES if environ.get(one.key)), None)


def upstream_key(base_url: str, environ: Mapping[str, str]) -> str:
    """Return the key for the model at an address; empty if there is none.

    Gemini's and Groq's keys go to no other service.
    """
    if ours := environ.get(LLM_KEY):
        return ours
    service = chosen_service(base_url, environ)
    return environ.get(service.key if service else "OPENAI_API_KEY", "")


def notes(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Return what is worth saying at start about the names that are set."""
    said = _of_reranking(settings, environ.get(RERANKING, "").strip().lower())
    host = environ.get("HOST", "")
    if host and not _is_address(host) and not environ.get("LTM_HOST"):
        said.append("HOST is no address, so it is not taken; LTM_HOST always is.")
    path = environ.get("DB_PATH", "")
    if path and settings.server.data_dir == _folder_of(path) != path:
        folder = settings.server.data_dir
        said.append(f"DB_PATH names a file; memories are kept in its folder, {folder}.")
    if not _is_loopback(settings.server.host):
        said.append(
            f"Whoever reaches {settings.server.host} in the network and has the key "
            "can read and change all memories, and use the model."
        )
    service = chosen_service(settings.upstream.llm_base_url, environ)
    if service and upstream_key(settings.upstream.llm_base_url, environ):
        model = settings.upstream.llm_model
        said.append(f"Replies come from {service.name}, {model}, and may cost money.")
    return said


def _of_reranking(settings: Settings, wanted: str) -> list[str]:
    """Say what the switch of other backends does here."""
    if wanted and wanted not in TRUTHS:
        return [f"{RERANKING} must be true or false, so it is not taken."]
    if not TRUTHS.get(wanted, False):
        return []
    model = settings.recall.rerank_model
    return [
        f"{RERANKING}: the best memories are read again by {model}, which needs "
        "sentence-transformers; without it the usual order stands."
    ]


def _same_host(service: Service, base_url: str) -> bool:
    try:
        return urlsplit(base_url).hostname == urlsplit(service.base_url).hostname
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost"
    return True


def _is_loopback(host: str) -> bool:
    return _is_address(host) and (host == "localhost" or ip_address(host).is_loopback)


def _in_a_minute(limit: str) -> str:
    """Return a limit such as "1/second" as what it allows in a minute, at least one.

    What is no such limit stays as it is.
    """
    found = _RATE.fullmatch(limit.strip().lower())
    if found is None:
        return limit
    count, seconds = int(found[1]), _SECONDS[found[2][0]]
    return str(max(1, count * 60 // seconds) if count else 0)


def _folder_of(path: str) -> str:
    """Return the folder of a database file; a path without a suffix is a folder."""
    named = PurePath(path)
    return str(named.parent) if named.suffix else path
