import { describe, expect, it } from "vitest";
import { fileOf } from "../../../functions/api/uploaded-file.ts";

const content = 'a line\r\nContent-Disposition: attachment; filename="\\"kept\\".txt"\r\n\r\nand more';

/** A form with one file, as programs write it: with further headers, before and behind it other text. */
const form = (disposition: string, { headers = "", preamble = "", boundary = "XyZ" } = {}) =>
  Buffer.from(
    `${preamble}--${boundary}\r\nContent-Disposition: ${disposition}\r\n${headers}\r\n${content}\r\n--${boundary}--\r\n`,
  );

const read = (bytes: Uint8Array<ArrayBuffer>, type = "multipart/form-data; boundary=XyZ") =>
  fileOf({ bytes, content_type: type }, undefined);

describe("the file of a form", () => {
  it.each([
    ["a quote behind a backslash", 'form-data; name="file"; filename="a\\"b.txt"', 'a"b.txt'],
    ["a quote as %22", 'form-data; name="file"; filename="a%22b.txt"', 'a"b.txt'],
    ["letters beyond ASCII", 'form-data; name="file"; filename="über.txt"', "über.txt"],
    ["letters by RFC 5987", "form-data; name=\"file\"; filename*=UTF-8''%C3%BCber.txt", "über.txt"],
    ["a semicolon", 'form-data; name="file"; filename="a;b.txt"', "a;b.txt"],
    ["no quotes", "form-data; name=file; filename=a.txt", "a.txt"],
    ["another order", 'form-data; filename="a.txt"; name="file"', "a.txt"],
    ["no spaces", 'form-data;name="file";filename="a.txt"', "a.txt"],
  ])("has its name with %s, and its bytes as they are", async (_, disposition, name) => {
    const file = await read(form(disposition));

    expect(file.name).toBe(name);
    expect(Buffer.from(file.bytes).toString()).toBe(content);
  });

  it.each([
    ["text before it", form('form-data; name="file"; filename="a.txt"', { preamble: "To be ignored.\r\n" }), undefined],
    [
      "further headers",
      form('form-data; name="file"; filename="a.txt"', { headers: "Content-Length: 5\r\nX-A: b\r\n" }),
      undefined,
    ],
    ["a boundary in quotes", form('form-data; name="file"; filename="a.txt"'), 'multipart/form-data; boundary="XyZ"'],
    ["a charset", form('form-data; name="file"; filename="a.txt"'), "multipart/form-data; charset=utf-8; boundary=XyZ"],
  ])("is found with %s", async (_, bytes, type) => {
    expect((await read(bytes, type)).name).toBe("a.txt");
  });
});
