/**
 * A stand-in for Amazon Textract, which no emulator offers: DetectDocumentText as the API reference has it (protocol
 * awsJson1.1), its limits and its errors. It recognizes nothing: a test says what is on a picture. It is not the service:
 * it knows no permissions beyond the presence of a signature, and takes PNG alone, which is all that the engine sends.
 *
 * @module
 */

import { z } from "zod";
import type { GrayImage } from "../../shared/capabilities/documents/image/gray-image.ts";
import { decodePng } from "../../shared/capabilities/documents/image/png.ts";
import { defaultLimits } from "../../shared/capabilities/documents/limits.ts";
import { type JsonRequest, type JsonResponse, type JsonServer, startJsonServer } from "./json-server.ts";

/** A line on a picture, in shares of its width and height. */
export interface SeenLine {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** 0 to 100. */
  readonly confidence?: number;
}

const TARGET = "Textract.DetectDocumentText";
const MAX_BYTES = 5 * 1_024 * 1_024;
const MAX_SIDE = 10_000;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const bodySchema = z.strictObject({ Document: z.strictObject({ Bytes: z.base64() }) });

/** @param see what is on a picture; the server lists it from the top down, as the service does */
export function startTextractServer(see: (image: GrayImage) => readonly SeenLine[]): Promise<JsonServer> {
  function answer({ method, headers, body }: JsonRequest): JsonResponse {
    if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      return textractFailure("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    if (method !== "POST" || headers["content-type"] !== "application/x-amz-json-1.1") {
      return textractFailure("SerializationException", "not awsJson1.1");
    }
    if (headers["x-amz-target"] !== TARGET) return textractFailure("UnknownOperationException", "");
    const parsed = bodySchema.safeParse(body);
    if (!parsed.success) return textractFailure("InvalidParameterException", "Request has invalid parameters");
    const bytes = Buffer.from(parsed.data.Document.Bytes, "base64");
    if (bytes.length > MAX_BYTES) return textractFailure("DocumentTooLargeException", `${bytes.length} bytes`);
    if (!bytes.subarray(0, 8).equals(PNG)) {
      return textractFailure("UnsupportedDocumentException", "Request has unsupported document format");
    }
    const image = decodePng(bytes, { ...defaultLimits, pixels: Number.POSITIVE_INFINITY });
    if (Math.max(image.width, image.height) > MAX_SIDE) return textractFailure("BadDocumentException", "too large");
    return { status: 200, body: found(see(image)), headers: JSON_1_1 };
  }
  return startJsonServer(answer);
}

const JSON_1_1 = { "content-type": "application/x-amz-json-1.1" };

/** An error as the service sends it: with its name in the body, and status 400 but for its own failures. */
export const textractFailure = (
  name: string,
  message: string,
  {
    status = 400,
    headers = {},
  }: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): JsonResponse => ({ status, body: { __type: name, Message: message }, headers: { ...JSON_1_1, ...headers } });

function found(seen: readonly SeenLine[]) {
  const sorted = seen.toSorted((a, b) => a.top - b.top || a.left - b.left);
  const lines = sorted.map((line, index) => ({ line, id: `line-${index}`, words: words(line, index) }));
  return {
    DocumentMetadata: { Pages: 1 },
    DetectDocumentTextModelVersion: "1.0",
    Blocks: [
      {
        BlockType: "PAGE",
        Id: "page",
        Geometry: geometry({ left: 0, top: 0, width: 1, height: 1 }),
        ...children(lines.map(({ id }) => id)),
      },
      ...lines.map(({ line, id, words }) => ({
        BlockType: "LINE",
        Id: id,
        Text: line.text,
        Confidence: line.confidence ?? 99,
        Geometry: geometry(line),
        ...children(words.map(({ Id }) => Id)),
      })),
      ...lines.flatMap(({ words }) => words),
    ],
  };
}

/** The words of a line, each with a share of its width as large as its share of the letters. */
function words({ text, left, top, width, height, confidence = 99 }: SeenLine, index: number) {
  return [...text.matchAll(/\S+/g)].map((match, word) => ({
    BlockType: "WORD",
    Id: `line-${index}-word-${word}`,
    Text: match[0],
    TextType: "PRINTED",
    Confidence: confidence,
    Geometry: geometry({
      left: left + (width * match.index) / text.length,
      top,
      width: (width * match[0].length) / text.length,
      height,
    }),
  }));
}

const children = (ids: readonly string[]) => (ids.length > 0 ? { Relationships: [{ Type: "CHILD", Ids: ids }] } : {});

function geometry({ left, top, width, height }: Omit<SeenLine, "text">) {
  const corners = [
    [left, top],
    [left + width, top],
    [left + width, top + height],
    [left, top + height],
  ];
  return {
    BoundingBox: { Left: left, Top: top, Width: width, Height: height },
    Polygon: corners.map(([X, Y]) => ({ X, Y })),
  };
}
