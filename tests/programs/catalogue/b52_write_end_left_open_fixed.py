"""The twin of b52: the parent closes its copy of the write end once the child has its own."""

from multiprocessing import Pipe, Process


def produce(writer):
    writer.send("line")
    writer.close()


if __name__ == "__main__":
    reader, writer = Pipe(duplex=False)
    producer = Process(target=produce, args=(writer,))
    producer.start()
    writer.close()
    try:
        while True:
            print(reader.recv())
    except EOFError:
        print("end")
    producer.join()
