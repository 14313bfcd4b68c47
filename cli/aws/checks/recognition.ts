import { concurrencyOf, documentQueues } from "../../../contracts/settings/invocations.ts";
import { type Check, warn } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";

/** Whether one project's scans can take all workers of a lane from the others. */
export function checkRecognition({ settings, queues }: PlannedStage): Check[] {
  const most = settings.OCR_PROJECT_CONCURRENT_DOCUMENTS;
  return documentQueues(queues).flatMap((queue) => {
    const workers = concurrencyOf(settings, queue);
    if (most < workers) return [];
    const advice = `Set OCR_PROJECT_CONCURRENT_DOCUMENTS=${workers - 1}, or more workers of the queue ${queue.name} (WORKER_CONCURRENCY_BY_QUEUE).`;
    const detail = `scans of one project may take all ${workers} workers of a lane of ${queue.name}, as ${most} are recognized at a time`;
    return [warn("recognition", detail, advice)];
  });
}
