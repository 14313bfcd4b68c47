import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../../../contracts/routes/routes.ts";
import { readBytes, readJson } from "../../../functions/api/request.ts";

const json = { input: { text: "Wasser fließt bergab." } };
const packed = gzipSync(JSON.stringify(json));

const event = (body: Uint8Array, headers: Record<string, string> = {}) => ({
  body: Buffer.from(body).toString("base64"),
  isBase64Encoded: true,
  headers: { "content-type": "application/json", "content-encoding": "gzip", ...headers },
});

describe("a compressed body", () => {
  it.each(["gzip", "GZIP", "x-gzip"])("is decompressed when its encoding is %s", (encoding) => {
    expect(readJson(event(packed, { "content-encoding": encoding }))).toEqual(json);
  });

  it("is decompressed for an upload, too", () => {
    const { bytes } = readBytes(event(packed, { "content-type": "text/plain" }));

    expect(Buffer.from(bytes).toString()).toBe(JSON.stringify(json));
  });

  it("may be called bytes, for a gateway that would take it for text", () => {
    expect(readJson(event(packed, { "content-type": "application/octet-stream" }))).toEqual(json);
  });

  it("may have been decompressed on the way", () => {
    const given = { ...event(packed), body: JSON.stringify(json), isBase64Encoded: false };

    expect(readJson(given)).toEqual(json);
  });

  it("is refused (415) with what to do, when the gateway took it for text", () => {
    const given = { ...event(packed), body: new TextDecoder().decode(packed), isBase64Encoded: false };

    for (const read of [readJson, readBytes]) {
      expect(() => read(given)).toThrow(
        expect.objectContaining({ status: 415, message: expect.stringContaining("application/octet-stream") }),
      );
    }
  });

  it("is refused (413) when it grows beyond the limit, without being unpacked", () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1_024 * 1_024, "a"));

    expect(() => readJson(event(bomb))).toThrow(
      expect.objectContaining({ status: 413, message: expect.stringContaining(String(MAX_BODY_BYTES)) }),
    );
    expect(() => readBytes(event(bomb))).toThrow(expect.objectContaining({ status: 413 }));
  });

  it("is refused (400) when it is cut", () => {
    expect(() => readJson(event(packed.subarray(0, -9)))).toThrow(expect.objectContaining({ status: 400 }));
  });

  it.each(["br", "deflate", "gzip, gzip"])("is refused (415) when its encoding is %s", (encoding) => {
    expect(() => readJson(event(packed, { "content-encoding": encoding }))).toThrow(
      expect.objectContaining({ status: 415, headers: { "accept-encoding": "gzip" } }),
    );
  });
});
