/**
 * What only some runs of a queue need and what is limited, as the recognition of scans: asked for in the run.
 *
 * @module
 */

import { engineErrors } from "../../../contracts/errors.ts";
import { classifyError, type PutOffReason } from "../jobs/job-error.ts";
import type { ClaimedJob } from "../jobs/transitions/run.ts";
import type { Limiter } from "../limits/limiter.ts";
import type { Ticket } from "../limits/ticket.ts";
import { limitCause } from "./admission.ts";
import type { Worker } from "./worker.ts";

/** Ends a run that may not continue now: the job is put off, and no attempt is spent. */
export class RunPutOff extends Error {
  override readonly name = "RunPutOff";
  readonly reason: PutOffReason;
  /** Milliseconds since the epoch. */
  readonly until: number;

  constructor(reason: PutOffReason, until: number) {
    super(reason.cause);
    this.reason = reason;
    this.until = until;
  }
}

/** The right of one run to what is limited: asked for once, given back when the run has ended. */
export class LateAdmission {
  readonly #worker: Worker;
  readonly #limiter: Limiter;
  readonly #claimed: ClaimedJob;
  #ticket: Promise<Ticket> | undefined;

  constructor(worker: Worker, limiter: Limiter, claimed: ClaimedJob) {
    this.#worker = worker;
    this.#limiter = limiter;
    this.#claimed = claimed;
  }

  /** @throws RunPutOff when a limit is reached */
  readonly admit = async (): Promise<void> => {
    this.#ticket ??= this.#ask();
    await this.#ticket;
  };

  async #ask(): Promise<Ticket> {
    const { record, lease } = this.#claimed;
    const now = this.#worker.services.now();
    // The time that it was put off to is gone from its record since the claim. A key's limits are of the language model.
    const answer = await this.#limiter.ask({
      tenant: record.project_id,
      taskId: record.task_id,
      lease: { token: lease.token, ms: lease.until - now },
      plannedFor: record.error?.type === engineErrors.limitReached ? now : undefined,
    });
    if (!("until" in answer)) return answer;
    const cause = limitCause(answer.reason);
    throw new RunPutOff({ type: engineErrors.limitReached, cause }, answer.until);
  }

  /** Never throws. */
  async ended(): Promise<void> {
    const ticket = await this.#ticket?.catch(() => undefined);
    if (!ticket) return;
    await this.#limiter.ended(ticket, { tokens: 0 }).catch((error: unknown) => {
      this.#worker.logger.warn("the limiter could not be updated with a run's end", {
        detail: classifyError(error).message,
      });
    });
  }
}
