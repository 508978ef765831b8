"""A model's vectors in bulk: one zarr array, disposable.

Owns: the array's layout, reading its chunks, and writing it without ever believing an
old handle. Whoever appends holds the writer's lock of the bank.
Knows nothing of: SQLite, messages, what the vectors mean.

The array is zarr version 3, float16, chunks of 1,024 rows, uncompressed: a chunk is a
plain file of little-endian rows. So it is read without zarr, whose import alone costs
more than reading 100,000 vectors; it is written by zarr, for anybody's tools to read.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ...files import make_private, make_private_folder

CHUNK_ROWS = 1024
HALF = np.dtype("<f2")

# Else zarr leaves out chunks of nothing but zeros, and they would count as lost.
_ALL_CHUNKS: Final[Any] = {"write_empty_chunks": True}


def load_writer() -> None:
    """Import zarr, which takes a while, before anybody waits for it."""
    with suppress(ImportError):
        import zarr  # noqa: F401


class VectorArray:
    """One array on disk; every call looks at the disk anew."""

    def __init__(self, folder: Path, dimension: int) -> None:
        """Name the array's folder; it need not exist.

        Args:
            folder: Inside the zarr group of the bank.
            dimension: Numbers in a vector.
        """
        self._folder = folder
        self._dimension = dimension

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self._folder.name

    @property
    def bulk(self) -> Path:
        """The folder of the group that it is in."""
        return self._folder.parent

    def remove(self) -> None:
        """Remove it from the disk, as far as the system lets us."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def sound_rows(self) -> int:
        """Count the leading rows that can be read; 0 if the array is not ours."""
        rows = self._header_rows()
        full = CHUNK_ROWS * self._dimension * HALF.itemsize
        for chunk in range(-(-rows // CHUNK_ROWS)):
            try:
                whole = self._chunk(chunk).stat().st_size == full
            except OSError:
                whole = False
            if not whole:
                return chunk * CHUNK_ROWS
        return rows

    def read_into(self, out: NDArray[np.float32], *, start: int) -> None:
        """Fill `out` with the rows from `start` on, as float32.

        Raises:
            OSError: A chunk cannot be read.
            ValueError: A chunk is shorter than it should be.
        """
        done = 0
        while done < len(out):
            chunk, offset = divmod(start + done, CHUNK_ROWS)
            count = min(CHUNK_ROWS - offset, len(out) - done)
            with self._chunk(chunk).open("rb") as file:
                file.seek(offset * self._dimension * HALF.itemsize)
                rows = np.fromfile(file, HALF, count * self._dimension)
            out[done : done + count] = rows.reshape(count, self._dimension)
            done += count

    def append(self, vectors: NDArray[np.float16], *, at: int) -> None:
        """Put rows behind the first `at` ones; what stood there is overwritten.

        When it returns the rows are on the disk, not merely with the system. The
        array may be longer than `at` after a crash; it is as long as asked after.

        Raises:
            ImportError: zarr is not installed.
            OSError: The disk is full or forbids it.
        """
        end = at + len(vectors)
        array = self._opened(at)
        array.resize((end, self._dimension))
        array[at:end] = vectors
        self._sync(at // CHUNK_ROWS, (end - 1) // CHUNK_ROWS)

    def _opened(self, at: int) -> Any:
        """Open the array for writing; one that is not ours is made anew.

        Opened for each append and dropped again: a handle that missed another's
        append would shrink the array.
        """
        import zarr

        if at > 0 or self._header_rows() > 0:
            return zarr.open_array(self._folder, mode="r+", config=_ALL_CHUNKS)
        make_private_folder(self._folder.parent, parents=False)
        zarr.open_group(self._folder.parent, mode="a")
        make_private(self._folder.parent / "zarr.json")
        if self._folder.exists():
            shutil.rmtree(self._folder)
        return zarr.create_array(
            self._folder,
            shape=(0, self._dimension),
            dtype=HALF,
            chunks=(CHUNK_ROWS, self._dimension),
            compressors=None,
            filters=None,
            fill_value=0,
            zarr_format=3,
            config=_ALL_CHUNKS,
        )

    def _header_rows(self) -> int:
        """Return the length that the array claims; 0 if its layout is not ours."""
        try:
            header = json.loads((self._folder / "zarr.json").read_text("utf-8"))
            rows, dimension = header["shape"]
            ours = (
                header["node_type"] == "array"
                and header["data_type"] == "float16"
                and dimension == self._dimension
                and header["chunk_grid"]["configuration"]["chunk_shape"]
                == [CHUNK_ROWS, dimension]
                and [codec["name"] for codec in header["codecs"]] == ["bytes"]
                and header["codecs"][0]["configuration"]["endian"] == "little"
                and header["chunk_key_encoding"]["name"] == "default"
            )
            return int(rows) if ours else 0
        except (OSError, ValueError, LookupError, TypeError, ArithmeticError):
            return 0
        except RecursionError:
            return 0

    def _chunk(self, number: int) -> Path:
        return self._folder / "c" / str(number) / "0"

    def _sync(self, first: int, last: int) -> None:
        """Wait until the disk has what was written, names included; it is private."""
        chunks = [self._chunk(number) for number in range(first, last + 1)]
        for file in (*chunks, self._folder / "zarr.json"):
            make_private(file)
            with file.open("r+b") as opened:
                os.fsync(opened.fileno())
        if os.name == "posix":
            for folder in {
                self._folder,
                self._folder / "c",
                *(c.parent for c in chunks),
            }:
                make_private(folder)
                _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
