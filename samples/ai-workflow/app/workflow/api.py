import psycopg
from fastapi import FastAPI, HTTPException

from workflow import settings, tasks

app = FastAPI()


def database():
    return psycopg.connect(settings.DATABASE_URL, password=settings.secret("DATABASE_PASSWORD"))


@app.get("/healthz")
def healthz():
    with database() as db:
        db.execute("SELECT 1")
    return {}


@app.post("/documents", status_code=202)
def add(document: dict):
    if len(document["text"]) > settings.LIMITS["max_upload_mb"] * 1024 * 1024:
        raise HTTPException(413)
    with database() as db:
        (number,) = db.execute("INSERT INTO document (text) VALUES (%s) RETURNING id", [document["text"]]).fetchone()
    tasks.embed.apply_async([number], queue="embeddings")
    return {"id": number}


@app.get("/search")
def search(q: str):
    with database() as db:
        rows = db.execute("SELECT left(text, 80) FROM document WHERE text ILIKE %s LIMIT 10", [f"%{q}%"]).fetchall()
    return {"hits": [row[0] for row in rows]}
