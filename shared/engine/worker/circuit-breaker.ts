/**
 * A circuit breaker (Nygard, Release It!) for a backend that all jobs of a kind share. While it is open, jobs are put
 * off without spending an attempt; then one job at a time, of all processes, tries the backend until one gets through.
 * Each process counts failures for itself; what it finds out is shared through one item, which is there only while the
 * backend is down (docs/decisions/0091).
 *
 * @module
 */

import { z } from "zod";
import {
  AnswerCutError,
  ConnectionError,
  ContentFilterError,
  EmptyAnswerError,
  LLMServerError,
  LLMTimeoutError,
  PromptCutError,
  RefusalError,
  SchemaValidationError,
  TextTooLongError,
} from "../../../contracts/errors.ts";
import { parseItem, type Table } from "../table/table.ts";

/**
 * Different jobs that must fail in a row, in one process, before the backend counts as down. Each counts with its first
 * run alone: a job that fails again may itself be what the backend fails at.
 */
const THRESHOLD = 5;
/** A backend that has worked so lately is not down, however many jobs fail in between. */
const WORKED_MS = 10_000;
/** An older failure does not count: without this, one job's retries would add to an outage that is over. */
const COUNTED_MS = 5 * 60_000;
const OPEN_MS = 30_000;
/** The first pause after a job has tried the backend in vain, which may be that job's own fault; it doubles each time. */
const FIRST_PAUSE_MS = 5_000;
/** Jobs that have failed before try the backend only when no other one came by for so long. */
const OTHERS_FIRST_MS = 60_000;
/** How long one job tries alone; a slow backend, or a process that died, must not hold all others up. */
const PROBE_MS = 30_000;
/** How long a process believes what it last read. */
const FRESH_MS = 5_000;
/** Nobody has come by since: the next job need not be careful. */
const FORGOTTEN_MS = 10 * 60_000;

const stateSchema = z.object({
  open_until: z.number(),
  /** The job that tries the backend, and until when it does so alone. */
  probe: z.string().optional(),
  probe_until: z.number().optional(),
  /** Jobs that have tried in vain since the backend was found down. */
  tries: z.number().optional(),
});

/** Defers the jobs of a backend that is down. */
export class CircuitBreaker {
  readonly #table: Table;
  readonly #key: { pk: string; sk: string };
  /** When each of the jobs that failed since the last success did so. */
  readonly #failed = new Map<string, number>();
  /** Jobs of this process that try the backend. */
  readonly #probes = new Set<string>();
  /** End of the pause; 0: closed. */
  #openUntil = 0;
  #probeUntil = 0;
  #tries = 0;
  #readAt = 0;
  #workedAt = 0;

  /** @param backend names what may be down, such as `llm` */
  constructor(table: Table, backend: string) {
    this.#table = table;
    this.#key = { pk: `BREAKER#${backend}`, sk: "state" };
  }

  /**
   * Asks before a job is run. One that is let through after a pause must come to {@link succeeded}, {@link failed} or
   * {@link released}.
   * @param hasFailed whether the job has failed before; asked only when it might try the backend for all
   * @returns the time until which the job should be put off, or 0
   */
  async putOffUntil(
    taskId: string,
    now: number,
    hasFailed: () => Promise<boolean> = async () => false,
  ): Promise<number> {
    if (now - this.#readAt >= FRESH_MS) await this.#read(now);
    if (this.#openUntil === 0) return 0;
    if (this.#openUntil > now) return this.#openUntil;
    const othersFirstUntil = this.#openUntil + OTHERS_FIRST_MS;
    if (now < othersFirstUntil && (await hasFailed())) {
      // Another one may have closed it since this process looked.
      await this.#read(now);
      return this.#openUntil === 0 ? 0 : Math.max(this.#openUntil, othersFirstUntil);
    }
    if (await this.#tryAlone(taskId, now)) return 0;
    // Another one tries, or the backend is known to be up or down since this process looked.
    await this.#read(now);
    if (this.#openUntil === 0) return 0;
    return Math.max(this.#openUntil, this.#probeUntil, now + 1_000);
  }

  async #read(now: number): Promise<void> {
    this.#readAt = now;
    const item = await this.#table.get(this.#key);
    const state = item && parseItem(stateSchema, item);
    // What this process found out and could not write down counts until its pause is over.
    const own = this.#openUntil > now ? this.#openUntil : 0;
    const shared = state && state.open_until + FORGOTTEN_MS > now ? state.open_until : 0;
    this.#openUntil = Math.max(own, shared);
    this.#probeUntil = state?.probe_until ?? 0;
    this.#tries = state?.tries ?? 0;
  }

  async #tryAlone(taskId: string, now: number): Promise<boolean> {
    const updated = await this.#table.updateIf(
      this.#key,
      { set: { probe: taskId, probe_until: now + PROBE_MS } },
      {
        condition:
          "#open_until <= :now AND (attribute_not_exists(#probe_until) OR #probe_until <= :now OR #probe = :task)",
        values: { ":task": taskId, ":now": now },
      },
    );
    const alone = updated !== undefined;
    if (alone) this.#probes.add(taskId);
    return alone;
  }

  /** The backend did the job's work. After a pause that closes the breaker, for all. */
  async succeeded(taskId: string, now: number): Promise<void> {
    this.#failed.clear();
    this.#workedAt = now;
    if (!this.#probes.delete(taskId)) return;
    this.#openUntil = 0;
    await this.#table.deleteIf(this.#key, isProbe(taskId));
  }

  /**
   * Counts a job that found the backend down. After a pause, one is enough to open the breaker again, for a while.
   * @param attempt which run of the job it was, from 1
   */
  async failed(taskId: string, now: number, attempt = 1): Promise<void> {
    if (attempt === 1) this.#failed.set(taskId, now);
    for (const [failed, at] of this.#failed) if (now - at > COUNTED_MS) this.#failed.delete(failed);
    const triedAlone = this.#probes.delete(taskId);
    const isDown = this.#failed.size >= THRESHOLD && now - this.#workedAt >= WORKED_MS;
    if (!triedAlone && !isDown) return;
    const pause = triedAlone ? Math.min(FIRST_PAUSE_MS * 2 ** this.#tries, OPEN_MS) : OPEN_MS;
    this.#tries = triedAlone ? this.#tries + 1 : 0;
    this.#openUntil = now + pause;
    const ttl = Math.ceil((this.#openUntil + FORGOTTEN_MS) / 1_000);
    await this.#table.put({ ...this.#key, open_until: this.#openUntil, tries: this.#tries, ttl });
  }

  /** The job ended without an answer of the backend: another one may try at once. Never throws. */
  async released(taskId: string): Promise<void> {
    if (!this.#probes.delete(taskId)) return;
    // Should this fail, the next one waits until this one's time is over.
    const change = { remove: ["probe", "probe_until"] };
    await this.#table.updateIf(this.#key, change, isProbe(taskId)).catch(() => undefined);
  }
}

const isProbe = (taskId: string) => ({ condition: "#probe = :task", values: { ":task": taskId } });

const outages = [ConnectionError, LLMServerError, LLMTimeoutError];
/** A backend that gives an answer, though it is of no use, is up. */
const answers = [
  AnswerCutError,
  ContentFilterError,
  EmptyAnswerError,
  PromptCutError,
  RefusalError,
  SchemaValidationError,
  TextTooLongError,
];

/** @returns undefined when the error is not about the backend: an unreadable reply may be a gateway's */
export function verdictOnBackend(thrown: unknown): "down" | "up" | undefined {
  if (outages.some((error) => thrown instanceof error)) return "down";
  return answers.some((error) => thrown instanceof error) ? "up" : undefined;
}
