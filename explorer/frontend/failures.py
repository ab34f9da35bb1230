"""What a failure in the program looks like on its stderr."""

from __future__ import annotations

import traceback
from typing import Final

from explorer.frontend.current import outside
from explorer.frontend.place import OURS


def failure_text(error: BaseException) -> str:
    """The traceback of `error` as the program alone would have printed it, without our frames."""
    with outside():  # it reads source files
        failure = traceback.TracebackException.from_exception(error)
        _hide_our_frames(failure)
        return "".join(failure.format())


#: What these look like follows from the program's memory, in which they look for similar names.
_SUGGESTING: Final = (AttributeError, ImportError, NameError)
_PLAIN: Final = frozenset({str, bytes, int, float, bool, type(None)})


def can_wait(error: BaseException | None) -> bool:
    """Whether a failure looks the same after the run: no code of the program's tells it.

    Telling one takes ten times as long as a short run, and few are ever read.
    """
    while error is not None:
        kind = type(error)
        if (
            kind.__module__ != "builtins"
            or isinstance(error, (BaseExceptionGroup, *_SUGGESTING))
            or not all(type(argument) in _PLAIN for argument in error.args)
            or error.__cause__ is not None
        ):
            return False
        error = error.__context__
    return True


def _hide_our_frames(failure: traceback.TracebackException) -> None:
    kept = [frame for frame in failure.stack if not frame.filename.startswith(OURS)]
    failure.stack = traceback.StackSummary.from_list(kept)
    for other in (failure.__cause__, failure.__context__, *(failure.exceptions or ())):
        if other is not None:
            _hide_our_frames(other)
