import { MAX_DIRECT_UPLOAD_BYTES, safeFileName, type UploadedBody } from "../../contracts/documents/documents.ts";
import { type Then, thenSchema } from "../../contracts/documents/then.ts";
import { faultsOf } from "../../shared/lib/http/pointer.ts";
import { invalid, ProblemError } from "../../shared/lib/http/problem.ts";

/** The file in an upload's body: a form's field `file`, or the body itself. */
export interface UploadedFile {
  readonly name: string;
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
  /** Tasks that are to follow: the form's field `then`. */
  readonly steps: Then;
}

const SEVERAL = "the form has more than one: upload them one by one";

/**
 * @param fileName for a raw body, or instead of the name in a form
 * @throws ProblemError 413 above the limit, 422 when there is not one file, it has no name, or a form holds more
 */
export async function fileOf(
  { bytes, content_type }: UploadedBody,
  fileName: string | undefined,
): Promise<UploadedFile> {
  const file = /^multipart\/form-data\b/i.test(content_type ?? "")
    ? await fileOfForm(bytes, content_type ?? "", fileName)
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
  return { name, contentType, bytes, steps: [] };
}

async function fileOfForm(bytes: Uint8Array, contentType: string, name: string | undefined): Promise<UploadedFile> {
  let form: FormData;
  try {
    form = await parseForm(bytes, contentType).catch(() => parseForm(withoutEscapes(bytes, contentType), contentType));
  } catch {
    throw invalid([
      {
        path: "/",
        message: "the body is not well-formed multipart/form-data with the boundary that its content type names",
      },
    ]);
  }
  const others = [...form.keys()].filter((key) => key !== "file" && key !== "then");
  if (others.length > 0) {
    const message = "unknown field; send options in the query string, such as ?index=true";
    throw invalid(others.map((key) => ({ path: `/${key}`, message })));
  }
  const [file, ...more] = form.getAll("file");
  if (more.length > 0) throw invalid([{ path: "/file", message: SEVERAL }]);
  if (file === undefined || typeof file === "string") {
    throw invalid([{ path: "/file", message: "the form has no file in field `file`" }]);
  }
  return {
    name: name ?? safeFileName(file.name),
    contentType: file.type || undefined,
    bytes: await file.bytes(),
    steps: thenIn(form),
  };
}

/** @throws ProblemError 422 when the field is not what it should be, with the place at fault */
function thenIn(form: FormData): Then {
  const [given, ...more] = form.getAll("then");
  if (given === undefined) return [];
  if (more.length > 0) throw invalid([{ path: "/then", message: "the form has more than one" }]);
  const parsed = thenSchema.safeParse(typeof given === "string" ? jsonOf(given) : undefined);
  if (!parsed.success) throw invalid(faultsOf(parsed.error.issues, ["then"]));
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([{ path: "/then", message: "is not JSON" }]);
  }
}

const parseForm = (bytes: Uint8Array, contentType: string): Promise<FormData> =>
  new Response(Buffer.from(bytes), { headers: { "content-type": contentType } }).formData();

/**
 * Quotes in file names as RFC 2183 and older programs write them, behind a backslash, in the way of today's forms (%22),
 * which alone the parser takes. Only headers right behind the form's boundary are touched.
 */
function withoutEscapes(bytes: Uint8Array, contentType: string): Uint8Array {
  const boundary = /boundary="?([^";]+)/i.exec(contentType)?.[1]?.trim() ?? "";
  const form = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const parts = form.split(`--${boundary}\r\n`).map((part) => {
    const end = part.indexOf("\r\n\r\n");
    return part.slice(0, end).replaceAll('\\"', "%22") + part.slice(end);
  });
  return Buffer.from(parts.join(`--${boundary}\r\n`), "latin1");
}
