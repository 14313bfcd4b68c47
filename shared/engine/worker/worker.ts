import type { Context, SQSRecord } from "aws-lambda";
import type { TaskDefinition } from "../../../contracts/define-task.ts";
import type { RetryClass } from "../../../contracts/jobs/retry.ts";
import type { Logger } from "../../lib/logger.ts";
import type { JobServices } from "../jobs/services.ts";
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
}

/** One message of an invocation. */
export interface Job {
  readonly worker: Worker;
  readonly message: SQSRecord;
  readonly lambda: Pick<Context, "getRemainingTimeInMillis">;
  /** Where its run is noted when it has ended, to be counted with the batch. */
  readonly ended: RunFacts[];
}

/** What becomes of a message: deleted, or left in the queue to come again after its visibility timeout. */
export type Verdict = "acknowledge" | "leave";
