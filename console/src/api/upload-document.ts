import { send } from "./call.ts";
import type { AnswerOf } from "./routes.ts";
import { session } from "./session.ts";

/** What an upload may say beside the file. */
export interface UploadOptions {
  /** Let searches find its passages. */
  readonly index: boolean;
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
  const query = { ...options, file_name: file.name };
  const answer = await send("POST /api/v1/documents/upload", { query, file }, session.get()?.key);
  return answer as AnswerOf<"POST /api/v1/documents/upload">;
}
