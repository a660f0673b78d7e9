import os
import tomllib
from pathlib import Path


def secret(name):
    return Path(os.environ[f"{name}_FILE"]).read_text().strip()


LIMITS = tomllib.loads(Path(os.environ["LIMITS_FILE"]).read_text())
BROKER_URL = os.environ["BROKER_URL"]
RESULT_URL = os.environ["RESULT_URL"]
DATABASE_URL = os.environ["DATABASE_URL"]
QDRANT_URL = os.environ["QDRANT_URL"]
