import os

import faiss
import numpy
from fastapi import FastAPI

PATH = os.environ["FAISS_INDEX_PATH"]
index = faiss.read_index(PATH) if os.path.exists(PATH) else faiss.IndexFlatL2(int(os.environ["FAISS_DIMENSION"]))
app = FastAPI()


@app.get("/health")
def health():
    return {"vectors": index.ntotal}


@app.post("/add")
def add(vectors: list[list[float]]):
    index.add(numpy.array(vectors, dtype="float32"))
    faiss.write_index(index, PATH)
    return {"vectors": index.ntotal}


@app.post("/search")
def search(vector: list[float], k: int = 5):
    distances, ids = index.search(numpy.array([vector], dtype="float32"), k)
    return {"ids": ids[0].tolist(), "distances": distances[0].tolist()}
