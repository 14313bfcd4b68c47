import type { Context } from "aws-lambda";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import type { RetryClass } from "../../../contracts/jobs/retry.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
import type { Limiter } from "../limits/limiter.ts";
import type { RunFacts } from "../monitoring/statistics.ts";
import type { CircuitBreaker } from "./circuit-breaker.ts";
import type { AnyTaskModule } from "./context.ts";

/** A queue's worker: what the function of one queue knows. */
export interface Worker {
  readonly services: JobServices;
  readonly queue: { readonly name: string; readonly retry: RetryClass };
  readonly tasks: ReadonlyMap<string, { readonly definition: TaskDefinition; readonly module: AnyTaskModule }>;
  readonly logger: Logger;
  /** Present where the queue's tasks share a backend that can be down. */
  readonly breaker: CircuitBreaker | undefined;
  /** Present where what the queue's tasks may ask of a backend is limited. */
  readonly limiter: Limiter | undefined;
}

/** One invocation of a worker, with a batch of messages. */
export interface Invocation {
  readonly worker: Worker;
  readonly lambda: Pick<Context, "getRemainingTimeInMillis">;
  /** Where each run is noted when it has ended, to be counted with the batch. */
  readonly ended: RunFacts[];
}

/**
 * What becomes of a message: deleted, or left in the queue until its visibility timeout is over. `again`: the job is not,
 * or no longer, this worker's to run, and its record has to be read again to say.
 */
export type Verdict = "acknowledge" | "leave" | "again";
/** What becomes of a message in the end. */
export type FinalVerdict = Exclude<Verdict, "again">;
