import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { vectorSettings } from "../../../contracts/settings/vectors.ts";
import { createVectorStore } from "../../../shared/capabilities/vectors/create-store.ts";

const open = (env: Record<string, string>) => createVectorStore(parseSettings(vectorSettings, env));

describe("the vector store that settings choose", () => {
  it.each([
    [{}, "VECTOR_BUCKET"],
    [{ VECTOR_STORE: "qdrant" }, "QDRANT_URL"],
    [{ VECTOR_STORE: "sqlite" }, "SQLITE_VECTORS_PATH"],
    [{ VECTOR_STORE: "sqlite", SQLITE_VECTORS_PATH: "/tmp/never-made.db" }, "SQLITE_VEC_EXTENSION"],
  ])("names what it lacks: %j", async (env, missing) => {
    await expect(open(env)).rejects.toThrow(new RegExp(`needs ${missing}`));
  });

  it.each([
    [{ VECTOR_BUCKET: "vectors" }, "s3vectors"],
    [{ VECTOR_STORE: "qdrant", QDRANT_URL: "http://127.0.0.1:6333" }, "qdrant"],
  ])("is opened without a request: %j", async (env, name) => {
    expect((await open(env)).name).toBe(name);
  });
});
