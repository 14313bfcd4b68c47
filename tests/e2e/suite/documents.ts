import { beforeAll, describe, expect, test } from "vitest";
import {
  acceptedDocumentSchema,
  documentListSchema,
  documentSchema,
  presignedDocumentSchema,
} from "../../../contracts/documents/documents.ts";
import { documentTextSchema } from "../../../contracts/documents/structure.ts";
import { line, pdfPages } from "../../helpers/document-builders.ts";
import { eventually } from "../../helpers/eventually.ts";
import type { Target } from "./target.ts";

/** A function that reads PDFs starts slowly on an emulator. */
const READ_SECONDS = 150;
const path = "/api/v1/documents";

export function describeDocuments(target: Target): void {
  describe("documents", () => {
    let key: string;
    beforeAll(async () => {
      key = await target.newKey(`e2e-documents-${Date.now()}`);
    });

    const read = (id: string) =>
      eventually(
        `document ${id} is read`,
        async () => {
          const { body } = await target.call("GET", `${path}/${id}`, { key });
          const document = documentSchema.parse(body);
          return document.status !== "pending" && document;
        },
        READ_SECONDS,
      );

    const textOf = async (id: string) => {
      const { status, body } = await target.call("GET", `${path}/${id}/text`, { key });
      expect(status).toBe(200);
      return documentTextSchema.parse(body).text;
    };

    test("are read when their bytes are sent to the API", { timeout: 200_000 }, async () => {
      const response = await fetch(`${target.url}${path}/upload?file_name=letter.pdf`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/octet-stream" },
        body: new Uint8Array(pdfPages([line("The ferry to Kalmar leaves at noon", 700)])),
      });
      expect(response.status).toBe(202);
      const { id, task_id } = acceptedDocumentSchema.parse(await response.json());

      expect(await read(id)).toMatchObject({ status: "completed", file_name: "letter.pdf", pages: 1 });
      expect(await textOf(id)).toContain("The ferry to Kalmar leaves at noon");
      expect(await target.finished(task_id, key)).toMatchObject({ status: "SUCCESS" });
      const list = await target.call("GET", path, { key });
      expect(documentListSchema.parse(list.body).documents.map((each) => each.id)).toContain(id);
    });

    test("are read when they are uploaded straight to S3", { timeout: 200_000 }, async () => {
      const { status, body } = await target.call("POST", path, { key, body: { file_name: "notes.txt" } });
      expect(status).toBe(202);
      const { id, upload } = presignedDocumentSchema.parse(body);
      const form = new FormData();
      for (const [name, value] of Object.entries(upload.fields)) form.set(name, value);
      form.set("file", new Blob(["Notes of the harbour office."]));
      expect((await fetch(upload.url, { method: "POST", body: form })).status).toBe(204);

      expect(await read(id)).toMatchObject({ status: "completed", file_name: "notes.txt" });
      expect(await textOf(id)).toContain("Notes of the harbour office.");
      await target.call("DELETE", `${path}/${id}`, { key });
      expect((await target.call("GET", `${path}/${id}`, { key })).status).toBe(404);
    });
  });
}
