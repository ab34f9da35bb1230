"""What the parent changes after start() is not seen by a child that looks later."""

from multiprocessing import Event, Process, SimpleQueue

state = {"phase": "before start"}
flag = False


def look(changed, queue, argument):
    changed.wait()
    queue.put((state["phase"], flag, argument))


if __name__ == "__main__":
    changed = Event()
    queue = SimpleQueue()
    argument = ["before start"]
    process = Process(target=look, args=(changed, queue, argument))
    process.start()
    state["phase"] = "after start"
    flag = True
    argument.append("after start")
    changed.set()
    process.join()
    print("child ", queue.get())
    print("parent", (state["phase"], flag, argument))
