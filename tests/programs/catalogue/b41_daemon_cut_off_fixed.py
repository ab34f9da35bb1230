"""The twin of b41: the export waits for the saving before it ends."""

from multiprocessing import Process, Value


def save(saved):
    saved.value = True


def export(saved):
    saver = Process(target=save, args=(saved,), daemon=True)
    saver.start()
    saver.join()


if __name__ == "__main__":
    saved = Value("b", False, lock=False)
    exporter = Process(target=export, args=(saved,))
    exporter.start()
    exporter.join()
    assert saved.value, "the export is over and nothing is saved"
