import os

from mcp.server import serve

serve(lambda path: {"model": os.environ["MODEL"], "steps": []})
