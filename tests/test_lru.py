"""The bounded dictionary keeps what was used last, whatever is asked of it."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.lru import Lru

CAPACITY = 3
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["put", "get", "make", "update", "drop", "clear"]),
        st.integers(0, 5),
    )
)


@given(CALLS)
def test_it_is_an_ordered_dictionary_whose_oldest_leave(
    calls: list[tuple[str, int]],
) -> None:
    lru: Lru[int, int] = Lru(CAPACITY)
    model: OrderedDict[int, int] = OrderedDict()
    for value, (call, key) in enumerate(calls, 1000):
        if call == "put":
            lru.put(key, value)
            model[key] = value
        elif call == "clear":
            lru.clear()
            model.clear()
        elif call == "get":
            assert lru.get(key) == model.get(key)
        elif call == "make":
            assert lru.get_or_make(key, partial(int, value)) == model.setdefault(
                key, value
            )
        elif call == "update":
            grown = model.get(key, 0) + 1
            # The same number, for what is dropped is known by identity.
            model[key] = lru.update(key, lambda old: (old or 0) + 1)
            assert model[key] == grown
        elif key in model:
            lru.drop(key, model.pop(key))
        if key in model:
            model.move_to_end(key)
        while len(model) > CAPACITY:
            model.popitem(last=False)

        assert lru.items() == list(reversed(model.items()))
        assert len(lru) == len(model)


def test_what_was_put_anew_meanwhile_is_not_dropped() -> None:
    lru: Lru[str, object] = Lru(CAPACITY)
    old, new = object(), object()
    lru.put("chat", old)
    lru.put("chat", new)

    lru.drop("chat", old)

    assert lru.get("chat") is new


def test_threads_lose_no_update() -> None:
    lru: Lru[str, int] = Lru(CAPACITY)

    def count() -> None:
        for _ in range(1000):
            lru.update("sum", lambda known: (known or 0) + 1)

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert lru.get("sum") == 4000
