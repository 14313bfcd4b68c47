import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { qdrantDriver } from "../../../shared/capabilities/vectors/qdrant/driver.ts";
import { openStore } from "../../../shared/capabilities/vectors/store.ts";
import { describeVectorStore } from "../../helpers/vector-store-conformance.ts";

// Qdrant's own engine, where `pip install qdrant-edge-py` has been done; skipped elsewhere. It proves our filters,
// scores and payloads against the real thing; only the HTTP in front is ours (tests/helpers/qdrant-edge-server.py).
const python = process.env.QDRANT_EDGE_PYTHON ?? "python3";
const available = spawnSync(python, ["-c", "import qdrant_edge"]).status === 0;

describe.skipIf(!available)("with Qdrant's own engine", () => {
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const script = join(import.meta.dirname, "../../helpers/qdrant-edge-server.py");
    server = spawn(python, [script], { stdio: "pipe" });
    server.stderr?.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    if (!server.stdout) throw new Error("The server has no output.");
    const [port] = await once(server.stdout, "data");
    url = `http://127.0.0.1:${String(port).trim()}`;
  });
  afterAll(async () => {
    server.stdin?.end();
    await once(server, "exit");
  });

  // The Python binding (0.9.0) turns `MatchValue(True)` into 1, so four filters cannot be asked through it.
  describeVectorStore("Qdrant's engine", async () => openStore(qdrantDriver({ url })), { booleanFilters: false });
});
