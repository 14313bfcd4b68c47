import { UnreadableAnswerError } from "../../../contracts/errors.ts";
import type { ServerReply } from "./server-errors.ts";

/** More than any answer has; what continues after it is not read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A request with its headers, body and signal. */
export interface PostOptions {
  readonly url: string;
  readonly body: unknown;
  /** Sent as a bearer token. */
  readonly key: string | undefined;
  readonly signal: AbortSignal;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** By the character set that the server names; JSON is UTF-8 where it names none, or one that nobody knows. */
function decoderFor({ headers }: Response) {
  const charset = /charset="?([\w.:-]{1,40})/i.exec(headers.get("content-type") ?? "")?.[1];
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = decoderFor(response);
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES)
      throw new UnreadableAnswerError(`The model server's answer is larger than ${MAX_BYTES} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * Sends JSON and reads the reply, whatever it is. Redirects are not followed: a POST would become a GET, and the key
 * would go to where the redirect leads.
 * @throws whatever fetch throws
 */
export async function postJson({
  url,
  body,
  key,
  signal,
  fetch = globalThis.fetch,
}: PostOptions): Promise<ServerReply> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
    redirect: "manual",
    signal,
  });
  return { status: response.status, headers: response.headers, body: await textOf(response) };
}
