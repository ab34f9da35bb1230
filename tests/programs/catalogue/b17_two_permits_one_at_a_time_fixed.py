"""The twin of b17: only one job at a time collects licences."""

from multiprocessing import Lock, Process, Semaphore


def run(name, licences, collecting):
    with collecting:
        licences.acquire()
        licences.acquire()
    print(name)
    licences.release()
    licences.release()


if __name__ == "__main__":
    licences = Semaphore(2)
    collecting = Lock()
    jobs = [
        Process(target=run, args=(name, licences, collecting)) for name in ("compile", "simulate")
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
