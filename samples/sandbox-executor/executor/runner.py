"""Takes a program from the queue, runs it in a fresh folder, and puts what it printed back."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import redis

COMMANDS = {"python": ["python3", "-I", "-"], "node": ["node", "-"]}
LANGUAGE = os.environ["LANGUAGE"]
TIMEOUT = int(os.environ["JOB_TIMEOUT"])
OUTPUT_LIMIT = 64 * 1024


def run(source):
    with tempfile.TemporaryDirectory(dir="/work") as folder:
        try:
            done = subprocess.run(
                COMMANDS[LANGUAGE], input=source.encode(), cwd=folder, env={"PATH": os.environ["PATH"]},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT, check=False,
            )
        except subprocess.TimeoutExpired:
            return {"exit_code": 124, "output": f"stopped after {TIMEOUT} s"}
    return {"exit_code": done.returncode, "output": done.stdout[:OUTPUT_LIMIT].decode(errors="replace")}


queue = redis.Redis.from_url(os.environ["QUEUE_URL"])
while True:
    Path("/run/executor/alive").touch()
    taken = queue.blpop([f"jobs:{LANGUAGE}"], timeout=20)
    if taken:
        job = json.loads(taken[1])
        queue.rpush("results", json.dumps({"id": job["id"], **run(job["source"])}))
