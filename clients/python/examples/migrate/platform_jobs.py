"""A platform with two priority queues, webhooks and stored configs of models: its calls, sent to Sluice.

Needs a stack with a language model (LLM_BACKEND), and WEBHOOK_ALLOW_LOOPBACK=true as the webhook comes to this machine.

    SLUICE_URL=http://127.0.0.1:4600 SLUICE_API_KEY=slc_... python platform_jobs.py
"""

from __future__ import annotations

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import sluice
from sluice import (  # was: from app.jobs import ...
    AsyncResult,
    get_task_status,
    revoke_task,
    start_high_priority_job,
    start_low_priority_job,
)

TEXT = "A pump broke on Tuesday. It was repaired on Wednesday. The town had no water for a day, and schools were closed."

# 1. Jobs by the path of a function. A task lists the paths that it answers to (functionPaths); any other is refused.
task_id = start_high_priority_job(
    function_path="app.tasks.summarize_text", project_id=7, job_id="4711", trace_id="trace-1", text=TEXT
)
AsyncResult(task_id).get(timeout=300)
status = get_task_status(task_id)
print("high", status["status"], json.dumps(status["result"]))

task_id = start_low_priority_job("app.tasks.summarize_text", 7, "4712", "trace-2", text=TEXT)
AsyncResult(task_id).get(timeout=300)
print("low", get_task_status(task_id)["status"], AsyncResult(task_id).job["tags"])
print("revoke", revoke_task(task_id))  # False, as it has ended

# 2. The receiver of webhooks. New: the signature is checked, with a secret that the platform fetches once.
api = sluice.default_client()
secret = api.request("POST", "/api/v1/webhooks/secrets", json={})["secret"]
received: queue.Queue[dict[str, object]] = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put(sluice.verify_webhook(body, dict(self.headers), secret)["data"])  # was: json.loads(body)
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

# 3. A stored config of a model, in versions that never change, and a call by it. `default` is the stack's own model.
config = {"provider": "default", "system": "You answer customers of a shop.", "parameters": {"temperature": 0.2}}
api.request("POST", "/api/v1/llm/configs", json={"id": "support", **config})
called = api.request(
    "POST",
    "/api/v1/llm/call",
    json={
        "config": {"id": "support", "version": 1},
        "query": "Where is my parcel?",
        "callback_url": f"http://127.0.0.1:{receiver.server_port}/hook",
    },
)
print("llm/call", called["status"])
print("response", json.dumps(AsyncResult(called["job_id"]).get(timeout=300)["response"]))

# 4. What the webhook said: {success, data, error?}, as the platform's own did.
told = received.get(timeout=300)
print("webhook", json.dumps(told))
api.request("DELETE", "/api/v1/llm/configs/support")
receiver.shutdown()
