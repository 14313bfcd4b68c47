"""What teams have before they move: FastAPI in front of Celery, with Redis as broker and result backend. Their defaults, and a no-op task."""

import os
import time

from celery import Celery
from celery.result import AsyncResult
from fastapi import FastAPI

celery = Celery("app", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
api = FastAPI()


@celery.task
def noop(echo: int) -> dict:
    return {"echo": echo, "started": time.time()}


@api.post("/tasks", status_code=202)
def submit(body: dict) -> dict:
    return {"task_id": noop.delay(body["echo"]).id}


@api.post("/status")
def ready(task_ids: list[str]) -> dict:
    return {"ready": all(AsyncResult(task_id, app=celery).ready() for task_id in task_ids)}


@api.get("/tasks/{task_id}")
def status(task_id: str) -> dict:
    task = AsyncResult(task_id, app=celery)
    return {"ready": task.ready(), "result": task.result if task.ready() else None}
