"""Which other services this one needs, and whether they answer."""

import os
import socket
from urllib.parse import urlsplit


def unreachable() -> list[str]:
    """The addresses in DATABASE_URL and CACHE_URL that refuse a connection."""
    missing = []
    for variable in ("DATABASE_URL", "CACHE_URL"):
        url = urlsplit(os.environ[variable])
        try:
            socket.create_connection((url.hostname, url.port), timeout=2).close()
        except OSError:
            missing.append(f"{url.hostname}:{url.port}")
    return missing
