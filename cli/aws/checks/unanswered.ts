import { type Check, warn } from "../../doctor/check.ts";

/** The name of an AWS error. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

/** A question that AWS did not answer says nothing about the stage: the deployment may have other permissions. */
export function unanswered(name: string, error: unknown): Check {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return warn(
    name,
    `not known: ${detail}`,
    "These credentials may not ask. Deploy with those that may, or look in the AWS console.",
  );
}
