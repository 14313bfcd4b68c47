import { expect, test } from "vitest";
import { localVectors } from "../../../local/lambda/vectors.ts";

const path = "/data/vectors.sqlite";

test("what a template keeps in S3 Vectors is kept in the stack's file", () => {
  expect(localVectors({ VECTOR_STORE: "s3vectors", VECTOR_BUCKET: "sluice-local-vectors" }, path)).toEqual({
    VECTOR_STORE: "sqlite",
    SQLITE_VECTORS_PATH: path,
    SQLITE_VEC_EXTENSION: expect.stringMatching(/vec0\.(so|dylib|dll)$/),
  });
});

test("a file and an extension that the settings name are used", () => {
  const named = { VECTOR_STORE: "sqlite", SQLITE_VECTORS_PATH: "/mine.db", SQLITE_VEC_EXTENSION: "/mine.so" };
  expect(localVectors(named, path)).toEqual(named);
});

test("a function without a vector store, or with Qdrant, stays as it is", () => {
  expect(localVectors({ LOG_LEVEL: "INFO" }, path)).toEqual({});
  expect(localVectors({ VECTOR_STORE: "qdrant", QDRANT_URL: "http://127.0.0.1:6333" }, path)).toEqual({});
});
