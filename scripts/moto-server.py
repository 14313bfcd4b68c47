"""
moto's server, with one call of DynamoDB at a time. moto looks at a condition and writes in two steps, so that of two
threads both may find that it holds; of two conditional writes to DynamoDB, one does.
"""

import sys
import threading

from moto.dynamodb.responses import DynamoHandler
from moto.server import main

lock = threading.Lock()
call_action = DynamoHandler.call_action


def one_at_a_time(self):
    with lock:
        return call_action(self)


DynamoHandler.call_action = one_at_a_time
main()
