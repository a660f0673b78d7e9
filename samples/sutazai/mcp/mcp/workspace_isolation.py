import os
import subprocess

from mcp.server import serve


def answer(path):
    containers = subprocess.run(
        ["docker", "ps", "--filter", "label=sutazai.workspace", "--format", "{{.Names}}"],
        capture_output=True, text=True, check=True,
    )
    return {"root": os.environ["WORKSPACE_ROOT_ON_HOST"], "containers": containers.stdout.split()}


serve(answer)
