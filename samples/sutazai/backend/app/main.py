"""The API: health, metrics, alerts from Alertmanager, and questions to the model."""

import logging
import os

import httpx
from fastapi import FastAPI, Request
from prometheus_client import Counter, make_asgi_app

logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"))
log = logging.getLogger("backend")
QUESTIONS = Counter("sutazai_questions_total", "Questions that were passed to the model.")

app = FastAPI(title="SutazAI")
app.mount("/metrics", make_asgi_app())


@app.get("/health")
def health():
    return {"status": "ok", "environment": os.environ.get("SUTAZAI_ENV")}


@app.post("/api/v1/alerts")
async def alerts(request: Request):
    for alert in (await request.json()).get("alerts", []):
        log.warning("%s: %s", alert["status"], alert["annotations"].get("summary"))
    return {}


@app.post("/api/v1/ask")
async def ask(question: dict):
    QUESTIONS.inc()
    body = {"model": os.environ["DEFAULT_MODEL"], "prompt": question["text"], "stream": False}
    async with httpx.AsyncClient(base_url=os.environ["OLLAMA_BASE_URL"], timeout=120) as ollama:
        answer = await ollama.post("/api/generate", json=body)
    return {"answer": answer.json().get("response")}
