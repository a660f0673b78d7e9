from flask import Flask
from prometheus_flask_exporter import PrometheusMetrics

app = Flask(__name__)
PrometheusMetrics(app)


@app.get("/health")
def health():
    return {"ok": True}


@app.get("/api/models")
def models():
    return {"models": ["tinyllama"]}
