"""What a failure in the program looks like on its stderr."""

from __future__ import annotations

import traceback

from explorer.frontend.current import outside
from explorer.frontend.place import OURS


def failure_text(error: BaseException) -> str:
    """The traceback of `error` as the program alone would have printed it, without our frames."""
    with outside():  # it reads source files
        failure = traceback.TracebackException.from_exception(error)
        _hide_our_frames(failure)
        return "".join(failure.format())


def _hide_our_frames(failure: traceback.TracebackException) -> None:
    kept = [frame for frame in failure.stack if not frame.filename.startswith(OURS)]
    failure.stack = traceback.StackSummary.from_list(kept)
    for other in (failure.__cause__, failure.__context__, *(failure.exceptions or ())):
        if other is not None:
            _hide_our_frames(other)
