import type { JobRecord } from "./record.ts";
import { sendJob } from "./send.ts";
import type { JobServices } from "./services.ts";
import { transitions } from "./store.ts";

/**
 * Sends a held job, because what it waited for is there. Safe to repeat: a second message is a duplicate.
 * @throws QueueUnavailableError
 */
export async function releaseJob(services: JobServices, record: JobRecord): Promise<void> {
  if (record.status !== "PENDING" || !record.held) return;
  await sendJob(services, record);
  await transitions(services).markReleased(record);
}
