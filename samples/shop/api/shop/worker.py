"""The worker: takes orders from the queue in the cache and prints them."""

import argparse
import os
import socket
from urllib.parse import urlsplit


def take(queue: str) -> None:
    """Waits for one order after the other."""
    cache = urlsplit(os.environ["CACHE_URL"])
    with socket.create_connection((cache.hostname, cache.port)) as connection:
        while True:
            connection.sendall(f"BLPOP {queue} 0\r\n".encode())
            print(connection.recv(65536).decode(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--queue", default="orders")
    take(parser.parse_args().queue)
