import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  closeDocumentThreads,
  docx,
  extract,
  line,
  outcome,
  paragraph,
  pdf,
  pdfPages,
  png,
} from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const MB = 1024 * 1024;
const catalog = [
  { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
  { dictionary: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>" },
];
const page = (resources: string) => ({
  dictionary: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << ${resources} >> /Contents 4 0 R >>`,
});

describe("decompression bombs end as DocumentTooLargeError", () => {
  it("a DOCX part that unpacks beyond the bound on size", async () => {
    const bomb = docx(paragraph("a ".repeat(4 * MB)));

    expect(await outcome(bomb, { limits: { unzippedBytes: 2 * MB } })).toMatch(/^DocumentTooLargeError: The container/);
  });

  it("a DOCX part that unpacks by more than any document does", async () => {
    const bomb = docx(paragraph(" ".repeat(8 * MB)));

    expect(await outcome(bomb, { limits: { zipRatio: 100 } })).toMatch(/^DocumentTooLargeError: The container/);
  });

  it("a DOCX with more files than any document has", async () => {
    expect(await outcome(docx(""), { limits: { zipEntries: 3 } })).toBe(
      "DocumentTooLargeError: The container has 4 files.",
    );
  });

  it("a PDF stream that wants more memory than the engine may take", async () => {
    const stream = deflateSync(Buffer.alloc(64 * MB, " "));
    const bomb = pdf([...catalog, page(""), { dictionary: "<< /Filter /FlateDecode >>", stream }]);

    expect(await outcome(bomb, { limits: { engineBytes: 32 * MB } })).toBe(
      "DocumentTooLargeError: The document needs more memory than it may take.",
    );
  });

  it("a PDF whose forms draw each other without end", async () => {
    const forms = Array.from({ length: 14 }, (_, depth) => ({
      dictionary: `<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X ${depth === 13 ? 5 : 6 + depth} 0 R >> >> >>`,
      stream: Buffer.from("/X Do ".repeat(10)),
    }));
    const bomb = pdf([
      ...catalog,
      page("/XObject << /X 5 0 R >>"),
      { dictionary: "<< >>", stream: Buffer.from("/X Do") },
      ...forms,
    ]);

    const result = await outcome(bomb, { limits: { stepSeconds: 2, engineBytes: 64 * MB } });

    // The engine's own guard against recursion, the bound on memory or the bound on time: any of them ends it.
    expect(result).toMatch(/^(|DocumentTooLargeError: .*)$/);
  });

  it("a picture with more pixels than may be decoded, by its header alone", async () => {
    expect(await outcome(png(70_000, 70_000, Buffer.alloc(1)))).toBe(
      "DocumentTooLargeError: The image has 70000 x 70000 pixels.",
    );
  });

  it("a picture whose data unpacks to more than its header says", async () => {
    expect(await outcome(png(10, 10, Buffer.alloc(32 * MB)))).toBe(
      "DocumentCorruptError: The PNG image's data is damaged or cut off.",
    );
  });
});

describe("bounds", () => {
  it("on the size of the file", async () => {
    expect(await outcome(Buffer.from("hello"), { limits: { bytes: 4 } })).toBe(
      "DocumentTooLargeError: The file has 5 bytes; at most 4 are read.",
    );
  });

  it("on pages", async () => {
    expect(await outcome(pdfPages(["", "", ""]), { limits: { pages: 2 } })).toBe(
      "DocumentTooLargeError: The PDF has 3 pages; at most 2 are read.",
    );
  });

  it("on characters, over all pages", async () => {
    const pages = pdfPages([line("x".repeat(60), 700), line("x".repeat(60), 700)]);

    expect(await outcome(pages, { limits: { characters: 100 } })).toBe(
      "DocumentTooLargeError: The document's text is too long.",
    );
  });

  it("on time, for recognition too", async () => {
    const never = {
      parallel: 1,
      recognize: (_image: unknown, _languages: unknown, signal: AbortSignal) => aborted(signal),
    };

    const result = await outcome(png(3, 2, Buffer.alloc(8)), { ocr: never, limits: { seconds: 0.2 } });

    expect(result).toMatch(/^DocumentTooLargeError: The document takes longer/);
  });

  it("a page that renders larger than may be is rendered smaller", async () => {
    const seen: number[] = [];
    const ocr = {
      parallel: 1,
      recognize: async ({ width, height }: { width: number; height: number }) => {
        seen.push(width * height);
        return { text: "", confidence: 0 };
      },
    };

    await extract(pdfPages(["0 0 100 100 re f"]), { ocr, limits: { pixels: 10_000 } });

    expect(seen).toHaveLength(1);
    expect(seen[0]).toBeLessThanOrEqual(10_100);
  });
});

describe("a page of endless work", () => {
  /** A page that draws a pattern which draws the form that draws the pattern: rendering it does not end. */
  const endless = pdf([
    { dictionary: "<< /Type /Catalog /Pages 2 0 R >>" },
    { dictionary: "<< /Type /Pages /Kids [3 0 R 4 0 R 3 0 R] /Count 3 >>" },
    {
      dictionary:
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 9 0 R >> >> /Contents 5 0 R >>",
    },
    {
      dictionary: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 11 0 R /Contents 6 0 R >>",
    },
    { dictionary: "<< >>", stream: Buffer.from(line("a page with a text of its own", 700)) },
    { dictionary: "<< >>", stream: Buffer.from("/X Do") },
    {
      dictionary: "<< /Subtype /Form /Resources 10 0 R >>",
      stream: Buffer.from("q /Pattern cs /P scn /a0 gs 0 0 224 160 re f Q"),
    },
    {
      dictionary: "<< /PatternType 1 /BBox [0 0 225 161] /Resources 11 0 R >>",
      stream: Buffer.from("/X Do"),
    },
    { dictionary: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>" },
    { dictionary: "<< /Pattern << /P 8 0 R >> >>" },
    { dictionary: "<< /XObject << /X 12 0 R >> >>" },
    { dictionary: "<< /Subtype /Form /Resources 13 0 R >>", stream: Buffer.from("/X Do") },
    { dictionary: "<< /XObject << /X 7 0 R >> >>" },
  ]);

  it("is left out with a warning, and those around it are read", async () => {
    const found = await extract(endless, { limits: { stepSeconds: 3 } });

    const text = "a page with a text of its own";
    expect(found).toMatchObject({
      text: `${text}\n\f\n\f${text}`,
      pages: 3,
      warnings: [{ page: 2, kind: "page_left_out" }],
    });
  }, 120_000);
});

describe("an abort", () => {
  it("ends the work with the signal's reason", async () => {
    const controller = new AbortController();
    const hang = {
      parallel: 1,
      recognize: (_image: unknown, _languages: unknown, signal: AbortSignal) => aborted(signal),
    };
    const work = extract(png(3, 2, Buffer.alloc(8)), { ocr: hang, signal: controller.signal });

    setTimeout(() => controller.abort(new Error("soft limit")), 50);

    await expect(work).rejects.toThrow("soft limit");
  });

  it("leaves the next document unharmed", async () => {
    const stopped = extract(pdfPages([line("never read", 700)]), { signal: AbortSignal.abort(new Error("stopped")) });

    await expect(stopped).rejects.toThrow("stopped");
    expect((await extract(pdfPages([line("read", 700)]))).text).toBe("read");
  });
});

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
