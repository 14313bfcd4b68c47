import type { UploadedBody } from "../../contracts/documents.ts";
import { MAX_DIRECT_UPLOAD_BYTES } from "../../contracts/documents.ts";
import { invalid, ProblemError } from "../../shared/http/problem.ts";

/** The file in an upload's body: a form's field `file`, or the body itself. */
export interface UploadedFile {
  readonly name: string;
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
}

const CONTROL_OR_PATH = /[\p{Cc}/\\]/gu;

/**
 * @param fileName for a raw body
 * @throws ProblemError 413 above the limit, 422 when there is no file or it has no name
 */
export async function fileOf(
  { bytes, content_type }: UploadedBody,
  fileName: string | undefined,
): Promise<UploadedFile> {
  const file = /^multipart\/form-data\b/i.test(content_type ?? "")
    ? await fileOfForm(bytes, content_type ?? "")
    : rawFile(bytes, content_type, fileName);
  if (file.bytes.length === 0) throw invalid([{ path: "/file", message: "the file is empty" }]);
  if (file.bytes.length > MAX_DIRECT_UPLOAD_BYTES) {
    throw new ProblemError(
      "too-large",
      `The file has ${file.bytes.length} bytes; uploads through the API take ${MAX_DIRECT_UPLOAD_BYTES}. POST /api/v1/documents gives a form for up to 100 MB.`,
    );
  }
  return file;
}

function rawFile(bytes: Uint8Array, contentType: string | undefined, name: string | undefined): UploadedFile {
  if (name === undefined) throw invalid([{ path: "/query/file_name", message: "required for a raw body" }]);
  return { name, contentType, bytes };
}

async function fileOfForm(bytes: Uint8Array, contentType: string): Promise<UploadedFile> {
  let form: FormData;
  try {
    form = await new Response(Buffer.from(bytes), { headers: { "content-type": contentType } }).formData();
  } catch {
    throw invalid([{ path: "/", message: "the body is not a well-formed multipart/form-data" }]);
  }
  const file = form.get("file");
  if (file === null || typeof file === "string") {
    throw invalid([{ path: "/file", message: "the form has no file in field `file`" }]);
  }
  return {
    name: file.name.replaceAll(CONTROL_OR_PATH, "_").slice(-255) || "unnamed",
    contentType: file.type || undefined,
    bytes: await file.bytes(),
  };
}
