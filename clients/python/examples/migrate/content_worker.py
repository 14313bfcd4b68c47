"""A content worker that evaluates texts, rewrites them and escalates what stays poor: its producers' lines.

Needs a stack with a language model for rewrite_content (LLM_BACKEND); the evaluation works by rules.

    SLUICE_URL=http://127.0.0.1:4600 SLUICE_API_KEY=slc_... python content_worker.py
"""

from __future__ import annotations

import sluice
from sluice.tasks import (  # was: from worker.tasks import ...
    detect_ai_content,
    escalate,
    evaluate_content,
    review_content,
    rewrite_content,
    score_aeo,
)

PAGE = """# Keeping sourdough bread

Sourdough bread keeps for four to six days at room temperature, cut side down on a board or in a paper bag.

## Can it be frozen?

Yes, sliced, for three months. Let it cool down for at least four hours before, and thaw it in the bag.
"""

# 1. Evaluation.
evaluated = evaluate_content.delay(content=PAGE, question="How long does sourdough bread keep?", language="en")
print("evaluate_content", evaluated.get(timeout=300)["aeo"]["score"])
print("score_aeo", score_aeo.delay(PAGE, "How long does sourdough bread keep?", "en").get(timeout=300)["score"])
print("detect_ai_content", detect_ai_content.delay(text=PAGE, language="en").get(timeout=300)["verdict"])

# 2. Rewriting: never run twice by itself (was: acks_late=False). A number that gets lost fails the job.
rewritten = rewrite_content.delay(
    text="Owing to the fact that our oven was repaired, bread is available again.",
    goal="Plain English for a notice on a shop's door",
    tone="friendly",
    max_words=40,
    keep=["bread"],
    language="en",
).get(timeout=300)
print("rewrite_content", rewritten["word_count"], rewritten["text"])

# 3. Evaluate, rewrite, evaluate again, escalate: one task that submits the others, each a job of its own.
review = review_content.delay(text="Bread. It is there.", target_score=100, max_rewrites=0, language="en").get(timeout=300)
print("review_content", review["verdict"], review["reason"])

# 4. A decision for a person: open, acknowledged, resolved, with who and when.
opened = escalate.delay(
    subject="Publish the notice?", reason="It says Tuesday; the baker says Wednesday.", payload={"day": "Tuesday"}
).get(timeout=300)
api = sluice.default_client()
path = f"/api/v1/escalations/{opened['escalation_id']}"
api.request("POST", f"{path}/acknowledge", json={"note": "I will call the baker."})
resolved = api.request("POST", f"{path}/resolve", json={"decision": {"publish": True}})
print("escalate", opened["status"], resolved["status"], resolved["decision"])
