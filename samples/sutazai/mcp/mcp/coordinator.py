import json
import os
import urllib.request

from mcp.server import serve


def answer(path):
    names = {"/plan": "TASK_DECOMPOSITION_URL", "/workspaces": "WORKSPACE_ISOLATION_URL"}
    if path not in names:
        return {"paths": sorted(names)}
    with urllib.request.urlopen(os.environ[names[path]] + path, timeout=10) as response:
        return json.load(response)


serve(answer)
