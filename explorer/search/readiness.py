"""Could an operation that waits have gone on earlier? Asked of the states that a run went through.

A *picture* of an object is a small value that tells whether an operation could go on in the state
it was taken in, and that means the same in every run. Only operations that conflict with all that
changes what they wait for are answered here: their gate's state at any point of any equivalent run
was pictured. For the others the search makes probes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from explorer.objects.lock import Lock, RLock
from explorer.objects.process import ProcessObject
from explorer.objects.semaphore import Semaphore

if TYPE_CHECKING:
    from explorer.model.operation import Operation


#: Objects by name, each with its picture.
Pictures = tuple[tuple[str, Any], ...]


def _owner(lock: Lock) -> str:
    return "" if lock.owner is None else lock.owner.name


#: Class of an object -> its picture.
_PICTURES: Final[dict[type, Callable[[Any], Any]]] = {
    Lock: _owner,
    RLock: _owner,
    Semaphore: lambda semaphore: semaphore.value > 0,
    ProcessObject: lambda process: process.exitcode is not None,
}
#: Class of an object -> (picture, name of an actor) -> whether its operations would have gone on.
_ANSWERS: Final[dict[type, Callable[[Any, str], bool]]] = {
    Lock: lambda owner, actor: not owner,
    RLock: lambda owner, actor: not owner or owner == actor,
    Semaphore: lambda free, actor: bool(free),
    ProcessObject: lambda ended, actor: bool(ended),
}


def has_pictures(operation: Operation) -> bool:
    """Whether pictures tell where this operation could have gone on."""
    kind = operation.object.kind
    return operation.gate.__class__ in _PICTURES and (
        operation.gate is operation.object or kind == "cell"
    )


def pictures(operation: Operation) -> Pictures:
    """Pictures of all that an operation changes, to be taken before it is performed."""
    changed = operation.object
    take = _PICTURES.get(changed.__class__)
    found: Pictures = () if take is None else ((changed.name, take(changed)),)
    if operation.kind.wide:
        for other in changed.affected():
            take = _PICTURES.get(other.__class__)
            if take is not None:
                found += ((other.name, take(other)),)
    return found


def would_go(picture: Any, actor: str, operation: Operation) -> bool:
    """Whether `operation` would have gone on in the state of its gate that was pictured."""
    return _ANSWERS[operation.gate.__class__](picture, actor)
