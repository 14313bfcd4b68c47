/**
 * A streamed answer read whole, in the shape of one that was not streamed.
 *
 * llama.cpp looks for a closed connection only when nothing has happened on the server for a second: where other requests
 * are answered meanwhile, it generates an abandoned answer to its end. A stream it stops at the next token.
 *
 * @module
 */

import { z } from "zod";
import { ConnectionError } from "../../../../contracts/errors.ts";
import type { ServerName, ServerReply } from "../server-errors.ts";

const text = z.string().nullish().catch(undefined);
const toolCallSchema = z.looseObject({
  index: z.int().min(0).max(1_000).catch(0),
  function: z.looseObject({ arguments: text }).nullish().catch(undefined),
});
const textFields = ["content", "reasoning_content", "reasoning", "thinking", "refusal"] as const;
const deltaSchema = z.looseObject({
  ...Object.fromEntries(textFields.map((field) => [field, text])),
  tool_calls: z.array(toolCallSchema).nullish().catch(undefined),
});
const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        index: z.unknown().optional(),
        delta: deltaSchema.nullish().catch(undefined),
        /** Of a plain completion. */
        text,
        finish_reason: text,
      }),
    )
    .nullish()
    .catch(undefined),
  model: text,
  usage: z.unknown().optional(),
});

/** Whether a reply is a stream of server-sent events. */
export const isStream = ({ status, headers }: ServerReply): boolean =>
  status === 200 && /^text\/event-stream\b/i.test(headers.get("content-type") ?? "");

/** The data of each event. Older versions of llama.cpp send an error under a field of its own. */
function* eventsIn(body: string): Generator<string> {
  for (const event of body.split(/\r?\n\r?\n/)) {
    const lines = event.split(/\r?\n/);
    const error = lines.flatMap((line) => /^error: ?(\{.*)$/.exec(line)?.[1] ?? []);
    if (error[0]) yield `{"error":${error[0]}}`;
    const data = lines.flatMap((line) => /^data: ?(.*)$/.exec(line)?.[1] ?? []);
    if (data.length > 0) yield data.join("\n");
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

const isError = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "error" in value && value.error !== null && value.error !== undefined;

/**
 * Puts the pieces of a stream together.
 * @returns the reply as the server gives it when it is not asked to stream; an error in the stream is its body
 * @throws ConnectionError when the stream ended before the answer did
 */
export function wholeReply(reply: ServerReply, { what }: ServerName): ServerReply {
  const headers = new Headers(reply.headers);
  headers.set("content-type", "application/json");
  const message: Record<string, string> = {};
  const toolArguments: string[] = [];
  let finish: string | undefined;
  let model: string | undefined;
  let usage: unknown;
  let isDone = false;
  for (const data of eventsIn(reply.body)) {
    if (data.trim() === "[DONE]") {
      isDone = true;
      break;
    }
    const value = parsed(data);
    if (isError(value)) return { ...reply, headers, body: data };
    const chunk = chunkSchema.safeParse(value).data;
    if (!chunk) continue;
    model = chunk.model ?? model;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.find(({ index }) => index === undefined || index === 0);
    if (!choice) continue;
    if (isError(choice)) return { ...reply, headers, body: JSON.stringify({ error: choice.error }) };
    finish = choice.finish_reason ?? finish;
    for (const field of textFields) {
      const piece = choice.delta?.[field] ?? (field === "content" && !choice.delta ? choice.text : undefined);
      if (typeof piece === "string") message[field] = (message[field] ?? "") + piece;
    }
    for (const call of choice.delta?.tool_calls ?? []) {
      toolArguments[call.index] = (toolArguments[call.index] ?? "") + (call.function?.arguments ?? "");
    }
  }
  if (finish === undefined && !isDone) {
    throw new ConnectionError(`The ${what} ended its answer in the middle.`);
  }
  const tool_calls = [...toolArguments].map((each) => ({ function: { arguments: each ?? "" } }));
  const choice = { message: { ...message, ...(tool_calls.length > 0 && { tool_calls }) }, finish_reason: finish };
  return { ...reply, headers, body: JSON.stringify({ choices: [choice], model, usage }) };
}
