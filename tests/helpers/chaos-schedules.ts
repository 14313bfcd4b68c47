/**
 * Schedules of a run with faults, each with one time a minute, and the jobs that they are to make.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { scheduleSchema } from "../../contracts/schedules/schedules.ts";
import { keyedTaskId } from "../../shared/engine/table/addresses.ts";
import type { Scheduled } from "./chaos-checks.ts";

const MINUTE_MS = 60_000;
/** The sweeper submits so far ahead. */
const AHEAD_MS = 75_000;

const listSchema = z.object({ schedules: z.array(scheduleSchema) });

/** Sends a request until it is answered with a status. */
export type Insist = (
  route: string,
  given: { readonly body?: unknown; readonly status: number; readonly orStatus?: number },
) => Promise<unknown>;

/** A schedule that was made. */
interface Made {
  readonly id: string;
  readonly from: number;
}

/** Makes schedules, deletes them, and knows what they are to have done. */
export class ChaosSchedules {
  readonly #insist: Insist;
  readonly #project: string;
  readonly #made: Made[] = [];

  constructor(insist: Insist, project: string) {
    this.#insist = insist;
    this.#project = project;
  }

  /** Makes some, each of which has its own jobs. */
  async make(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const body = {
        task_name: "health_check",
        input: { echo: { is: `of schedule ${index}`, scheduled: index } },
        cron: "* * * * *",
      };
      await this.#insist("POST /schedules", { body, status: 201 });
    }
    // With those that were made twice, as the first answer was lost.
    const { schedules } = listSchema.parse(await this.#insist("GET /schedules?limit=100", { status: 200 }));
    this.#made.push(...schedules.map(({ schedule_id: id }) => ({ id, from: Date.now() })));
  }

  /**
   * Deletes them once each has had a time.
   * @param skewMs how far clocks may differ
   */
  async end(skewMs: number): Promise<Scheduled[]> {
    await sleep(Math.max(0, MINUTE_MS + 2 * skewMs - (Date.now() - Math.max(...this.#made.map(({ from }) => from)))));
    const all: Scheduled[] = [];
    for (const { id, from } of this.#made) {
      const until = Date.now();
      await this.#insist(`DELETE /schedules/${id}`, { status: 200, orStatus: 404 });
      const due = new Map<number, string>();
      const atItsEdges = new Set<string>();
      const first = Math.floor(from / MINUTE_MS - 1) * MINUTE_MS;
      for (let time = first; time <= Date.now() + AHEAD_MS + skewMs; time += MINUTE_MS) {
        const taskId = keyedTaskId(this.#project, `schedule ${id} ${time}`);
        if (time > from + 2 * skewMs && time < until - 2 * skewMs) due.set(time, taskId);
        else atItsEdges.add(taskId);
      }
      all.push({ due, atItsEdges });
    }
    return all;
  }
}
