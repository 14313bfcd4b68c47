/**
 * The tasks that follow a document: kept with it, and submitted once when its text is there. The id of each job follows from the
 * document, the file that was read and the step, so that whoever submits it again, after a crash or beside another one,
 * changes nothing.
 *
 * @module
 */

import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { documentField, MAX_STEPS } from "../../../contracts/documents/then.ts";
import { limitedKeySchema } from "../../../contracts/keys/key-limits.ts";
import { InputValidationError, submitJob, taskOf, UnknownTaskError } from "../../engine/jobs/submit.ts";
import { sha256 } from "../../engine/table/addresses.ts";
import { canonicalJson } from "../../lib/canonical-json.ts";
import { conflict } from "../../lib/http/problem.ts";
import type { DocumentRecord } from "./document-record.ts";
import { readText } from "./passages.ts";
import type { DocumentServices } from "./services.ts";

const stepSchema = z.object({
  task_name: z.string(),
  input: z.record(z.string(), z.unknown()),
  callback_url: z.string().optional(),
  /** Of the key that asked for it: its limits go with the job. */
  limited_key: limitedKeySchema.optional(),
});

/** A task that is to follow, checked; its input lacks the document. */
export type Step = z.infer<typeof stepSchema>;

/** Steps as the record holds them. @returns undefined when there are none */
export const packSteps = (steps: readonly Step[]): Uint8Array<ArrayBuffer> | undefined =>
  steps.length === 0 ? undefined : gzipSync(JSON.stringify(steps));

/** The steps of a document. */
const stepsOf = ({ then_gzip: packed }: Pick<DocumentRecord, "then_gzip">): Step[] =>
  packed ? z.array(stepSchema).parse(JSON.parse(gunzipSync(packed).toString("utf8"))) : [];

/** Identifies a step among those of its document. */
const KEY_CHARACTERS = 32;
const stepKey = ({ limited_key: _, ...step }: Step): string => sha256(canonicalJson(step)).slice(0, KEY_CHARACTERS);

/** A blank cannot be in a caller's own Idempotency-Key. A file that is read again, or replaced, is followed again. */
const jobKey = ({ task_id, etag }: DocumentRecord, step: Step): string =>
  `then ${task_id} ${etag ?? ""} ${stepKey(step)}`;

/** What became of a step, by an id that is another one when the file is read again. */
const outcomeKey = (document: DocumentRecord, step: Step): string =>
  sha256(jobKey(document, step)).slice(0, KEY_CHARACTERS);

/** The steps with their jobs, as they are shown. @param status of the document, as it is shown */
export const presentSteps = (record: DocumentRecord, status: DocumentRecord["status"]) =>
  stepsOf(record).map((step) => {
    const outcome = status === "completed" ? record.then_outcomes?.[outcomeKey(record, step)] : undefined;
    return {
      task_name: step.task_name,
      task_id: outcome?.task_id ?? null,
      error: status === "failed" ? "The document has failed." : (outcome?.error ?? null),
    };
  });

/** Attempts to add steps while others do. */
const MAX_ROUNDS = 5;

/** Steps that are asked for. */
interface Adding {
  readonly steps: readonly Step[];
  /** Refuses those that its project has no room for. */
  readonly quota?: { follow(steps: readonly Step[]): Promise<void> } | undefined;
}

/**
 * Keeps steps with a document beside those it has.
 * @returns the document after that, or undefined when it is gone
 * @throws ProblemError 409 when it would have too many
 * @throws what the quota does when it has no room
 */
export async function addSteps(
  { documents }: Pick<DocumentServices, "documents">,
  document: DocumentRecord,
  { steps, quota }: Adding,
): Promise<DocumentRecord | undefined> {
  let seen: DocumentRecord | undefined = document;
  for (let round = 0; round < MAX_ROUNDS && seen; round++) {
    const known = stepsOf(seen);
    const keys = new Set(known.map(stepKey));
    const more = steps.filter((step) => !keys.has(stepKey(step)));
    if (more.length === 0) return seen;
    if (known.length + more.length > MAX_STEPS) {
      throw conflict(`Document ${document.id} is followed by ${known.length} tasks, and may be by ${MAX_STEPS}.`);
    }
    await quota?.follow(more);
    const changed = await documents.setSteps(seen, packSteps([...known, ...more]));
    if (changed) return changed;
    seen = await documents.get(document.id);
  }
  if (!seen) return undefined;
  throw conflict(`Document ${document.id} is uploaded by others at the moment.`);
}

/**
 * Submits what follows a completed document. Safe to repeat.
 * @param hops functions that the message of the job that read it came through
 */
export async function submitSteps(
  services: DocumentServices,
  document: DocumentRecord,
  hops: number | undefined,
): Promise<void> {
  const steps = stepsOf(document);
  if (steps.length === 0) return;
  const outcomes: Record<string, { task_id: string } | { error: string }> = {};
  let text: string | undefined;
  for (const step of steps) {
    try {
      const field = documentField(taskOf(services.jobs.catalog, step.task_name)) ?? "document_id";
      if (field === "text") text ??= await readText(services.files, document);
      const { job } = await submitJob(services.jobs, {
        taskName: step.task_name,
        tenant: document.project_id,
        input: { ...step.input, [field]: field === "text" ? text : document.id },
        callbackUrl: step.callback_url,
        limitedKey: step.limited_key,
        idempotencyKey: jobKey(document, step),
        isSameByKey: true,
        parent: { task_id: document.task_id, hops },
      });
      outcomes[outcomeKey(document, step)] = { task_id: job.task_id };
    } catch (error) {
      // The text is longer than the task takes, or the stage has lost the task: trying again would not help.
      if (!(error instanceof InputValidationError || error instanceof UnknownTaskError)) throw error;
      outcomes[outcomeKey(document, step)] = { error: reasonOf(error) };
    }
  }
  await services.documents.setStepOutcomes(document, outcomes);
}

function reasonOf(error: InputValidationError | UnknownTaskError): string {
  const issue = error instanceof InputValidationError ? error.issues[0] : undefined;
  return issue ? `${error.message} /${issue.path.join("/")}: ${issue.message}` : error.message;
}
