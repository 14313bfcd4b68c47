"""A FastAPI application whose Celery tasks moved to Sluice. Each line with `was:` is what stood there before."""

from __future__ import annotations

import os
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field

import sluice  # was: from celery.result import AsyncResult
from sluice import AsyncResult, SluiceError
from sluice.tasks import summarize  # was: from app.celery.tasks import summarize

app = FastAPI()


class SummarizeRequest(BaseModel):
    text: str
    max_length: int = Field(150, ge=5, le=2000)


@app.post("/summaries", status_code=202)
def submit(request: SummarizeRequest) -> dict[str, str]:
    # was: task = summarize.apply_async(args=[request.text, request.max_length], priority=9)
    task = summarize.apply_async(args=[request.text, request.max_length], priority=9)
    return {"task_id": task.id}


@app.get("/summaries/{task_id}")
def status(task_id: str) -> dict[str, Any]:
    # was: result = AsyncResult(task_id, app=celery_app)
    result: AsyncResult[Any] = AsyncResult(task_id)
    try:
        state = result.state
    except SluiceError as error:  # Celery says PENDING of an id that it does not know; Sluice says that there is none.
        raise HTTPException(error.status or 503, str(error)) from error
    return {"task_id": task_id, "status": state, "result": result.result if result.successful() else None}


@app.delete("/summaries/{task_id}", status_code=204)
def revoke(task_id: str) -> None:
    try:
        AsyncResult[Any](task_id).revoke(terminate=True)  # was: celery_app.control.revoke(task_id, terminate=True)
    except SluiceError as error:
        raise HTTPException(error.status or 503, str(error)) from error


@app.post("/hooks/sluice", status_code=204)
async def finished(request: Request) -> None:
    try:  # was: a task that polled
        event = sluice.verify_webhook(await request.body(), request.headers, os.environ["SLUICE_WEBHOOK_SECRET"])
    except sluice.WebhookVerificationError as error:
        raise HTTPException(401, str(error)) from error
    print(event["type"], event["data"]["data"]["task_id"])
