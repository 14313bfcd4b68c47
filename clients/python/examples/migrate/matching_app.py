"""A matching application: projects in a vector store, German documents by OCR, and a monitoring API. Its HTTP calls.

Changed are the base URL and the Authorization header. The paths are those the application had, below /api/v1.

    SLUICE_URL=http://127.0.0.1:4600 SLUICE_API_KEY=slc_... python matching_app.py examples/documents/brief-stadtwerke-scan.png
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import httpx

from sluice.tasks import batch_generate_embeddings, delete_project_embedding, generate_project_embedding

http = httpx.Client(
    base_url=os.environ["SLUICE_URL"] + "/api/v1",  # was: http://matching:8000/api/v1
    headers={"authorization": f"Bearer {os.environ['SLUICE_API_KEY']}"},  # was: none
    timeout=60,
)


def wait_for(path: str) -> dict[str, object]:
    """Asks until the record is no longer pending, as the application's page does."""
    while (record := http.get(path).raise_for_status().json())["status"] == "pending":
        time.sleep(0.5)
    return dict(record)


# 1. Projects: answered at once, embedded by a job.
project = http.post(
    "/projects",
    json={
        "name": "Leak finder",
        "description": "Sensors listen to water pipes in the city and report where they leak.",
        "metadata": {"year": 2024, "tags": ["water", "sensors"]},
    },
).json()
print("created", project["status"], wait_for(f"/projects/{project['id']}")["status"])

http.put(f"/projects/{project['id']}", json={"description": "Sensors listen to water pipes and find leaks at night."})
print("changed", wait_for(f"/projects/{project['id']}")["status"])

found = http.post("/projects/search", json={"query": "Sensors that find leaks in water pipes", "top_k": 3}).json()
print("found", found["matches"][0]["project_id"] == project["id"], found["matches"][0]["metadata"]["year"])

# 2. The tasks by themselves, for projects that are stored elsewhere. Was: project_ids=[...] and batch_size;
#    now the texts are sent along, as the database is the application's.
one = generate_project_embedding.delay("7", "A bus that comes when it is called.", {"year": 2023}).get(timeout=300)
print("generate_project_embedding", one["status"], one["project_id"])
many = batch_generate_embeddings.delay(
    [
        {"project_id": "7", "description": "A bus that comes when it is called."},
        {"project_id": "8", "description": "A garden on the roof of a school."},
    ]
).get(timeout=300)
print("batch_generate_embeddings", many["status"], many["succeeded"], "of", many["total"])
print("delete_project_embedding", delete_project_embedding.delay("8").get(timeout=300)["status"])

# 3. A scan in German. Was: process_document.delay(file_path=...). Now: the upload makes that job.
scan = Path(sys.argv[1])
with scan.open("rb") as file:
    uploaded = http.post("/documents/upload", files={"file": (scan.name, file)}).raise_for_status().json()
document = wait_for(f"/documents/{uploaded['id']}")
print("document", document["status"], document["language"], document["ocr"], document["pages"])
print("text", " ".join(str(document["searchable_text"]).split()))

# 4. The monitoring API, with the fields it had.
task_id = uploaded["task_id"]
print("task", http.get(f"/tasks/task/{task_id}").json()["status"])
print("result", http.get(f"/tasks/task/{task_id}/result").json()["result"]["pages"])
print("queue/stats", sorted(http.get("/tasks/queue/stats").json()))
print("workers/stats", http.get("/tasks/workers/stats").json()["total_workers"])
for path in ("active", "scheduled", "reserved"):
    print(path, http.get(f"/tasks/tasks/{path}").json()["total_count"])
print("registered", "process_document" in str(http.get("/tasks/registered").json()))
print("health", http.get("/tasks/health").json()["status"])
print("summary", http.get("/tasks/summary").json()["broker"])
later = http.post("/tasks/health_check", json={"input": {}, "delay_seconds": 3600}).json()["task_id"]
print("revoke", http.post(f"/tasks/task/{later}/revoke", json={}).json()["message"] == f"Task {later} has been revoked.")
http.delete(f"/projects/{project['id']}")
print("deleted", http.get(f"/projects/{project['id']}").status_code)
