"""One object reached by two ways is still one object in the child."""

from multiprocessing import Process, SimpleQueue

board = [0]
players = {"ann": board, "bob": board}


class Game:
    board = board


def play(queue, first, second):
    first.append(1)
    players["ann"].append(2)
    Game.board.append(3)
    queue.put((board, first is second, first is board, players["bob"] is board))
    queue.put((Game.board is board, isinstance(Game(), Game), play is queue_target))


queue_target = play

if __name__ == "__main__":
    queue = SimpleQueue()
    process = Process(target=play, args=(queue, board, players["bob"]))
    process.start()
    process.join()
    print("child ", queue.get(), queue.get())
    print("parent", (board, players["ann"] is players["bob"]))
