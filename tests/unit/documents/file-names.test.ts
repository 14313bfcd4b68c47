import { expect, it } from "vitest";
import { createDocumentSchema } from "../../../contracts/documents/documents.ts";

const { file_name } = createDocumentSchema.shape;
const isTaken = (name: string) => file_name.safeParse(name).success;

it.each(["a.pdf", " a.pdf ", "\u00a0\u3000x", "Rechnung März.pdf", "報告.docx", "a\u2028b", "😀", "."])(
  "takes %j",
  (name) => {
    expect(isTaken(name)).toBe(true);
  },
);

it.each([
  ...["", " ", "\u00a0\u2003\ufeff", "a/b", "a\\b", "a\tb", "\ta", "a\n", "a\u0000", "a\u007f", "a\u0085", "a\u009f"],
  ...["evil\u202efdp.exe", "a\u2066", "a".repeat(256)],
])("refuses %j", (name) => {
  expect(isTaken(name)).toBe(false);
});

it("takes time in proportion to the name's length", () => {
  const before = process.cpuUsage();
  for (const name of [`${" ".repeat(200_000)}/`, `${"a".repeat(200_000)}/`]) expect(isTaken(name)).toBe(false);
  // Of the processor's time, which other programs do not make longer; milliseconds.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
});
