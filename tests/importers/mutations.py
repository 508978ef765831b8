"""Files with damage of every kind, the same for the same seed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**18, 10**30, 1e308, float("nan"), float("inf")),
    *([], {}, "", " ", "\0", "\ud83d", "\udc00x", "<think>", "</think>", "a" * 5_000),
    *("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2999-13-45", -62e9),
    *(253402300799, 253402300799999, 1700000000000000, 1.7e18, "Jan 1, 9999 10:00"),
    *([[[[]]]], {"a": {"b": {}}}, ["x", None, {}], {"": ""}, {"id": "\ud800"}),
    *("2023-5-3 @14h 5m 3s 123ms", "June 3, 2024 5:01pm", "../../etc/passwd", "CON"),
    *("x\ny: z", "{{user}}", "\u202e", "\uef01COLDSTORAGE\uef01x"),
)
BLOCKS = (
    *(b"\0" * 64, b"[" * 50_000, b'{"a":' * 900, b"\xff\xfe", b"\xed\xa0\x80"),
    *(b'"', b"}", b"[", b"\n", b"\r\n"),
)


def mutated(data: bytes, others: list[bytes], seed: int) -> bytes:
    """Return a file with damage."""
    dice = random.Random(seed)
    how = dice.randrange(8)
    if how < 4:
        odd = _odd_values(data, dice)
        if odd is not None:
            return odd
    if how == 4:
        return data[: dice.randrange(len(data) + 1)]
    if how == 5:
        other = dice.choice(others)
        start = dice.randrange(len(other))
        return data[: dice.randrange(len(data) + 1)] + other[start:]
    spoilt = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8, 64))):
        at = dice.randrange(len(spoilt) + 1)
        if how == 6:
            spoilt[at:at] = dice.choice(BLOCKS)
        elif spoilt:
            spoilt[at % len(spoilt)] = dice.randrange(256)
    return bytes(spoilt)


def _odd_values(data: bytes, dice: random.Random) -> bytes | None:
    """Put odd values into JSON, JSON lines, or the JSON in an archive; else None."""
    if data.startswith(b"PK"):
        return _repacked(data, dice)
    try:
        text = data.decode()
    except ValueError:
        return None
    lines = text.splitlines() if text.startswith("{") and "\n{" in text else [text]
    try:
        values = [json.loads(line) for line in lines]
    except ValueError:
        return None
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(values))
        values[at] = _with_odd(values[at], dice)
    spoilt = "\n".join(json.dumps(value) for value in values)
    return spoilt.encode("utf-8", "surrogatepass")


def _with_odd(value: Any, dice: random.Random) -> Any:
    """Replace, drop, double or rename one thing somewhere in a value."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.05:
        if dice.random() < 0.05:
            deep: Any = "deep"
            for _ in range(dice.choice((50, 300, 600))):
                deep = [deep]
            return deep
        return dice.choice(ODD_VALUES)
    if isinstance(value, list):
        at = dice.randrange(len(value))
        kind = dice.randrange(6)
        if kind == 0:
            return value[:at] + value[at + 1 :]
        if kind == 1:
            return [*value, value[at]]
        return [*value[:at], _with_odd(value[at], dice), *value[at + 1 :]]
    key = dice.choice(list(value))
    kind = dice.randrange(8)
    if kind == 0:
        return {name: one for name, one in value.items() if name != key}
    if kind == 1:
        return {**value, dice.choice(["id", "\ud800", "", "entries"]): value[key]}
    return {**value, key: _with_odd(value[key], dice)}


def _repacked(data: bytes, dice: random.Random) -> bytes | None:
    if dice.random() < 0.5:
        return None
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(target, "w") as new,
    ):
        for name in old.namelist():
            inner = old.read(name)
            new.writestr(name, _odd_values(inner, dice) or inner)
    return target.getvalue()
