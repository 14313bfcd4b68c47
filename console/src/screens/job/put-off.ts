import { engineErrors } from "../../../../contracts/errors.ts";
import type { JobError } from "../../../../contracts/jobs/wire.ts";

/** Why a job waits that was not run: no attempt was spent. */
const PUT_OFF: readonly string[] = [engineErrors.limitReached, engineErrors.laneLimitReached, engineErrors.backendDown];

/** Whether an error says that a job waits, and not that anything failed. */
export const isPutOff = ({ type }: Pick<JobError, "type">): boolean => PUT_OFF.includes(type);
