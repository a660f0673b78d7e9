"""`python -m agents ROLE`: takes goals for its role from Redis and remembers in Mongo what it did."""

import datetime
import os
import sys

import pymongo
import redis

role = sys.argv[1]
queue = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
memories = pymongo.MongoClient(os.environ["MONGO_URL"]).get_default_database()["memories"]

while True:
    _, goal = queue.blpop(f"goals:{role}")
    print(f"{role}: {goal}")
    memories.insert_one({"agent": role, "goal": goal, "at": datetime.datetime.now(datetime.UTC)})
