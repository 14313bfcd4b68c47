/**
 * Messages as mail programs save them: what stands before and behind them, encodings that they do not name, and what they seal.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

const headers =
  "From: J. Lindner <j@example.com>\r\nTo: team@example.com\r\nDate: Fri, 3 May 2024 10:00:00 +0200\r\nMIME-Version: 1.0\r\nSubject: Terms\r\n";
const separator = "From j@example.com Fri May  3 10:00:00 2024\r\n";
const head =
  "From: J. Lindner <j@example.com>\nTo: team@example.com\nDate: Fri, 3 May 2024 10:00:00 +0200\nSubject: Terms\n\n";
const read = async (message: string | Buffer, fileName = "message") => extract(Buffer.from(message), { fileName });

describe("a message", () => {
  it.each([
    ["a mark of UTF-8", "\ufeff"],
    ["the line that parts messages in one file", separator],
  ])("is read behind %s", async (_, before) => {
    const found = await read(`${before}${headers}\r\nThe text`);

    expect(found).toMatchObject({ format: "eml", text: `${head}The text`, warnings: [] });
  });

  it("is the first of several in a file, which a warning says", async () => {
    const found = await read(
      `${separator}${headers}\r\nThe text\r\nFrom here on\r\n\r\n${separator}${headers}\r\nSecond`,
    );

    expect(found.text.trim()).toBe(`${head}The text\nFrom here on`);
    expect(found.warnings).toMatchObject([{ kind: "attachment_left_out", message: expect.stringMatching(/several/) }]);
  });

  it("is told by its name where it has few headers", async () => {
    const short = "From: a@example.com\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n\nThe text";

    expect((await read(short, "greeting.eml")).text).toBe("From: a@example.com\nSubject: Grüße\n\nThe text");
    expect((await read(short, "greeting.txt")).format).toBe("txt");
    expect((await read("To: do\nFrom: here on\nno message", "list.eml")).format).toBe("txt");
  });

  it("is told though its headers are longer than what is looked at", async () => {
    const long = `${headers}X-Seal: ${"a".repeat(70)}\r\n${`X-Long-Header: ${"b".repeat(900)}\r\n`.repeat(20)}`;

    expect((await read(`${long}\r\nThe text`)).text).toBe(`${head}The text`);
  });
});

describe("the text of a message", () => {
  const body = "Grüße vom Büro, 12 €";
  const named = (charset: string, bytes: Buffer) =>
    Buffer.concat([
      Buffer.from(`${headers}Content-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`),
      bytes,
    ]);

  it.each(["us-ascii", "iso-8859-1", "windows-1252", "utf-8"])(
    "in UTF-8 is read though it is named %s",
    async (charset) => {
      expect((await read(named(charset, Buffer.from(body)))).text).toBe(head + body);
    },
  );

  it("that is in the encoding it names stays as it is", async () => {
    const text = "Ã la carte, 5 £ für Ãrger";

    expect((await read(named("iso-8859-1", Buffer.from(text, "latin1")))).text).toBe(head + text);
  });
});

describe("a message that is sealed says so", () => {
  const sealed = "-----BEGIN PGP MESSAGE-----\r\nabc\r\n-----END PGP MESSAGE-----";

  it.each([
    [
      "S/MIME",
      "Content-Type: application/pkcs7-mime; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB",
      /S\/MIME/,
    ],
    [
      "PGP in parts",
      `Content-Type: multipart/encrypted; boundary=C\r\n\r\n--C\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--C\r\nContent-Type: application/octet-stream\r\n\r\n${sealed}\r\n--C--`,
      /PGP/,
    ],
    ["PGP in its text", `Content-Type: text/plain\r\n\r\n${sealed}`, /PGP/],
    [
      "Outlook",
      "Content-Type: application/octet-stream; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==",
      /Outlook/,
    ],
  ])("by %s", async (_, rest, reason) => {
    const { warnings } = await read(headers + rest);

    expect(warnings).toMatchObject([{ kind: "attachment_left_out", message: expect.stringMatching(reason) }]);
  });

  it("and one that is signed beside its text does not", async () => {
    const rest =
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=C\r\n\r\n--C\r\nContent-Type: text/plain\r\n\r\nThe text\r\n--C\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nMIIB\r\n--C--';

    expect((await read(headers + rest)).warnings).toEqual([]);
  });
});
