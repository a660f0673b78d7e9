"""The API: answers /healthz with 200 while the database and the cache can be reached, with 503 otherwise."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop.neighbours import unreachable


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        missing = unreachable()
        body = json.dumps({"unreachable": missing}).encode()
        self.send_response(503 if missing else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
