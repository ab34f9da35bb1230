"""Three processes print three lines each, with random pauses, and take turns under one Lock."""

import random
import time
from multiprocessing import Lock, Process


def speak(lock, name):
    with lock:
        for number in range(1, 4):
            time.sleep(random.random() / 10)
            print(f"{name}: line {number}", flush=True)


if __name__ == "__main__":
    lock = Lock()
    speakers = [Process(target=speak, args=(lock, name)) for name in ("one", "two", "three")]
    for speaker in speakers:
        speaker.start()
    for speaker in speakers:
        speaker.join()
