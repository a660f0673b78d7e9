from celery import Celery
from qdrant_client import QdrantClient
from qdrant_client.models import Distance, PointStruct, VectorParams

from workflow import settings

app = Celery("workflow", broker=settings.BROKER_URL, backend=settings.RESULT_URL)
app.conf.task_default_queue = "default"
app.conf.beat_schedule = {"tidy": {"task": "workflow.tasks.tidy", "schedule": 3600}}
DIMENSION = settings.LIMITS["embedding_dimension"]


@app.task
def embed(number):
    qdrant = QdrantClient(url=settings.QDRANT_URL)
    if not qdrant.collection_exists("documents"):
        qdrant.create_collection("documents", VectorParams(size=DIMENSION, distance=Distance.COSINE))
    vector = [1.0] + [0.0] * (DIMENSION - 1)  # the model is not part of the sample
    qdrant.upsert("documents", [PointStruct(id=number, vector=vector)])


@app.task
def tidy():
    print("nothing to tidy")
