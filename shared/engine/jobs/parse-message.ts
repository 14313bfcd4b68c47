import { type JobMessage, messageSchema } from "../../../contracts/jobs/message.ts";

/** Reads a queue message's body. @returns undefined when it is no reference to a job */
export function parseMessage(body: string | undefined): JobMessage | undefined {
  try {
    return messageSchema.safeParse(JSON.parse(body ?? "")).data;
  } catch {
    return undefined;
  }
}
