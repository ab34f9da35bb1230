"""Managers and their proxies, as programs use them. Messages and values as CPython 3.11's."""

from __future__ import annotations

import copy
import pickle
from array import array
from typing import Any

import pytest

from explorer.errors import NotSupported
from tests.helpers.enumerate import outcomes, run_all, runs, start_all
from tests.helpers.running import error_of, returned, run

BROKEN = "BrokenPipeError: [Errno 32] Broken pipe"
GONE = "FileNotFoundError: [Errno 2] No such file or directory"


class Counter:
    """Something that a program registers with a manager of its own."""

    def __init__(self, count: int = 0) -> None:
        self.count = count

    def add(self, amount: int = 1) -> int:
        self.count += amount
        return self.count

    def fail(self) -> None:
        raise ValueError("boom")

    def both(self) -> list[int]:
        return [self.count, self.count]

    def trouble(self) -> Any:
        return lambda: 0

    def _private(self) -> int:
        return 1


def test_a_dict_does_what_a_dict_does() -> None:
    def body(mp: Any) -> list[Any]:
        d = mp.Manager().dict({"a": 1}, b=2)
        found: list[Any] = [list(d), d.keys(), d.items(), d.values(), d.copy(), str(d), len(d)]
        d["c"] = 3
        del d["a"]
        found += ["c" in d, "a" in d, d.get("x"), d.get("x", 7), d.pop("c"), d.pop("z", 5)]
        found += [d.setdefault("q", []), d.popitem(), d.update({"u": 1}, v=2), d.update([("w", 3)])]
        found += [d.copy(), d == d.copy(), d.clear(), len(d), bool(d)]
        return found

    assert returned(body) == [
        *(["a", "b"], ["a", "b"], [("a", 1), ("b", 2)], [1, 2], {"a": 1, "b": 2}),
        *("{'a': 1, 'b': 2}", 2, True, False, None, 7, 3, 5, [], ("q", []), None, None),
        *({"b": 2, "u": 1, "v": 2, "w": 3}, False, None, 0, False),
    ]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda d: d["zz"], "KeyError: 'zz'"),
        (lambda d: d.pop("zz"), "KeyError: 'zz'"),
        (lambda d: d.__delitem__("zz"), "KeyError: 'zz'"),
        (lambda d: d.popitem(), "KeyError: 'popitem(): dictionary is empty'"),
        (lambda d: d[[]], "TypeError: unhashable type: 'list'"),
        (lambda d: d | {}, "TypeError: unsupported operand type(s) for |: 'DictProxy' and 'dict'"),
        (
            lambda d: d.fromkeys([1]),
            "AttributeError: 'DictProxy' object has no attribute 'fromkeys'",
        ),
    ],
)
def test_a_dict_refuses_what_its_proxy_refuses(act: Any, message: str) -> None:
    assert returned(lambda mp: error_of(lambda: act(mp.Manager().dict()))) == message


def test_a_list_does_what_a_list_does() -> None:
    def body(mp: Any) -> list[Any]:
        items = mp.Manager().list([3, 1, 2])
        found: list[Any] = [items[1:], items.__add__([4]), items * 2, 2 * items]
        found.append(list(reversed(items)))
        items.sort()
        items.append(9)
        items.insert(0, 0)
        items.extend((7, 7))
        items += [5]
        items[0] = 8
        items[1:3] = [6]
        found += [str(items), list(items), items.count(7), items.index(9), 7 in items, len(items)]
        items.remove(7)
        items.reverse()
        found += [items.pop(), items.pop(0), items[:]]
        items *= 2
        del items[0]
        return [*found, items[:], items[-1]]

    assert returned(body) == [
        *([1, 2], [3, 1, 2, 4], [3, 1, 2, 3, 1, 2], [3, 1, 2, 3, 1, 2], [2, 1, 3]),
        *("[8, 6, 3, 9, 7, 7, 5]", [8, 6, 3, 9, 7, 7, 5], 2, 3, True, 7),
        *(8, 5, [7, 9, 3, 6], [9, 3, 6, 7, 9, 3, 6], 6),
    ]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda items: items["x"], "TypeError: list indices must be integers or slices, not str"),
        (lambda items: items[9], "IndexError: list index out of range"),
        (lambda items: items.remove(77), "ValueError: list.remove(x): x not in list"),
        (lambda items: items.index(99), "ValueError: 99 is not in list"),
        (lambda items: items.pop(), "IndexError: pop from empty list"),
        (lambda items: items.copy(), "AttributeError: 'ListProxy' object has no attribute 'copy'"),
        (
            lambda items: [0].__add__(items),
            'TypeError: can only concatenate list (not "ListProxy") to list',
        ),
    ],
)
def test_a_list_refuses_what_its_proxy_refuses(act: Any, message: str) -> None:
    assert returned(lambda mp: error_of(lambda: act(mp.Manager().list()))) == message


def test_values_are_copied_in_and_out_and_proxies_are_not() -> None:
    def body(mp: Any) -> list[Any]:
        manager = mp.Manager()
        d, plain = manager.dict(), [1]
        d["plain"] = plain
        plain.append(2)
        d["plain"].append(3)
        d["shared"] = manager.list()
        d["shared"].append(4)
        nested = manager.list([d, manager.Queue()])
        nested[1].put(5)
        return [d["plain"], d["shared"][:], nested[0]["shared"][0], nested[1].get(), str(d)]

    shown = "{'plain': [1], 'shared': <ListProxy object, typeid 'list' at list#1>}"
    assert returned(body) == [[1], [4], 4, 5, shown]


def test_what_cannot_be_pickled_cannot_be_sent() -> None:
    def body(mp: Any) -> str:
        return error_of(lambda: mp.Manager().dict().__setitem__("f", lambda: 0))

    assert "local object" in returned(body)  # "Can't pickle …" or "Can't get …", by version


def test_proxies_themselves_can_be_pickled_and_copied() -> None:
    def body(mp: Any) -> list[Any]:
        d = mp.Manager().dict(a=1)
        again = pickle.loads(pickle.dumps(d))
        again["b"] = 2
        return [d.copy(), type(copy.deepcopy(d)), repr(d)]

    expected = "<DictProxy object, typeid 'dict' at dict#1>"
    assert returned(body) == [{"a": 1, "b": 2}, dict, expected]


def test_iterating_over_a_dict_that_grows_is_an_error() -> None:
    def body(mp: Any) -> list[str]:
        d = mp.Manager().dict(a=1)
        steps = iter(d)
        d["b"] = 2
        return [error_of(lambda: next(steps)), type(steps).__name__]

    message = "RuntimeError: dictionary changed size during iteration"
    assert returned(body) == [message, "IteratorProxy"]


def test_namespaces_values_and_arrays_do_what_they_do() -> None:
    def body(mp: Any) -> list[Any]:
        manager = mp.Manager()
        space = manager.Namespace(x=1)
        space.y = 2
        space._hidden = 3
        found: list[Any] = [space.x, space.y, space._hidden, str(space)]
        del space.x
        found += [error_of(lambda: space.x), error_of(lambda: space.__delattr__("x")), str(space)]
        value = manager.Value("i", 3)
        value.value += 1
        value.set(value.get() + 1)
        found += [value.value, str(value)]
        row = manager.Array("i", [1, 2, 3])
        row[0] = 7
        return [
            *found,
            row[:],
            list(row),
            len(row),
            str(row),
            error_of(lambda: row[9]),
            error_of(lambda: row.__setitem__(0, "x")),
        ]

    missing = "AttributeError: 'Namespace' object has no attribute 'x'"
    assert returned(body) == [
        *(1, 2, 3, "Namespace(x=1, y=2)", missing, missing, "Namespace(y=2)"),
        *(5, "Value('i', 5)", array("i", [7, 2, 3]), [7, 2, 3], 3, "array('i', [7, 2, 3])"),
        "IndexError: array index out of range",
        "TypeError: 'str' object cannot be interpreted as an integer",
    ]


def test_locks_and_queues_of_a_manager_answer_as_threading_s() -> None:
    def body(mp: Any) -> list[Any]:
        manager = mp.Manager()
        lock, again, permits = manager.Lock(), manager.RLock(), manager.BoundedSemaphore(1)
        found: list[Any] = [lock.acquire(), lock.acquire(False), lock.acquire(timeout=0.1)]
        found += [lock.release(), error_of(lock.release), error_of(again.release)]
        found += [error_of(permits.release), error_of(lambda: permits.get_value())]
        found += [
            error_of(lambda: lock.acquire(False, 1)),
            error_of(lambda: lock.acquire(True, -5)),
        ]
        queue = manager.Queue(1)
        queue.put(1)
        found += [error_of(lambda: queue.put(2, False)), queue.full(), queue.qsize(), queue.get()]
        found += [queue.empty(), error_of(queue.get_nowait), error_of(lambda: queue.get(timeout=1))]
        found += [error_of(lambda: queue.get(timeout=-1)), error_of(lambda: queue.maxsize)]
        return [*found, type(queue).__name__]

    assert returned(body) == [
        *(True, False, False, None, "RuntimeError: release unlocked lock"),
        "RuntimeError: cannot release un-acquired lock",
        "ValueError: Semaphore released too many times",
        "AttributeError: 'AcquirerProxy' object has no attribute 'get_value'",
        "ValueError: can't specify a timeout for a non-blocking call",
        "ValueError: timeout value must be positive",
        *("Full: ", True, 1, 1, True, "Empty: ", "Empty: "),
        "ValueError: 'timeout' must be a non-negative number",
        "AttributeError: 'AutoProxy[Queue]' object has no attribute 'maxsize'",
        "AutoProxy[Queue]",
    ]


def test_conditions_events_and_barriers_of_a_manager_answer_as_threading_s() -> None:
    def body(mp: Any) -> list[Any]:
        manager = mp.Manager()
        condition, event, barrier = manager.Condition(), manager.Event(), manager.Barrier(1)
        found: list[Any] = [error_of(condition.wait), error_of(condition.notify)]
        with condition:
            found += [condition.wait(0.1), condition.notify(), condition.notify_all()]
            found.append(condition.wait_for(lambda: 0, 0.1))
        found += [event.is_set(), event.wait(0.1), event.set(), event.wait(), event.clear()]
        found += [barrier.wait(), barrier.parties, barrier.n_waiting, barrier.broken]
        barrier.abort()
        return [*found, barrier.broken, error_of(barrier.wait), barrier.reset(), barrier.broken]

    assert returned(body) == [
        "RuntimeError: cannot wait on un-acquired lock",
        "RuntimeError: cannot notify on un-acquired lock",
        *(False, None, None, 0, False, False, None, True, None, 0, 1, 0, False),
        *(True, "BrokenBarrierError: ", None, False),
    ]


def test_a_condition_of_a_manager_wakes_its_sleepers() -> None:
    def body(mp: Any) -> int:
        manager = mp.Manager()
        condition, box = manager.Condition(manager.Lock()), manager.list()

        def wait() -> None:
            with condition:
                condition.wait_for(lambda: len(box))

        [process] = start_all(mp, wait)
        with condition:
            box.append(1)
            condition.notify()
        process.join()
        return len(box)

    assert outcomes(body) == {1}


def test_an_update_of_a_dict_item_in_two_steps_can_be_lost() -> None:
    def body(mp: Any) -> int:
        data = mp.Manager().dict(n=0)

        def add() -> None:
            data["n"] += 1

        run_all(mp, add, add)
        return int(data["n"])

    assert outcomes(body) == {1, 2}


def test_a_lock_of_the_manager_keeps_the_update_whole() -> None:
    def body(mp: Any) -> int:
        manager = mp.Manager()
        data, lock = manager.dict(n=0), manager.Lock()

        def add() -> None:
            with lock:
                data["n"] += 1

        run_all(mp, add, add)
        return int(data["n"])

    assert outcomes(body) == {2}


def test_one_call_is_one_step() -> None:
    def body(mp: Any) -> tuple[int, ...]:
        manager = mp.Manager()
        items, first = manager.list(), manager.dict()

        def add() -> None:
            items.append(1)
            items.extend([2, 3])
            first.setdefault("who", mp.current_process().name)

        run_all(mp, add, add)
        return tuple(sorted(items[:]))

    assert outcomes(body) == {(1, 1, 2, 2, 3, 3)}


def test_items_and_attributes_are_locations_for_the_detectors() -> None:
    def body(mp: Any) -> None:
        manager = mp.Manager()
        data, space = manager.dict(n=0), manager.Namespace(x=0)
        value, items = manager.Value("i", 0), manager.list([0])
        data["n"] = data["n"] + 1
        space.x = space.x + 1
        value.value = value.value + 1
        items[0] = items[0] + 1

    world = run(body)[1]
    steps = [
        (operation.kind.name, operation.object.name, operation.key)
        for _, operation, _ in world.log
        if operation.kind.name in ("read", "write")
    ]
    places = [("dict#1", "n"), ("Namespace#1", "x"), ("Value#1", None), ("list#1", 0)]
    assert steps == [(name, *place) for place in places for name in ("read", "write")]
    final = {
        (operation.object.name, part): value
        for _, operation, _ in world.log
        for part, value in operation.object.locations()
    }
    assert [final[place] for place in places] == [1, 1, 1, 1]


def test_a_manager_that_has_shut_down_refuses_as_cpython_s() -> None:
    def body(mp: Any) -> list[Any]:
        manager = mp.managers.SyncManager()
        found: list[Any] = [error_of(manager.dict), error_of(lambda: manager.shutdown())]
        with manager:
            data = manager.dict(a=1)
            found += [error_of(manager.start), data["a"]]
        found += [error_of(lambda: data["a"]), str(data), error_of(manager.dict)]
        found += [error_of(manager.__enter__), manager.shutdown()]
        seen = mp.Array("c", 100)

        def child() -> None:
            seen.value = error_of(lambda: data["a"]).encode()

        run_all(mp, child)
        return [*found, seen.value.decode()]

    assert returned(body) == [
        "AssertionError: server not yet started",
        "AttributeError: 'SyncManager' object has no attribute 'shutdown'",
        "ProcessError: Already started server",
        1,
        BROKEN,
        "<DictProxy object, typeid 'dict' at dict#1; '__str__()' failed>",
        "AssertionError: server not yet started",
        "ProcessError: Manager has shut down",
        None,
        GONE,
    ]


def test_a_manager_is_shut_down_before_its_owner_waits_for_its_children() -> None:
    def body(mp: Any) -> None:
        data = mp.Manager().dict()
        start_all(mp, lambda: data.__setitem__("late", 1))

    assert {world.processes[1].exitcode for world, _ in runs(body)} == {0, 1}


def test_who_waits_in_a_manager_that_shuts_down_gets_an_end_of_file() -> None:
    def body(mp: Any) -> str:
        manager, seen = mp.Manager(), mp.Array("c", 100)
        event = manager.Event()

        def wait() -> None:
            seen.value = error_of(event.wait).encode()

        [process] = start_all(mp, wait)
        manager.shutdown()
        process.join()
        return str(seen.value.decode())

    assert outcomes(body) == {"EOFError: "}


def test_a_manager_takes_a_process_number_and_is_an_active_child() -> None:
    def body(mp: Any) -> list[Any]:
        manager = mp.Manager()
        [child] = mp.active_children()
        found = [child.name, child.is_alive(), mp.Process().name]
        manager.shutdown()
        return [*found, mp.active_children(), child.is_alive(), child.exitcode]

    assert returned(body) == ["SyncManager-1", True, "Process-2", [], False, 0]


def test_daemons_may_not_have_managers() -> None:
    def body(mp: Any) -> str:
        seen = mp.Array("c", 100)

        def child() -> None:
            seen.value = error_of(mp.Manager).encode()

        process = mp.Process(target=child, daemon=True)
        process.start()
        process.join()
        return str(seen.value.decode())

    message = "AssertionError: daemonic processes are not allowed to have children"
    assert returned(body) == message


def test_a_program_s_own_types_can_be_served() -> None:
    def body(mp: Any) -> list[Any]:
        class Own(mp.managers.BaseManager):  # type: ignore[misc, name-defined]
            pass

        Own.register("Counter", Counter)
        Own.register("Narrow", Counter, exposed=("add", "_private"))
        Own.register("pair", callable=lambda: [5, 6], proxytype=mp.managers.ListProxy)
        with Own() as manager:
            counter, narrow = manager.Counter(5), manager.Narrow()

            def add() -> None:
                counter.add(amount=2)

            run_all(mp, add, add)
            return [
                counter.add(),
                error_of(counter.fail),
                error_of(lambda: counter._private()),
                counter.both(),
                error_of(counter.trouble).partition(":")[0],
                counter._getvalue().count,
                type(counter).__name__,
                (narrow.add(), narrow._private(), error_of(lambda: narrow.both())),
                manager.pair()[:],
                hasattr(manager, "dict"),
                counter._callmethod("add", (3,)),
            ]

    assert returned(body) == [
        10,
        "ValueError: boom",
        "AttributeError: 'AutoProxy[Counter]' object has no attribute '_private'",
        [10, 10],
        "RemoteError",
        10,
        "AutoProxy[Counter]",
        (1, 1, "AttributeError: 'AutoProxy[Narrow]' object has no attribute 'both'"),
        [5, 6],
        False,
        13,
    ]


@pytest.mark.parametrize(
    ("use", "name"),
    [
        (lambda mp: mp.managers.SyncManager().connect(), r"connect\(\)"),
        (lambda mp: mp.managers.SyncManager().get_server(), r"get_server\(\)"),
    ],
)
def test_what_managers_cannot_do_here_says_so(use: Any, name: str) -> None:
    with pytest.raises(NotSupported, match=name):
        run(use)
