import { z } from "zod";
import {
  acceptedDocumentSchema,
  createDocumentSchema,
  deletedDocumentSchema,
  documentListSchema,
  documentSchema,
  listDocumentsQuerySchema,
  passageMatchesSchema,
  presignedDocumentSchema,
  searchDocumentsSchema,
  uploadedBodySchema,
  uploadQuerySchema,
} from "../documents/documents.ts";
import type { RouteDefinition } from "./define-route.ts";

const documentIdParams = z.strictObject({ document_id: z.uuid() });

/** Uploading files and reading their text. */
export const documentRoutes = {
  uploadDocument: {
    method: "POST",
    path: "/documents/upload",
    scope: "submit",
    tag: "Documents",
    summary: "Upload a file of up to 4 MB and have its text extracted",
    description:
      "As multipart/form-data with the file in field `file`, or as the raw body with ?file_name=. Larger files go through POST /documents. The same bytes again give the same document: it is processed again only if that had failed, and indexed if `index` is new. A body of more than 6 MB never gets here: the gateway answers 413 by itself, without a word of this route. AWS calls: one DynamoDB read, two writes and one S3 put; the job starts when S3 reports the object.",
    query: uploadQuerySchema,
    body: uploadedBodySchema,
    bodyType: "bytes",
    response: { status: 202, schema: acceptedDocumentSchema },
    problems: [413, 503],
  },
  createDocument: {
    method: "POST",
    path: "/documents",
    scope: "submit",
    tag: "Documents",
    summary: "Get a form for uploading a file of up to 100 MB straight to S3",
    description: "The job starts when the file arrives; without one within the hour the document fails.",
    query: listDocumentsQuerySchema.pick({ project_id: true }),
    body: createDocumentSchema,
    response: { status: 202, schema: presignedDocumentSchema },
  },
  searchDocuments: {
    method: "POST",
    path: "/documents/search",
    scope: "read",
    tag: "Documents",
    summary: "Find the passages of documents nearest to a query",
    description:
      "Where EMBEDDING_BACKEND is `embedded`, the default, this is a search by words, not by meaning, and the answer has a `notice` that says so. Among the documents that were uploaded with index: true. AWS calls: one DynamoDB read, one query of the vector store, and the embedding model.",
    query: listDocumentsQuerySchema.pick({ project_id: true }),
    body: searchDocumentsSchema,
    response: { status: 200, schema: passageMatchesSchema },
    problems: [503],
  },
  listDocuments: {
    method: "GET",
    path: "/documents",
    scope: "read",
    tag: "Documents",
    summary: "List documents, newest first",
    description: "Texts are left out (null): /documents/{document_id} has them.",
    query: listDocumentsQuerySchema,
    response: { status: 200, schema: documentListSchema },
  },
  getDocument: {
    method: "GET",
    path: "/documents/{document_id}",
    params: documentIdParams,
    scope: "read",
    tag: "Documents",
    summary: "Get a document with its text",
    description: "A text that is too large for the answer is null; `searchable_text_url` leads to it.",
    response: { status: 200, schema: documentSchema },
    problems: [404],
  },
  deleteDocument: {
    method: "DELETE",
    path: "/documents/{document_id}",
    params: documentIdParams,
    scope: "submit",
    tag: "Documents",
    summary: "Delete a document: file, text and record",
    description: "A job that still reads it is revoked. A job of its own removes its passages from what searches find.",
    response: { status: 200, schema: deletedDocumentSchema },
    problems: [404],
  },
} as const satisfies Record<string, RouteDefinition>;
