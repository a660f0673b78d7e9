import json

from api.connections import database, queue

while True:
    _, result = queue().blpop("results")
    with database() as db:
        db.execute(
            "UPDATE job SET finished = now(), exit_code = %(exit_code)s, output = %(output)s WHERE id = %(id)s",
            json.loads(result),
        )
