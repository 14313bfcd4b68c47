import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, outcome } from "../../helpers/document-builders.ts";

const root = join(import.meta.dirname, "../../..");
const fixture = (name: string) => readFile(join(root, "tests/fixtures/documents", name));
const doc = () => readFile(join(root, "examples/documents/workshop-minutes.doc"));

afterAll(closeDocumentThreads);

/** Where the document's own stream begins: [MS-DOC]'s magic number, at the start of a sector. */
function streamStart(file: Buffer): number {
  for (let at = 512; at < file.length; at += 512) if (file.readUInt16LE(at) === 0xa5ec) return at;
  throw new Error("The file has no Word stream.");
}

/** Gives a stream of a compound file another name. */
function rename(file: Buffer, from: string, to: string): Buffer {
  const at = file.indexOf(Buffer.from(`${from}\0`, "utf16le"));
  const copy = Buffer.from(file);
  copy.fill(0, at, at + 64);
  copy.write(to, at, "utf16le");
  copy.writeUInt16LE(to.length * 2 + 2, at + 64);
  return copy;
}

describe("protected documents", () => {
  it("a PDF that needs a password", async () => {
    expect(await outcome(await fixture("password.pdf"))).toBe("DocumentEncryptedError: The PDF needs a password.");
  });

  it("a PDF that opens without one is read, though it is encrypted", async () => {
    expect((await extract(await fixture("owner-password.pdf"))).text).toContain("The board thanks the 83 volunteers");
  });

  it("a DOC that needs a password", async () => {
    const file = await doc();
    const flags = streamStart(file) + 10;
    file.writeUInt16LE(file.readUInt16LE(flags) | 0x0100, flags);

    expect(await outcome(file)).toBe("DocumentEncryptedError: The document needs a password.");
  });

  it("a DOCX that needs a password, which lies in a compound file", async () => {
    expect(await outcome(rename(await doc(), "WordDocument", "EncryptedPackage"))).toBe(
      "DocumentEncryptedError: The document needs a password.",
    );
  });
});

describe("compound files that are not documents", () => {
  it("another Office file", async () => {
    expect(await outcome(rename(await doc(), "WordDocument", "Workbook"))).toBe(
      "UnsupportedFormatError: The file is an Excel file (XLS), which is not read: save it as XLSX or PDF.",
    );
  });

  it("a document of Word 95", async () => {
    const file = await doc();
    file.writeUInt16LE(0x68, streamStart(file) + 2);

    expect(await outcome(file)).toBe(
      "UnsupportedFormatError: The document was written by Word 95 or older, which is not read: save it as DOCX or PDF.",
    );
  });

  it("one whose streams run in a circle", async () => {
    const file = await doc();
    // The first sector of the allocation table: every entry points to the sector after it, and the last to the first.
    const table = 512 + file.readUInt32LE(76) * 512;
    for (let entry = 0; entry < 128; entry++) file.writeUInt32LE((entry + 1) % 8, table + entry * 4);

    expect(await outcome(file)).toMatch(/^DocumentCorruptError: /);
  });
});
