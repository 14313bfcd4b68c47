import { send } from "./call.ts";
import type { AnswerOf } from "./routes.ts";
import { session } from "./session.ts";

/** What an upload may say beside the file; the API's defaults hold for the rest. */
export interface UploadOptions {
  /** Let searches find its passages. */
  readonly index?: boolean | undefined;
  /** Whether pictures are recognized. */
  readonly ocr?: string | undefined;
  /** Of a message (EML): read what is attached, too. */
  readonly attachments?: boolean | undefined;
  /** Tasks that follow, as the API takes them. */
  readonly then?: unknown;
  readonly project_id: string | undefined;
}

/**
 * Uploads a file of up to 4 MB and has its text extracted.
 * @throws ApiError
 */
export async function uploadDocument(
  file: File,
  options: UploadOptions,
): Promise<AnswerOf<"POST /api/v1/documents/upload">> {
  const { then, ...query } = options;
  const route = "POST /api/v1/documents/upload";
  const key = session.get()?.key;
  const body = new FormData();
  body.set("file", file);
  body.set("then", JSON.stringify(then));
  const answer =
    then === undefined
      ? await send(route, { query: { ...query, file_name: file.name }, file }, key)
      : await send(route, { query, file: body }, key);
  return answer as AnswerOf<"POST /api/v1/documents/upload">;
}
