import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ocrSettings } from "../../../contracts/settings/ocr.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { closeDocumentThreads, extractText } from "../../../shared/capabilities/documents/extract.ts";
import type { GrayImage } from "../../../shared/capabilities/documents/image/gray-image.ts";
import { createRecognizer } from "../../../shared/capabilities/documents/ocr/create-engine.ts";
import { TesseractEngine } from "../../../shared/capabilities/documents/ocr/tesseract.ts";
import { textractEngine } from "../../../shared/capabilities/documents/ocr/textract/engine.ts";
import { seeded } from "../../helpers/document-builders.ts";
import { closedPort, type JsonServer } from "../../helpers/json-server.ts";
import { type DrawnPage, describeOcrEngine } from "../../helpers/ocr-engine-conformance.ts";
import { type SeenLine, startTextractServer, textractFailure } from "../../helpers/textract-server.ts";

describeOcrEngine("Tesseract", async () => {
  const engine = new TesseractEngine({ threads: 2 });
  return { engine, close: () => engine.close() };
});

// The SDK's client speaks real HTTP to a stand-in for the service; see tests/helpers/textract-server.ts.
const engineAt = (endpoint: string) =>
  textractEngine({ endpoint, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } });

/** Tells pages by every one of their pixels, so that a picture that was spoilt on its way is not known. */
const knowing =
  (drawn: readonly DrawnPage[]) =>
  (image: GrayImage): readonly SeenLine[] => {
    const found = drawn.find(
      ({ image: { pixels, width } }) => width === image.width && Buffer.compare(pixels, image.pixels) === 0,
    );
    if (!found) throw new Error("The picture is none that was drawn.");
    return found.lines;
  };

describeOcrEngine("Textract", async (drawn) => {
  const server = await startTextractServer(knowing(drawn));
  return { engine: engineAt(server.url), close: async () => await server[Symbol.asyncDispose]() };
});

describe("Textract", () => {
  let server: JsonServer;
  const seen: { width: number; height: number }[] = [];
  beforeAll(async () => {
    server = await startTextractServer(({ width, height }) => {
      seen.push({ width, height });
      return [{ text: "seen", left: 0.1, top: 0.1, width: 0.2, height: 0.02, confidence: 90 }];
    });
  });
  afterAll(async () => {
    await closeDocumentThreads();
    await server[Symbol.asyncDispose]();
  });

  const never = new AbortController().signal;
  const blank = (width: number, height: number): GrayImage => ({
    width,
    height,
    pixels: new Uint8Array(width * height).fill(255),
  });
  const noise = (width: number, height: number): GrayImage => {
    const random = seeded(5);
    return { width, height, pixels: Uint8Array.from({ length: width * height }, () => random() * 256) };
  };
  const read = (image: GrayImage) => engineAt(server.url).recognize(image, ["eng"], never);

  it("reads a scanned document through the whole extraction", async () => {
    const bytes = await readFile(join(import.meta.dirname, "../../../examples/documents/rechnung-dachdecker-scan.pdf"));

    const found = await extractText(bytes, { signal: never, ocr: engineAt(server.url), languages: ["eng"] });

    expect(found).toMatchObject({ text: "seen", pages: 1, ocr: true, format: "pdf" });
  });

  it("is what the settings choose, with region and credentials of its environment", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_TEXTRACT", server.url);
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");

    const { ocr, languages } = await createRecognizer(parseSettings(ocrSettings, { OCR_ENGINE: "textract" }));
    const found = await ocr.recognize(blank(8, 8), languages, never);

    expect(found).toEqual({ text: "seen", confidence: 90 });
    expect(server.requests.at(-1)?.headers.authorization).toContain("Credential=AKIDEXAMPLE/");
    vi.unstubAllEnvs();
  });

  it("gets a page that is too large for it at a size that it takes, and no smaller than needed", async () => {
    seen.length = 0;

    // 9 MB as it is, 4.5 MB with sixteen shades; 16 MB, and 8 MB with sixteen shades; more pixels a side than it takes.
    for (const image of [noise(3_000, 3_000), noise(4_000, 4_000), blank(12_000, 40)]) await read(image);

    expect(seen).toEqual([
      { width: 3_000, height: 3_000 },
      { width: 2_000, height: 2_000 },
      { width: 6_000, height: 20 },
    ]);
  });

  it.each([
    ["ThrottlingException", 400, "RateLimitError", true],
    ["ProvisionedThroughputExceededException", 400, "RateLimitError", true],
    ["InternalServerError", 500, "OcrServiceError", true],
    ["AccessDeniedException", 400, "AuthenticationError", false],
    ["UnrecognizedClientException", 400, "AuthenticationError", false],
    ["UnsupportedDocumentException", 400, "UnsupportedFormatError", false],
    ["InvalidParameterException", 400, "UnsupportedFormatError", false],
    ["BadDocumentException", 400, "DocumentCorruptError", false],
    ["DocumentTooLargeException", 400, "DocumentTooLargeError", false],
    ["SomethingNewException", 400, "InvalidInputError", false],
  ])("says of %s (%d) that it is a %s", async (name, status, error, retryable) => {
    const before = server.requests.length;
    server.failNext(textractFailure(name, "no", { status }));

    await expect(read(blank(8, 8))).rejects.toMatchObject({ name: error, retryable });
    expect(server.requests.length - before, "the client itself must not retry").toBe(1);
  });

  it("passes on how long to wait", async () => {
    server.failNext(
      textractFailure("ThrottlingException", "slow down", { status: 400, headers: { "retry-after": "17" } }),
    );

    await expect(read(blank(8, 8))).rejects.toMatchObject({ retryAfterSeconds: 17 });
  });

  it("may be tried again when the connection fails", async () => {
    const away = engineAt(await closedPort());
    await expect(away.recognize(blank(8, 8), ["eng"], never)).rejects.toMatchObject({
      name: "ConnectionError",
      retryable: true,
    });

    server.failNext({ status: 0, body: null, cut: true });
    await expect(read(blank(8, 8))).rejects.toMatchObject({ name: "ConnectionError", retryable: true });
  });
});
