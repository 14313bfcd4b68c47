"""An AI worker that ran Celery tasks on llama.cpp or vLLM: its callers' lines, sent to Sluice.

Changed are the imports and the lines on errors, each beside what stood there (`was:`), and one annotation, for mypy.

    SLUICE_URL=http://127.0.0.1:4600 SLUICE_API_KEY=slc_... python ai_worker.py
"""

from __future__ import annotations

import json
from typing import Any

import sluice
from sluice import AsyncResult  # was: from celery.result import AsyncResult
from sluice.tasks import extract_keywords, normalize_json, summarize_text  # was: from app.tasks import ...

TEXT = (
    "The city council approved a new plan for public transport on Monday. Trams will run every five minutes during the "
    "day, and two lines will be extended to the hospital. The mayor said that the work begins in spring and costs "
    "forty million euros. Critics fear that shops will lose customers while the streets are closed."
)

# 1. Queue and wait. Positional arguments are taken in the order of the task's fields, as they were.
task = summarize_text.delay(TEXT, max_length=40, language="en")
print("summarize_text", json.dumps(task.get(timeout=300)))

words = extract_keywords.delay(
    text="Solar panels on the roofs of schools produce electricity during the day. Batteries store the electricity, so "
    "that the schools use solar power in the evening, too.",
    max_keywords=5,
    language="en",
)
print("extract_keywords", json.dumps(words.get(timeout=300)))

# A schema without "type": "object", as these callers write it.
order = normalize_json.delay(
    request="My name is Anna Berg and I would like to order 3 chairs. My email is anna.berg@example.com.",
    schema={
        "properties": {
            "name": {"type": "string"},
            "quantity": {"type": "integer"},
            "email": {"type": "string", "format": "email"},
        },
        "required": ["name"],
    },
    language="en",
)
print("normalize_json", json.dumps(order.get(timeout=300)))

# 2. With options, and by its id in another process: a priority chooses the lane, 5 and over is the high one.
task_id = summarize_text.apply_async(args=[TEXT], kwargs={"max_length": 20}, priority=9, expires=600).id
result: AsyncResult[Any] = AsyncResult(task_id)
result.wait(timeout=300)
print("apply_async", result.state, result.ready(), result.successful())

# 3. Later, and then not at all.
later = summarize_text.apply_async(args=[TEXT], countdown=3600)
later.revoke()
print("revoke", later.state)

# 4. By name, from a process that has no code of the tasks.
named = sluice.send_task("app.tasks.extract_keywords", args=[TEXT, 3])  # was: celery_app.send_task(...)
print("send_task", named.get(timeout=300)["count"])

# 5. What does not fit is refused when it is queued, not when it is run.
try:
    summarize_text.delay(TEXT, max_length=1)
except sluice.SluiceError as error:  # was: a task that ended in FAILURE
    print("refused", error.status, error.errors[0]["path"])
