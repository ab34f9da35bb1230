"""What a child sees of its parent's memory: a copy, as after fork, shared objects excepted.

Programs whose functions see nothing but constants and shared objects pay nothing: their processes
have no memory of their own to keep apart (`space` None). Otherwise the child's values are copied
here, with one memo, so that what was one object for the parent is one object for the child.

PYTEST_DONT_REWRITE: these assertions are CPython's, to the letter.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

from explorer.frontend.bytecode import stores_in
from explorer.frontend.copier import ATOMIC, Copier, copied_types
from explorer.frontend.image import (
    CONSTANT,
    Image,
    distinct,
    give_space,
    is_constant,
    rebindable_cells,
    shared_types,
)
from explorer.frontend.leftovers import environment
from explorer.frontend.space import ABSENT, AttributePlace, Place, Space
from explorer.frontend.spawn import spawned

__all__ = ["bare_types", "copied_types", "fork", "shared_types"]

#: Process classes of ours, whose instances hold nothing but a target and its arguments.
bare_types: set[type] = set()


def fork(world: Any, handle: Any) -> tuple[Any, Any]:
    """The child's Process object, and its memory (None: nothing to keep apart).

    A plain process object stays its parent's until the child asks for it (`current_process`).
    """
    method = handle._start_method or world.runtime.start_method
    if method is not None and method != "fork":
        return spawned(world, handle, own_copy(handle))
    image = world.runtime.image
    plain = _is_plain(handle, image)
    if image is None:
        if plain:
            return handle, None
        image = Image()
    image.forked = True
    if plain and world.space is None and image.is_constant():
        return handle, None
    return _Fork(world, image).child(handle, plain)


def _is_plain(handle: Any, image: Image | None) -> bool:
    """Whether a child would not notice that its target and arguments were not copied."""
    target = handle._target
    if type(target) is not FunctionType or type(handle) not in bare_types or handle._kwargs:
        return False
    for value in handle._args:
        if type(value) not in CONSTANT and not is_constant(value):
            return False
    if target.__defaults__ or target.__kwdefaults__ or target.__dict__:
        return False
    return target.__closure__ is None or _is_plain_closure(target, image)


def _is_plain_closure(function: FunctionType, image: Image | None) -> bool:
    """Whether all that a function closes over is constant, and stays what it is."""
    try:
        values = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError:  # a variable that has no value yet
        return False
    for value in values:
        if type(value) not in CONSTANT and not is_constant(value):
            return False
    stored = stores_in(function.__code__) | rebindable_cells()
    if image is not None:
        stored |= image.uses.nonlocals
    return stored.isdisjoint(function.__code__.co_freevars)


class _Fork:
    """One fork: walks over what the program can see and copies what can differ."""

    def __init__(self, world: Any, image: Image) -> None:
        self.world = world
        self.image = image
        self.names: list[tuple[dict[str, Any], str, Any]] = []
        self.places: list[tuple[Place, Any]] = []
        self.rebindable = image.rebindable()
        cells = image.uses.nonlocals | rebindable_cells()
        self.copier = Copier(image.is_own, self._bound, cells, image.uses, image.handlers)

    def child(self, handle: Any, plain: bool) -> tuple[Any, Any]:
        self.copier.child = handle._object
        made = handle if plain else self.copier.copy(handle)
        return made, self.memory()

    def memory(self) -> Space | None:
        """A copy of what the running process can see, apart from its arguments."""
        parent = self.world.space
        modules = self.image.modules if parent is None else parent.modules
        for name, module in distinct(modules):
            self._module(name, module)
        for owner, attribute in self.image.stored_attributes():
            self._attribute(owner, attribute)
        if self.image.uses_environment():
            variables = environment()
            self._name(variables, "_data", variables["_data"])
        return self._space(parent, modules)

    def _bound(self, place: Place, value: Any, copied: Any) -> None:
        self.places.append((place, copied))

    def _name(self, namespace: dict[str, Any], name: str, value: Any) -> None:
        self.names.append((namespace, name, self.copier.copy(value)))

    def _module(self, name: str, module: ModuleType) -> None:
        namespace = module.__dict__
        copy, rebindable = self.copier.copy, self.rebindable
        read, loose, rewrites = (
            self.image.uses.read,
            self.image.uses.loose,
            self.image.uses.rewrites,
        )
        for key in self.image.readable(name, module):
            value = namespace[key]
            copied = value if type(value) in ATOMIC else copy(value)
            if copied is not value or rewrites or key in rebindable or key in loose:
                self.names.append((namespace, key, copied))
        for key in rebindable:
            if key not in namespace and (key in read or rewrites):
                self.names.append((namespace, key, ABSENT))

    def _attribute(self, owner: Any, attribute: str) -> None:
        if isinstance(owner, ModuleType):
            value = owner.__dict__.get(attribute, ABSENT)
            self._name(owner.__dict__, attribute, value)
            return
        place = AttributePlace(owner, attribute)
        self.places.append((place, self.copier.copy(place.read())))

    def _space(self, parent: Space | None, modules: dict[str, ModuleType]) -> Space | None:
        if parent is None:
            if not self.names and not self.places:
                return None
            parent = Space(self.image.modules, modules)
            give_space(self.world, parent)
        parent.leave()  # its values as they are now, for what only it has known so far
        child = Space(self.image.modules, modules)
        self._inherit(parent, child)
        return child

    def _inherit(self, parent: Space, child: Space) -> None:
        copy = self.copier.copy
        values = iter(parent.values)
        for namespace, name in parent.names:
            child.add_name(namespace, name)
            child.values.append(copy(next(values)))
        known = len(child.names)
        copied_places = []
        for place in parent.places:
            child.add_place(place)
            copied_places.append(copy(next(values)))
        for namespace, name, copied in self.names:
            child.add_name(namespace, name)
            if len(child.names) > known:
                known += 1
                child.values.append(copied)
                parent.add_name(namespace, name)
        known = len(child.places)
        for place, copied in self.places:
            child.add_place(place)
            if len(child.places) > known:
                known += 1
                copied_places.append(copied)
                parent.add_place(place)
        child.values += copied_places
        if parent.modules is not parent.common:
            parent.enter()  # `leave` took its modules out


def own_memory(world: Any) -> Space | None:
    """Give the main process a copy of the memory it was called in; that memory, to be put back.

    For modules that were executed before the run, and are used again after it.
    """
    image = world.runtime.image
    image.forked = True
    fork = _Fork(world, image)
    fork.copier.child = world.running.process
    mine = fork.memory()
    before: Space | None = world.space
    if mine is not None:
        assert before is not None
        before.leave()
        give_space(world, mine)
        mine.enter()
    return before


def own_copy(handle: Any) -> Any:
    """The child's own Process object, made when it first asks for it."""
    made = object.__new__(type(handle))
    made.__dict__.update(handle.__dict__)
    made._reaped = None
    return made
