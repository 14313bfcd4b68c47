"""Qdrant's own engine behind the REST paths that Sluice uses.

The engine is the real one: `qdrant_edge` (PyPI `qdrant-edge-py`) is Qdrant's storage, filters and scoring as a library.
The HTTP in front is ours, since no package registry has the server as a binary. Prints its port, ends with its input.
"""

import json
import re
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import qdrant_edge as edge

collections = {}
lock = threading.Lock()


class Failure(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def to_filter(node):
    return edge.Filter(
        must=[to_condition(part) for part in node.get("must", [])] or None,
        should=[to_condition(part) for part in node.get("should", [])] or None,
    )


def to_condition(node):
    if "key" not in node:
        return to_filter(node)
    if "range" in node:
        bounds = {name: float(value) for name, value in node["range"].items()}
        return edge.FieldCondition(key=node["key"], range=edge.RangeFloat(**bounds))
    match = node["match"]
    found = edge.MatchAny(match["any"]) if "any" in match else edge.MatchValue(match["value"])
    return edge.FieldCondition(key=node["key"], match=found)


def find(name):
    if name not in collections:
        raise Failure(404, f"Not found: Collection `{name}` doesn't exist!")
    return collections[name]


def record(point, score=None):
    found = {"id": str(point.id), "payload": point.payload}
    if point.vector is not None:
        found["vector"] = list(point.vector)
    return found if score is None else {**found, "score": score, "version": point.version}


def create(name, body):
    if name in collections:
        raise Failure(409, f"Wrong input: Collection `{name}` already exists!")
    size = body["vectors"]["size"]
    config = edge.EdgeConfig(
        vectors=edge.EdgeVectorParams(size=size, distance=edge.Distance.Cosine),
        hnsw_config=edge.HnswIndexConfig(m=body["hnsw_config"]["m"], payload_m=body["hnsw_config"]["payload_m"], ef_construct=100, full_scan_threshold=10_000),
    )
    collections[name] = (edge.EdgeShard.create(tempfile.mkdtemp(), config), size)
    return True


def describe(name, _):
    _, size = find(name)
    return {"config": {"params": {"vectors": {"size": size, "distance": "Cosine"}}}}


def drop(name, _):
    found = collections.pop(name, None)
    if found:
        found[0].close()
    return found is not None


def index(name, body):
    params = edge.KeywordIndexParams(is_tenant=body["field_schema"]["is_tenant"])
    find(name)[0].update(edge.UpdateOperation.create_field_index(body["field_name"], params))
    return {"status": "completed"}


def upsert(name, body):
    points = [edge.Point(id=p["id"], vector=p["vector"], payload=p["payload"]) for p in body["points"]]
    find(name)[0].update(edge.UpdateOperation.upsert_points(points))
    return {"status": "completed"}


def delete(name, body):
    find(name)[0].update(edge.UpdateOperation.delete_points(body["points"]))
    return {"status": "completed"}


def get(name, body):
    return [record(point) for point in find(name)[0].retrieve(body["ids"], True, True)]


def query(name, body):
    request = edge.QueryRequest(
        limit=body["limit"],
        query=edge.Query.Nearest(body["query"]),
        filter=to_filter(body["filter"]),
        with_payload=True,
    )
    return {"points": [record(point, point.score) for point in find(name)[0].query(request)]}


def scroll(name, body):
    request = edge.ScrollRequest(offset=body.get("offset"), limit=body["limit"], with_payload=True, with_vector=False)
    points, following = find(name)[0].scroll(request)
    return {"points": [record(point) for point in points], "next_page_offset": None if following is None else str(following)}


operations = {
    "PUT ": create,
    "GET ": describe,
    "DELETE ": drop,
    "PUT /index": index,
    "PUT /points": upsert,
    "POST /points": get,
    "POST /points/delete": delete,
    "POST /points/query": query,
    "POST /points/scroll": scroll,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        name, rest = re.match(r"/collections/([^/?]+)([^?]*)", self.path).groups()
        try:
            with lock:
                status, answer = 200, {"result": operations[f"{self.command} {rest}"](name, body), "status": "ok"}
        except Failure as failure:
            status, answer = failure.status, {"status": {"error": str(failure)}}
        except Exception as error:
            status, answer = 400, {"status": {"error": f"{type(error).__name__}: {error}"}}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
