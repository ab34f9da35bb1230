"""Print what comes of odd arguments: compiled and as Python it must be the same.

Compiled code checks types where values come in, and turns True into 1 where it says `int`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from explorer.errors import ExplorerError
from explorer.frontend.script import ScriptProgram
from explorer.model.case import Case
from explorer.search.random_walk import RandomWalk
from explorer.worlds.runner import Runner
from tests.programs.odd_arguments import NUMBERS

ROOT = Path(__file__).parents[2]
PROGRAM = "tests/programs/odd_arguments.py"
CALLS: tuple[str, ...] = (
    "mp.Semaphore(x).acquire(timeout=1)",
    "mp.Semaphore(x).get_value()",
    "mp.BoundedSemaphore(x).release()",
    "mp.Barrier(x).parties",
    "mp.Barrier(1, timeout=x).wait()",
    "mp.Barrier(2).wait(x)",
    "mp.Queue(x).put(1, timeout=1)",
    "mp.JoinableQueue(x).full()",
    "mp.Queue().get(timeout=x)",
    "mp.Queue().get(x, 1)",
    "mp.Queue(1).put(x)",
    "mp.SimpleQueue().put(x)",
    "lock.acquire(x, 1)",
    "lock.acquire(timeout=x)",
    "taken.acquire(timeout=x)",
    "event.wait(x)",
    "condition.wait(x)",
    "condition.wait_for(lambda: False, x)",
    "condition.notify(x)",
    "mp.Value('i', x).value",
    "mp.Value('d', x).value",
    "mp.Value('c', x).value",
    "mp.Array('i', x)[:]",
    "mp.Array('i', 4)[x]",
    "mp.Array('i', 4)[x:]",
    "mp.Array('i', 4, lock=False)[x:]",
    "mp.Value('i', 0, lock=x)",
    "pipe[0].poll(x)",
    "pipe[0].send(x)",
    "pipe[0].send_bytes(b'abcdef', x)",
    "pipe[0].send_bytes(b'abcdef', 0, x)",
    "pipe[0].recv_bytes(x) if pipe[0].poll(0) else pipe[1].recv_bytes(x)",
    "mp.Process(name=x).name",
    "mp.Process(daemon=x).daemon",
    "ended.join(x)",
    "run(lambda: sys.exit(x))",
    "run(lambda: os._exit(x))",
    "run(time.sleep, x)",
    "run(signal.alarm, x)",
    "run(str, x, name=x)",
    "mp.Pool(x).map(str, [1])",
    "mp.Pool(1, maxtasksperchild=x).map(str, [1])",
    "mp.Pool(1).map(str, [1, 2, 3], x)",
    "list(mp.Pool(1).imap(str, [1, 2, 3], x))",
    "mp.Pool(1).apply_async(time.sleep, (1,)).get(x)",
    "mp.Manager().list([1, 2, 3])[x]",
    "mp.Manager().dict({1: 2})[x]",
    "mp.Manager().Queue(x).put(1, timeout=1)",
    "mp.Manager().Semaphore(x).acquire(timeout=1)",
    "mp.Manager().Value('i', x).value",
    "mp.Manager().Array('i', [1, 2])[x]",
    "mp.Manager().Barrier(x).parties",
    "mp.Manager().Event().wait(x)",
    "threading.Semaphore(x).acquire(timeout=1)",
    "threading.Barrier(x).parties",
    "threading.Event().wait(x)",
    "threading.Thread(name=x).name",
    "queue.Queue(x).put(1, timeout=1)",
    "queue.Queue().get(timeout=x)",
    "waiting([pipe[0]], x)",
    "executors.ProcessPoolExecutor(x).submit(str, 1).result()",
    "executors.ProcessPoolExecutor(1).submit(time.sleep, 1).result(x)",
    "shared_memory.SharedMemory(create=True, size=x).size",
    "shared_memory.ShareableList([x, 1])[0]",
    "open('odd.txt', 'wb+').seek(x)",
    "open('odd.txt', 'wb+').truncate(x)",
    "open('odd.txt', 'wb+').read(x)",
    "open('odd.txt', 'wb+', x).write(b'1')",
    "open(x, 'wb').write(b'1')",
    "os.mkdir(x)",
    "os.path.exists(x)",
)

#: Of these there would be made as many as one says.
TOO_MANY: tuple[str, ...] = ("Pool(x)", "PoolExecutor(x)", "Array('i', x)", "size=x")


def main() -> None:
    """One run of each call with each argument."""
    for call in CALLS:
        for place, odd in enumerate(NUMBERS):
            if odd == 2**70 and any(part in call for part in TOO_MANY):
                continue
            program = ScriptProgram(PROGRAM, str(ROOT / PROGRAM), (call, str(place)))
            try:
                trace = Runner(program).record(Case(PROGRAM), RandomWalk(1))
            except Exception as error:
                print(
                    call,
                    repr(odd),
                    "refused:" if isinstance(error, ExplorerError) else "a defect:",
                    error,
                )
                continue
            print(call, repr(odd), trace.end, trace.time, trace.output.strip())
            for event in trace.events:
                print(" ", event)
            print(" ", trace.endings, trace.final)


if __name__ == "__main__":
    main()
