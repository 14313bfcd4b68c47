import { isZip, readZip } from "./container/zip.ts";
import { type ChunkReader, readDocx } from "./docx/read-docx.ts";
import type { Limits } from "./limits.ts";
import { readRtf } from "./rtf/read-rtf.ts";
import type { Block } from "./structure/blocks.ts";
import { decodeText, detectEncoding, isLabel } from "./text/detect-encoding.ts";

/** Documents within documents. */
const MOST_NESTED = 3;

/** Reads what Word takes into a document as a whole (ECMA-376 part 1, 17.17.2): HTML, RTF, text or another document. */
export async function chunkReader(limits: Limits): Promise<ChunkReader> {
  const { htmlBlocks, namedEncoding } = await import("./html/html-blocks.ts");
  const text = (bytes: Uint8Array, head: string): string => {
    const named = namedEncoding(head);
    const found = detectEncoding(bytes);
    return decodeText(
      bytes,
      named !== undefined && isLabel(named) ? named : typeof found === "string" ? "utf-8" : found.encoding,
    );
  };
  const reader =
    (depth: number): ChunkReader =>
    (bytes) => {
      const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2_048));
      if (depth > MOST_NESTED) return [];
      if (isZip(bytes)) return readDocx(readZip(bytes, limits), limits, reader(depth + 1)).blocks;
      if (head.trimStart().startsWith("{\\rtf")) return readRtf(bytes, limits).blocks;
      if (/^\s*MIME-Version:/i.test(head)) return htmlBlocks(htmlOfArchive(text(bytes, "")), limits);
      if (/<(?:!doctype html|html|body|p|div|table|h[1-6]|span|b|ul)\b/i.test(head))
        return htmlBlocks(text(bytes, head), limits);
      return text(bytes, "")
        .split(/\r\n?|\n/)
        .map((line): Block => ({ kind: "paragraph", text: line }));
    };
  return reader(1);
}

/** The page in a web archive (MHT, RFC 2557), which is a message of several parts. */
function htmlOfArchive(archive: string): string {
  const boundary = /boundary="?([^"\r\n;]+)/i.exec(archive)?.[1];
  const parts = boundary === undefined ? [archive] : archive.split(`--${boundary}`);
  const page = parts.find((part) => /^content-type:\s*text\/html/im.test(part)) ?? "";
  const start = /\r?\n\r?\n/.exec(page);
  const body = page.slice((start?.index ?? 0) + (start?.[0].length ?? 0));
  if (/^content-transfer-encoding:\s*base64/im.test(page)) return Buffer.from(body, "base64").toString("utf8");
  if (!/^content-transfer-encoding:\s*quoted-printable/im.test(page)) return body;
  const bytes = body
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
