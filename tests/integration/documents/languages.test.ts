/**
 * A language that the project does not ship, from the setting through the template to the function's own files.
 *
 * @module
 */

import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptedDocumentSchema, documentSchema } from "../../../contracts/documents/documents.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { encodePng } from "../../../shared/capabilities/documents/image/encode-png.ts";
import { line, pdfPages } from "../../helpers/document-builders.ts";
import { eventually } from "../../helpers/eventually.ts";
import { request } from "../../helpers/job-client.ts";
import { renderFirstPage } from "../../helpers/render-page.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { OCR_LANGUAGES: "fra" } });
});
afterAll(() => stack?.stop(0));

test("a scan is read in the language of the setting, with the data that the function's bundle carries", async () => {
  const text = "Le garçon a reçu une leçon de français à l'école.";
  const scan = await encodePng(await renderFirstPage(pdfPages([line(text, 700)])));

  const accepted = await fetch(`${stack.url}/api/v1/documents/upload?file_name=page.png`, {
    method: "POST",
    headers: { authorization: `Bearer ${stack.apiKey}`, "content-type": "application/octet-stream" },
    body: new Uint8Array(scan),
  });
  const { id } = acceptedDocumentSchema.parse(await accepted.json());
  const document = await eventually(
    "the scan is read",
    async () => {
      const found = documentSchema.parse(await (await request(stack, `GET /documents/${id}`)).json());
      return found.status !== "pending" && found;
    },
    90,
  );

  expect(document.searchable_text?.replaceAll("’", "'")).toBe(text);
  expect(document).toMatchObject({ status: "completed", ocr: true });
});

test("a stack whose language has no data does not start, and says what to install", async () => {
  await expect(startStack({ env: { OCR_LANGUAGES: "deu,isl" } })).rejects.toThrow(
    "OCR_LANGUAGES names isl, whose recognition data is not installed: npm install --save-exact @tesseract.js-data/isl",
  );
});
