/**
 * Job states as options, in either case.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { type JobState, jobStates } from "../../contracts/jobs/states.ts";

const oneOf =
  <State extends JobState>(states: readonly State[]) =>
  (text: string): State => {
    const state = states.find((each) => each === text.toUpperCase());
    if (!state) throw new InvalidArgumentError(`There are: ${states.join(", ")}.`);
    return state;
  };

/** @throws InvalidArgumentError */
export const parseState = oneOf(jobStates);
/** A state without an outcome. @throws InvalidArgumentError */
export const parseUnfinishedState = oneOf(["PENDING", "RETRY", "STARTED"]);
/** A state from which a job may run again. @throws InvalidArgumentError */
export const parseEndedState = oneOf(["FAILURE", "REVOKED"]);
