"""The border to Gradio: what a page may send in, and what may go out to it.

Owns: components that take no file but an upload; callbacks whose answers any page can
show, and whose faults are told on the page instead of ending it.
Knows nothing of: what is on the page, what callbacks do.

Gradio copies whatever looks like a file in an input, before our code is asked, to where
it is served from, and fetches it if it is an address. A text with half a character ends
the stream through which all of a page's events are answered.
"""

from __future__ import annotations

import inspect
from abc import ABCMeta
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from ..core.text.sanitise import showable
from ..engine.faults import Faults, guard
from .texts import language_of, say, speaking

VISITOR = "visitor"
TAKES_FILES = "File"


class Border:
    """Gradio as the page uses it: `border.Textbox` and all else, but guarded."""

    def __init__(self, gradio: Any, faults: Faults) -> None:
        """Guard a Gradio.

        Args:
            gradio: The module.
            faults: Where a callback's fault is kept and logged.
        """
        self._gradio = gradio
        self._faults = faults
        self._guarded: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        """Return a component that takes no made-up file, or anything else as it is."""
        if name not in self._guarded:
            found = getattr(self._gradio, name)
            is_input = isinstance(found, type) and issubclass(
                found, self._gradio.components.Component
            )
            self._guarded[name] = guarded_component(found) if is_input else found
        return self._guarded[name]

    def carry(
        self, act: Callable[..., Any], outputs: int, *, visited: bool = False
    ) -> Callable[..., Any]:
        """Return a callback as Gradio may call it; it speaks the visitor's language.

        Args:
            act: Does what the event wants; a generator shows several answers.
            outputs: How many components it changes.
            visited: Its first input is who visits: a name of the session.
        """
        untouched = self._untouched(outputs)

        def failed() -> Any:
            self._warn()
            return untouched

        def answer(request: Any, step: Callable[[], Any]) -> Any:
            with speaking(_language(request)):
                return guard(
                    self._faults, "answering the page", lambda: shown(step()), failed
                )

        def begun(request: Any, inputs: tuple[Any, ...]) -> Any:
            return act(_session(request), *inputs) if visited else act(*inputs)

        if _is_generator(act):

            @self._asks_who
            def several(request: Any, *inputs: Any) -> Iterator[Any]:
                steps = begun(request, inputs)
                while (one := answer(request, lambda: next(steps, _END))) is not _END:
                    yield one
                    if one is untouched:
                        return

            return several

        @self._asks_who
        def once(request: Any, *inputs: Any) -> Any:
            return answer(request, lambda: begun(request, inputs))

        return once

    def _asks_who(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        """Have Gradio lend a callback the request: it does so by the input's type."""
        callback.__annotations__ = {"request": self._gradio.Request}
        return callback

    def _untouched(self, outputs: int) -> Any:
        if not outputs:
            return None
        update = self._gradio.update()
        return update if outputs == 1 else tuple([update] * outputs)

    def _warn(self) -> None:
        fault = self._faults.last
        failed = say("common.failed")
        words = failed if fault is None else f"{fault.words}. {failed}"
        self._gradio.Warning(escape(showable(words)))


_END = object()
# What a component makes of a value that no page of ours sends.
_WRONG_VALUES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _language(request: Any) -> str:
    """Return the language of a visitor; a request by no browser has no headers."""
    headers = getattr(request, "headers", None) or {}
    return language_of(str(headers.get("accept-language", "")))


def _session(request: Any) -> str:
    return str(getattr(request, "session_hash", "") or VISITOR)


def guarded_component(kind: Any) -> Any:
    """Return a kind of component that takes no file but what was uploaded to it.

    Gradio asks the component itself to copy or fetch what an input names. It makes
    components anew for each visitor, so the class must refuse, not one of them.
    """

    def copied(self: Any, path: Any) -> Any:
        _refuse_unless_uploaded(self, path)
        return kind.move_resource_to_block_cache(self, path)

    async def copied_later(self: Any, path: Any) -> Any:
        _refuse_unless_uploaded(self, path)
        return await kind.async_move_resource_to_block_cache(self, path)

    def received(self: Any, payload: Any) -> Any:
        _look_at_files(self, payload)
        try:
            return kind.preprocess(self, shown(payload))
        except _WRONG_VALUES as error:
            # Gradio would show the value as it came, half characters and all.
            raise _error(showable(str(error))) from None

    body = {
        "__module__": kind.__module__,
        "__doc__": kind.__doc__,
        "preprocess": received,
        "move_resource_to_block_cache": copied,
        "async_move_resource_to_block_cache": copied_later,
    }
    # The metaclass's own way would write an interface file beside the source.
    return ABCMeta.__new__(type(kind), kind.__name__, (kind,), body)


def was_uploaded(path: object, folder: Path) -> bool:
    """Whether a path is a file below a folder, by no link and no way round."""
    if not isinstance(path, str | Path) or "\0" in str(path):
        return False
    named = Path(path)
    return (
        named.is_absolute()
        and named.resolve().is_relative_to(folder.resolve())
        and named.is_file()
        and not named.is_symlink()
    )


def shown(value: Any) -> Any:
    """Return a callback's answer with every text as a page can show it.

    What is kept for a visitor (frozen data) never leaves the server and stays as it is.
    """
    match value:
        case str():
            return showable(value)
        case tuple() if type(value) is tuple:
            return tuple(map(shown, value))
        case list():
            return [shown(one) for one in value]
        case dict():
            return {key: shown(one) for key, one in value.items()}
    return value


def _look_at_files(component: Any, payload: Any) -> None:
    """Refuse files that were not uploaded; a "stream" is not copied, but named."""
    if type(component).__name__ == TAKES_FILES:
        for file in payload if isinstance(payload, Iterable) else ():
            _refuse_unless_uploaded(component, getattr(file, "path", None))


def _refuse_unless_uploaded(component: Any, path: Any) -> None:
    takes = type(component).__name__ == TAKES_FILES
    if not takes or not was_uploaded(path, Path(component.GRADIO_CACHE)):
        raise _error(say("common.no_files"))


def _error(words: str) -> Exception:
    """Return an error that is shown on the page and, where Gradio can, not logged."""
    from gradio import Error

    quiet = "print_exception" in inspect.signature(Error).parameters
    error: Exception = Error(words, **({"print_exception": False} if quiet else {}))
    return error


def _is_generator(act: Callable[..., Any]) -> bool:
    return inspect.isgeneratorfunction(inspect.unwrap(act))
