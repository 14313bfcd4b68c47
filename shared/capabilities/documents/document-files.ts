/**
 * A document's files in the bucket: what was uploaded, and its text when that is large.
 *
 * @module
 */

import type { S3Client } from "@aws-sdk/client-s3";
import { MAX_DOCUMENT_BYTES, TEXT_LINK_SECONDS, UPLOAD_SECONDS } from "../../../contracts/documents/documents.ts";
import { bucketPrefix } from "../../../contracts/resources.ts";
import { getStoredObject } from "../../lib/stored-object.ts";

type DocumentName = { readonly id: string; readonly project_id: string };

const path = (prefix: string, { id, project_id: tenant }: DocumentName) => `${prefix}${tenant}/${id}`;

const documentPath = (document: DocumentName) => path(bucketPrefix.documents, document);
/** What is made of a document, by the ending of its file's name, with its content type. */
const made = {
  txt: "text/plain; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  json: "application/json",
} as const;
type Made = keyof typeof made;
const madePath = (document: DocumentName, kind: Made) => `${path(bucketPrefix.texts, document)}.${kind}`;

/** @returns undefined when the key is not a document's */
export function documentAt(key: string): { readonly tenant: string; readonly id: string } | undefined {
  const [, tenant, id] = /^documents\/([^/]+)\/([0-9a-f-]{36})$/.exec(key) ?? [];
  return tenant === undefined || id === undefined ? undefined : { tenant, id };
}

/** The files of documents in the bucket: the upload and the text made of it. */
export class DocumentFiles {
  readonly #s3: () => Promise<S3Client>;
  readonly #bucket: string;

  constructor(s3: () => Promise<S3Client>, bucket: string) {
    this.#s3 = s3;
    this.#bucket = bucket;
  }

  async put(document: DocumentName, bytes: Uint8Array): Promise<void> {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const s3 = await this.#s3();
    await s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key: documentPath(document), Body: bytes }));
  }

  /**
   * `read` gives its bytes, so that its size can be judged before.
   * @throws FileUnreadableError when there is no such file
   */
  async get(document: DocumentName): Promise<{ size: number; read(): Promise<Uint8Array> }> {
    const { Body, ContentLength = 0 } = await this.#read(documentPath(document));
    return { size: ContentLength, read: async () => (await Body?.transformToByteArray()) ?? new Uint8Array() };
  }

  /** Stores what was made of a document, where it is too large for its record. */
  async putMade(document: DocumentName, kind: Made, text: string): Promise<void> {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const s3 = await this.#s3();
    const Key = madePath(document, kind);
    await s3.send(new PutObjectCommand({ Bucket: this.#bucket, Key, Body: text, ContentType: made[kind] }));
  }

  /** @throws FileUnreadableError when there is none */
  getText(document: DocumentName): Promise<string> {
    return this.getMade(document, "txt");
  }

  /** What was made of a document and stored here. @throws FileUnreadableError when there is none */
  async getMade(document: DocumentName, kind: Made): Promise<string> {
    const { Body } = await this.#read(madePath(document, kind));
    return (await Body?.transformToString("utf8")) ?? "";
  }

  /** A link to what was made of a document, good for a while. */
  async linkTo(document: DocumentName, kind: Made): Promise<string> {
    const [{ GetObjectCommand }, { getSignedUrl }, s3] = await Promise.all([
      import("@aws-sdk/client-s3"),
      import("@aws-sdk/s3-request-presigner"),
      this.#s3(),
    ]);
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: madePath(document, kind) });
    return getSignedUrl(s3, command, { expiresIn: TEXT_LINK_SECONDS });
  }

  /** A form for one upload directly to S3, which refuses larger files than the form allows. */
  async uploadForm(document: DocumentName, size: number | undefined) {
    const [{ createPresignedPost }, s3] = await Promise.all([import("@aws-sdk/s3-presigned-post"), this.#s3()]);
    const { url, fields } = await createPresignedPost(s3, {
      Bucket: this.#bucket,
      Key: documentPath(document),
      Conditions: [["content-length-range", 1, size ?? MAX_DOCUMENT_BYTES]],
      Expires: UPLOAD_SECONDS,
    });
    return { url, fields };
  }

  /** Removes file and text; it is not an error when one is missing. */
  async remove(document: DocumentName): Promise<void> {
    await this.removeFile(document);
    await Promise.all((Object.keys(made) as Made[]).map((kind) => this.#delete(madePath(document, kind))));
  }

  /** Removes what was uploaded. */
  removeFile(document: DocumentName): Promise<void> {
    return this.#delete(documentPath(document));
  }

  async #read(key: string) {
    return getStoredObject(await this.#s3(), this.#bucket, key);
  }

  async #delete(Key: string): Promise<void> {
    const [{ DeleteObjectCommand }, s3] = await Promise.all([import("@aws-sdk/client-s3"), this.#s3()]);
    await s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
  }
}
