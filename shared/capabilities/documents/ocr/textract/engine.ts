/**
 * Amazon Textract, one request a page. It finds out itself what a page is written in, and is documented for English
 * alone (https://docs.aws.amazon.com/textract/latest/dg/supported-languages.html).
 *
 * @module
 */

import {
  type Block,
  DetectDocumentTextCommand,
  TextractClient,
  type TextractClientConfig,
} from "@aws-sdk/client-textract";
import type { OcrEngine } from "../engine.ts";
import { mapTextractError } from "./errors.ts";
import { pageFile } from "./page-file.ts";
import { type PlacedLine, readingOrder } from "./reading-order.ts";

/** Time for an answer, below any task's own limit. */
const TIMEOUT_MS = 60_000;
/** Accounts may send 1 to 25 pages a second, depending on the region: a document must not use that up alone. */
const PARALLEL = 2;

/** @param config for tests; deployed functions take region and credentials from their environment */
export function textractEngine(config: TextractClientConfig = {}): OcrEngine {
  // The queue retries; a client that retries too would multiply the attempts.
  const client = new TextractClient({ maxAttempts: 1, requestHandler: { requestTimeout: TIMEOUT_MS }, ...config });
  return {
    parallel: PARALLEL,

    /**
     * @throws RateLimitError, ConnectionError, OcrServiceError: another attempt can help
     * @throws AuthenticationError, or an error of contracts/documents/errors.ts: final
     */
    async recognize(image, _languages, signal) {
      const command = new DetectDocumentTextCommand({ Document: { Bytes: await pageFile(image) } });
      signal.throwIfAborted();
      try {
        const { Blocks = [] } = await client.send(command, { abortSignal: signal });
        const lines = Blocks.filter(({ BlockType }) => BlockType === "LINE");
        return { text: readingOrder(lines.map(placed)), confidence: meanConfidence(lines) };
      } catch (error) {
        throw mapTextractError(error, signal);
      }
    },
  };
}

function placed({ Text = "", Geometry }: Block): PlacedLine {
  const { Left = 0, Top = 0, Width = 0, Height = 0 } = Geometry?.BoundingBox ?? {};
  return { text: Text, left: Left, top: Top, width: Width, height: Height };
}

const meanConfidence = (lines: readonly Block[]): number =>
  lines.reduce((sum, { Confidence = 0 }) => sum + Confidence, 0) / Math.max(1, lines.length);
