"""Starts a real subprocess: something outside the program, whose timing nobody can replay."""

import subprocess
import sys
from multiprocessing import Process


def run():
    result = subprocess.run(
        [sys.executable, "-c", "print('hello')"], capture_output=True, text=True, check=True
    )
    print(result.stdout.strip())


if __name__ == "__main__":
    process = Process(target=run)
    process.start()
    process.join()
