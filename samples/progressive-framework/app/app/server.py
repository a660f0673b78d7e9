import os
import sys

import redis
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


def health(request):
    redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
    return JSONResponse({"status": "ok", "environment": os.environ["PF_ENV"]})


def goals(request):
    return JSONResponse({"goals": []})


app = Starlette(routes=[Route("/health", health), Route("/goals", goals)])

if __name__ == "__main__":
    uvicorn.run("app.server:app", host="0.0.0.0", port=8000, reload="--reload" in sys.argv)
