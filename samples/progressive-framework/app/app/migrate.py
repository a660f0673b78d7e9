"""Brings the schema to the newest version; running it again changes nothing."""

import os

import psycopg

STEPS = [
    "CREATE TABLE IF NOT EXISTS goal (id serial PRIMARY KEY, title citext NOT NULL, reached timestamptz)",
    "CREATE INDEX IF NOT EXISTS goal_title ON goal USING gin ((title::text) gin_trgm_ops)",
]

with psycopg.connect(os.environ["DATABASE_URL"]) as database:
    for step in STEPS:
        database.execute(step)
