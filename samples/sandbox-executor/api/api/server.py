"""POST /jobs takes {"language", "source"} and answers with an id and a receipt; GET /jobs/ID wants the receipt in a
header and answers with what became of the job."""

import hmac
import json
import os
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from api.connections import database, queue

SIGNING_KEY = Path("/run/secrets/signing_key").read_bytes().strip()


def receipt(job):
    return hmac.digest(SIGNING_KEY, job.encode(), "sha256").hex()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["Content-Length"])
        if length > int(os.environ["MAX_SOURCE_BYTES"]):
            return self.answer(413, {"error": "too long"})
        job = json.loads(self.rfile.read(length))
        job["id"] = str(uuid.uuid4())
        with database() as db:
            db.execute("INSERT INTO job (id, language, source) VALUES (%(id)s, %(language)s, %(source)s)", job)
        queue().rpush(f"jobs:{job['language']}", json.dumps(job))
        return self.answer(202, {"id": job["id"], "receipt": receipt(job["id"])})

    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(200, {})
        job = self.path.split("/")[-1]
        if not hmac.compare_digest(receipt(job), self.headers.get("X-Receipt", "")):
            return self.answer(403, {"error": "wrong receipt"})
        with database() as db:
            row = db.execute("SELECT exit_code, output FROM job WHERE id = %s", [job]).fetchone()
        return self.answer(200, {"exit_code": row[0], "output": row[1]}) if row else self.answer(404, {})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("", 8000), Handler).serve_forever()
