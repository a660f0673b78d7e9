"""The health check of the API container: exit 0 if the API answers."""

import sys
import urllib.request

try:
    urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=3)
except OSError as error:
    sys.exit(str(error))
