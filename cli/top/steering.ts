/**
 * What `sluice top` can change: a lane is paused or resumed, a running job revoked. Each is asked about first.
 *
 * @module
 */

import type { AnswerOf, Client } from "../../client/index.ts";
import type { LaneRow } from "../output/lanes.ts";
import type { Snapshot } from "./snapshot.ts";

type OwnKey = AnswerOf<"GET /api/v1/keys/own">;

/** A row that can be chosen. */
export type Row =
  | { readonly kind: "lane"; readonly id: string; readonly lane: LaneRow }
  | { readonly kind: "job"; readonly id: string; readonly job: Snapshot["active_tasks"][number] };

/** Something that a key would change, of the row that was chosen when the key was pressed. */
export interface Change {
  /** What is asked before. */
  readonly question: string;
  /** @returns what to say of it */
  run(client: Client): Promise<string>;
  /** The lane that it pauses or resumes. */
  readonly steers?: { readonly name: string; readonly paused: boolean };
}

/** @returns what the key would do with the row, or why it does nothing */
export function changeFor(key: "p" | "x", row: Row): Change | string {
  if (key === "p") return row.kind === "lane" ? steerLane(row.lane) : "Choose a lane to pause or resume.";
  return row.kind === "job" ? revokeJob(row.job) : "Choose a running job to revoke; they are below the lanes.";
}

/** @returns why the API key may not do it; undefined when it may */
export function refusalFor(key: "p" | "x", { scopes }: OwnKey): string | undefined {
  const may = key === "p" ? scopes.includes("admin") : scopes.some((scope) => scope !== "read");
  if (may) return undefined;
  const [what, needs] = key === "p" ? ["pause or resume lanes", "admin"] : ["revoke jobs", "submit"];
  return `This API key may not ${what}: it needs the scope ${needs}, and has ${scopes.join(", ")}.`;
}

function steerLane({ queue, lane, name, paused, reachable }: LaneRow): Change | string {
  if (!reachable || paused === null) return `${name} cannot be asked for its state.`;
  const verb = paused ? "resume" : "pause";
  const question = paused
    ? `Resume ${name}? Its waiting jobs run.`
    : `Pause ${name}? Running jobs continue; waiting jobs wait until it is resumed.`;
  return {
    question,
    steers: { name, paused: !paused },
    async run(client) {
      await client.queues[verb](queue, { lane });
      return `${name} is ${paused ? "resumed" : "paused"}.`;
    },
  };
}

const revokeJob = ({ task_id, task_name }: Snapshot["active_tasks"][number]): Change => ({
  question: `Revoke ${task_name} ${task_id}? It is stopped, also in the middle of its run.`,
  async run(client) {
    await client.jobs.revoke(task_id);
    return `${task_name} ${task_id} is revoked.`;
  },
});
