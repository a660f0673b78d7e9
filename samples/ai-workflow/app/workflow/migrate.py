"""Runs the SQL files of a folder that have not run yet, in the order of their names."""

import sys
from pathlib import Path

from workflow.api import database

with database() as db:
    db.execute("CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, done timestamptz DEFAULT now())")
    done = {name for (name,) in db.execute("SELECT name FROM migration")}
    for file in sorted(Path(sys.argv[1]).glob("*.sql")):
        if file.name not in done:
            db.execute(file.read_text())
            db.execute("INSERT INTO migration (name) VALUES (%s)", [file.name])
            print("ran", file.name)
