"""Texts that clients keep, in plain Python.

Owns: what the contract says of collections, without a database.
Knows nothing of: files, SQLite, keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from threading import RLock

from ..core.records import CollectionEntry, StoredCollection
from .protocols import Changes, Vectors

Name = tuple[str, str]


class InMemoryCollections:
    """All collections; see `CollectionStore`."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = RLock()
        self._entries: dict[Name, dict[str, CollectionEntry]] = {}
        self._vectors: dict[tuple[str, str, str, str], Vectors] = {}
        self._batches: dict[Name, int] = {}
        self._notes: dict[str, str] = {}

    def close(self) -> None:
        """Do nothing: there are no files."""

    def exist(self) -> bool:
        """Whether anything is kept."""
        return bool(self._entries)

    def put(self, user: str, name: str, entries: Iterable[CollectionEntry]) -> None:
        """Add entries, or replace those of the same id."""
        with self._lock:
            kept = self._entries.setdefault((user, name), {})
            batch = self._batches.get((user, name), -1) + 1
            self._batches[user, name] = batch
            for entry in {entry.id: entry for entry in entries}.values():
                known = kept.get(entry.id)
                kept_at = entry.kept_at or datetime.now(UTC)
                if known is not None and known.content == entry.content:
                    kept_at = known.kept_at or kept_at
                else:
                    self._drop_vectors(user, name, entry.id)
                kept[entry.id] = entry._replace(batch=batch, kept_at=kept_at)

    def entries(self, user: str, name: str) -> list[CollectionEntry] | None:
        """Return a collection in the order it was filled; None if it is not there."""
        with self._lock:
            found = self._entries.get((user, name))
            return None if found is None else list(found.values())

    def vectors(self, user: str, name: str, model: str) -> dict[str, Vectors]:
        """Return the vectors that a model made, by entry id."""
        with self._lock:
            return {
                place[2]: vector
                for place, vector in self._vectors.items()
                if place[:2] == (user, name) and place[3] == model
            }

    def put_vectors(
        self, user: str, name: str, model: str, made: Mapping[CollectionEntry, Vectors]
    ) -> None:
        """Keep vectors of entries whose text is still the same."""
        with self._lock:
            kept = self._entries.get((user, name), {})
            for entry, vector in made.items():
                known = kept.get(entry.id)
                if known is not None and known.content == entry.content:
                    self._drop_vectors(user, name, entry.id)
                    self._vectors[user, name, entry.id, model] = vector

    def purge(self, user: str, name: str) -> None:
        """Remove a collection; none is no error."""
        with self._lock:
            self._entries.pop((user, name), None)
            self._batches.pop((user, name), None)
            self._drop_vectors(user, name)

    def held(self) -> list[StoredCollection]:
        """Return all collections of all users."""
        with self._lock:
            return [
                StoredCollection(user, name, tuple(kept.values()))
                for (user, name), kept in self._entries.items()
            ]

    def change(self, what: Callable[[StoredCollection], Changes]) -> int:
        """Take out, or put others in place of, what `what` says of each collection."""
        with self._lock:
            return sum(self._changed(held, what(held)) for held in self.held())

    def remove_traces(self) -> bool:
        """Nothing is kept that could hold a trace."""
        return False

    def check(self) -> int | None:
        """Return how many collections there are; None if nothing is kept."""
        return len(self._entries) or None

    def is_encrypted(self) -> bool:
        """Say no: nothing lies anywhere."""
        return False

    def get_meta(self, key: str) -> str | None:
        """Return a note about the collections; None if there is none."""
        return self._notes.get(key)

    def put_meta(self, key: str, value: str) -> None:
        """Keep a note about the collections."""
        self._notes[key] = value

    def drop_meta(self, key: str) -> None:
        """Drop a note about the collections."""
        self._notes.pop(key, None)

    def _changed(self, held: StoredCollection, changes: Changes) -> int:
        kept = self._entries[held.user, held.name]
        known = [key for key in changes if key in kept]
        for key in known:
            changed = changes[key]
            if changed is None:
                del kept[key]
                self._drop_vectors(held.user, held.name, key)
            else:
                kept[key] = changed
        if not kept:
            self.purge(held.user, held.name)
        return len(known)

    def _drop_vectors(self, user: str, name: str, key: str | None = None) -> None:
        for place in list(self._vectors):
            if place[:2] == (user, name) and key in (None, place[2]):
                del self._vectors[place]
