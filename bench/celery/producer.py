"""`.delay()` as a program calls it: the time of a call, and of COUNT tasks from the first call to the last result. Prints JSON."""

import json
import sys
import time

from app import noop

count, singles = int(sys.argv[1]), int(sys.argv[2])
noop.delay(0).get(timeout=30)
delays, starts, results = [], [], []
for echo in range(singles):
    submitted = time.time()
    task = noop.delay(echo)
    delays.append((time.time() - submitted) * 1000)
    started = task.get(timeout=30)["started"]
    results.append((time.time() - submitted) * 1000)
    starts.append((started - submitted) * 1000)
began = time.time()
tasks = [noop.delay(echo) for echo in range(count)]
for task in tasks:
    task.get(timeout=600)
print(json.dumps({"delays": delays, "starts": starts, "results": results, "seconds": time.time() - began}))
