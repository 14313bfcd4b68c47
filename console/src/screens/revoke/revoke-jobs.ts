/**
 * Revoking by a filter, which takes the API one or more calls.
 *
 * @module
 */

import { call } from "../../api/call.ts";
import type { AnswerOf } from "../../api/routes.ts";
import type { RevokeFilter } from "./filter.ts";

type Answer = AnswerOf<"POST /api/v1/jobs/revoke">;

/** What a bulk revoke did so far. */
export interface Revoked {
  readonly revoked: number;
  readonly skipped: number;
  readonly sample: Answer["sample"];
}

/** What a bulk revoke would do. */
export interface DryRun extends Revoked {
  /** When it began, milliseconds: jobs that came later were not counted. */
  readonly at: number;
}

interface How {
  readonly project: string | undefined;
  readonly signal?: AbortSignal;
  /** Told after each call but the last. */
  readonly report: (so: Revoked) => void;
}

/** Counts what a filter would revoke. */
export async function dryRun(filter: RevokeFilter, how: How): Promise<DryRun> {
  const at = Date.now();
  return { ...(await askAll({ ...filter, dry_run: true }, how)), at };
}

/** Revokes what a dry run has counted, and nothing that came after it. */
export const revokeCounted = (filter: RevokeFilter, { at }: DryRun, how: How): Promise<Revoked> =>
  askAll({ ...filter, older_than_seconds: (filter.older_than_seconds ?? 0) + (Date.now() - at) / 1_000 }, how);

async function askAll(
  filter: RevokeFilter & { dry_run?: boolean },
  { project, signal, report }: How,
): Promise<Revoked> {
  let total: Revoked = { revoked: 0, skipped: 0, sample: [] };
  let cursor: string | undefined;
  for (;;) {
    const answer: Answer = await call("POST /api/v1/jobs/revoke", {
      query: { project_id: project },
      body: { ...filter, ...(cursor !== undefined && { cursor }) },
      signal,
    });
    total = {
      revoked: total.revoked + answer.revoked,
      skipped: total.skipped + answer.skipped,
      sample: [...total.sample, ...answer.sample].slice(0, 10),
    };
    if (answer.next_cursor === null) return total;
    cursor = answer.next_cursor;
    report(total);
  }
}
