"""The parent reads from a pipe until EOF, and has left its own copy of the write end open.

EOF comes when the last copy is closed. The child's goes when it ends, the parent's stays: it
waits for ever for something that only it could write.
"""

from multiprocessing import Pipe, Process


def produce(writer):
    writer.send("line")
    writer.close()


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    producer = Process(target=produce, args=(writer,))
    producer.start()
    try:
        while True:
            print(reader.recv())
    except EOFError:
        print("end")
    producer.join()
