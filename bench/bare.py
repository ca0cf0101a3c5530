"""The yardstick: a Flask app that does one thing at Redis and answers."""

import os

from flask import Flask
from redis import Redis


def create_app() -> Flask:
    """Make an app whose only page reads one key."""
    app = Flask(__name__)
    redis = Redis.from_url(os.environ["BENCH_REDIS_URL"], decode_responses=True)

    @app.get("/")
    def one_operation() -> dict[str, str | None]:
        return {"found": str(redis.get("budget:bench"))}

    return app
