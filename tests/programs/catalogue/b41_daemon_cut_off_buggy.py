"""An export leaves the saving to a daemon process of its own, and ends.

Whoever ends takes its daemons with it, in the middle of whatever they do: nothing is saved.
"""

from multiprocessing import Process, Value


def save(saved):
    saved.value = True


def export(saved):
    saver = Process(target=save, args=(saved,), daemon=True)
    saver.start()


if __name__ == "__main__":
    saved = Value("b", False, lock=False)
    exporter = Process(target=export, args=(saved,))
    exporter.start()
    exporter.join()
    assert saved.value, "the export is over and nothing is saved"
