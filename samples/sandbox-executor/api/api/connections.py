import os
from pathlib import Path

import psycopg
import redis


def database():
    return psycopg.connect(
        host=os.environ["DATABASE_HOST"],
        dbname=os.environ["DATABASE_NAME"],
        user=os.environ["DATABASE_USER"],
        password=Path(os.environ["DATABASE_PASSWORD_FILE"]).read_text().strip(),
        autocommit=True,
    )


def queue():
    return redis.Redis.from_url(os.environ["QUEUE_URL"])
