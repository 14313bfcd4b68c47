"""Calls a stack through a client that openapi-python-client made of its description.

Arguments: the package's parent folder, the stack's URL, an API key. Prints one JSON object.
"""

import io
import json
import sys

folder, url, key = sys.argv[1:]
sys.path.insert(0, folder)

from sluice_client import AuthenticatedClient
from sluice_client.api.batches import submit_batch
from sluice_client.api.documents import get_document, upload_document
from sluice_client.api.jobs import get_job, list_jobs
from sluice_client.api.tasks import submit_summarize
from sluice_client.models import (
    JobOfAnotherTask,
    SummarizeBatchResult,
    SummarizeBatchSubmit,
    SummarizeInput,
    SummarizeJob,
    SummarizeOutput,
    UploadDocumentFilesBody,
)
from sluice_client.types import File


def client(token):
    return AuthenticatedClient(base_url=url, token=token)


def told(response):
    """What a caller reads of an answer: its status, and the parsed body."""
    return {"status": int(response.status_code), "body": response.parsed and response.parsed.to_dict()}


admin = client(key)
answers = {}
answers["wrong key"] = told(list_jobs.sync_detailed(client=client("slc_wrong")))
answers["list"] = told(list_jobs.sync_detailed(client=admin))

rivers = File(payload=io.BytesIO(b"Rivers carve valleys."), file_name="rivers.txt", mime_type="text/plain")
uploaded = upload_document.sync_detailed(client=admin, body=UploadDocumentFilesBody(file=rivers))
answers["form"] = told(uploaded)
answers["document"] = told(get_document.sync_detailed(client=admin, document_id=uploaded.parsed.id))
raw = File(payload=io.BytesIO(b"Rain fills the rivers."))
answers["raw"] = told(upload_document.sync_detailed(client=admin, body=raw, file_name="rain.txt", index=False))

Body = submit_summarize.SubmitSummarizeBody
body = Body.from_dict({"input": {"text": "Rivers carve valleys over time.", "max_length": None}, "priority": None})
submitted = submit_summarize.sync_detailed(client=admin, body=body)
answers["submit"] = told(submitted)
# Each request waits at the API, so that no caller has to.
job = get_job.sync_detailed(client=admin, task_id=submitted.parsed.task_id, wait=20)
while not job.parsed.ready:
    job = get_job.sync_detailed(client=admin, task_id=submitted.parsed.task_id, wait=20)
answers["ended"] = told(job)
# Types follow from the task's name; a job whose result an older version left, or of a task that is gone, has any result.
assert isinstance(job.parsed, SummarizeJob) and isinstance(job.parsed.result, SummarizeOutput)
many = SummarizeBatchSubmit.from_dict({"task_name": "summarize", "inputs": [{"text": "Rain fills the rivers."}]})
assert isinstance(many.inputs[0], SummarizeInput)
answers["batch"] = told(submit_batch.sync_detailed(client=admin, body=many))
line = {"index": 0, "task_id": "1", "task_name": "summarize", "status": "SUCCESS", "error": None}
line = SummarizeBatchResult.from_dict({**line, "result": job.parsed.result.to_dict()})
assert isinstance(line.result, SummarizeOutput)
listed = list_jobs.sync(client=admin)
assert any(isinstance(each, SummarizeJob) for each in listed.jobs)
answers["others"] = {"status": 200, "body": {}}
for what, change in {"removed": {"task_name": "count_pages"}, "older": {"result": {"text": "Short."}}}.items():
    known = {"jobs": [{**job.parsed.to_dict(), **change}], "next_cursor": None, "searched": {"jobs": 1, "back_to": None}}
    (other,) = type(listed).from_dict(known).jobs
    assert isinstance(other, JobOfAnotherTask if what == "removed" else SummarizeJob)
    answers["others"]["body"][what] = other.to_dict()["result"]
blank = Body.from_dict({"input": {"text": " "}})
answers["blank"] = told(submit_summarize.sync_detailed(client=admin, body=blank))
print(json.dumps(answers))
