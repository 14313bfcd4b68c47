/**
 * Renews the lease of a running job by heartbeats, which carry what the run reports; between them the record is read, so
 * that a revoked job stops within seconds.
 *
 * @module
 */

import type { JobState } from "../../../contracts/jobs/states.ts";
import type { JobServices } from "../jobs/services.ts";
import { type Transitions, transitions } from "../jobs/store.ts";
import type { Lease, Reported } from "../jobs/transitions/run.ts";

/** How often the record is read, at the most. */
const CHECK_MS = 4_000;
const HEARTBEATS_PER_LEASE = 4;
/** The claim, or a read this long ago, is as good as another read. */
const FRESH_MS = 250;

/** A lease may outlast its invocation by this much, so that no other run begins beside it. */
const INVOCATION_MARGIN_MS = 1_000;

/** The time until which a lease may last at the most: its worker's invocation is over then. */
export const latestLease = (now: number, remainingMs: number): number => now + remainingMs + INVOCATION_MARGIN_MS;

/** The job was taken away from its worker; the run's outcome no longer counts. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  readonly state: JobState | undefined;
  constructor(state: JobState | undefined) {
    super(state === "REVOKED" ? "The job was revoked." : "The job's lease was lost.");
    this.state = state;
  }
}

/** How a lease is renewed. */
export interface LeaseRenewerOptions {
  readonly lease: Lease;
  /** No heartbeat extends the lease beyond this; milliseconds since the epoch. */
  readonly latest: number;
  /** Called once at the most, when the job is no longer this worker's. */
  readonly onLost: (reason: LeaseLostError) => void;
}

/** Renews a lease while a job runs, and stops the run when the lease is lost or the job is revoked. */
export class LeaseRenewer {
  readonly #services: JobServices;
  readonly #taskId: string;
  readonly #leaseMs: number;
  readonly #latest: number;
  readonly #onLost: LeaseRenewerOptions["onLost"];
  readonly #renewLease: Transitions["renew"];
  readonly #timer: NodeJS.Timeout;
  #lease: Lease;
  #renewedAt: number;
  /** When the job was last seen to be this worker's. */
  #seenAt: number;
  #reported: Reported = { progress: undefined };
  #isWritten = true;
  #busy = false;
  #isLost = false;

  constructor(services: JobServices, taskId: string, { lease, latest, onLost }: LeaseRenewerOptions) {
    this.#services = services;
    this.#renewLease = transitions(services).renew;
    this.#taskId = taskId;
    this.#lease = lease;
    this.#latest = latest;
    this.#onLost = onLost;
    this.#renewedAt = services.now();
    this.#seenAt = this.#renewedAt;
    this.#leaseMs = lease.until - this.#renewedAt;
    const interval = Math.max(1, Math.min(CHECK_MS, this.#leaseMs / HEARTBEATS_PER_LEASE));
    this.#timer = setInterval(() => void this.#check(), interval);
  }

  /**
   * For the moment before what must not be done for a job that was revoked or taken away. Reads the record, unless it was
   * seen within the last 250 ms: a job that runs right after its claim costs no read.
   * @throws LeaseLostError when the job is no longer this worker's, or the lease is over
   */
  async assertHeld(): Promise<void> {
    const now = this.#services.now();
    if (now >= this.#lease.until) throw new LeaseLostError(undefined);
    if (now - this.#seenAt < FRESH_MS) return;
    // A read that fails does not change the job; the lease holds.
    const isHeld = await this.#read().catch(() => true as const);
    if (isHeld === true) return;
    this.#lost(isHeld);
    throw new LeaseLostError(isHeld);
  }

  get reported(): Reported {
    return this.#reported;
  }

  /** Written with the next heartbeat: what is reported between two of them is written once. */
  report(more: Partial<Reported>): void {
    this.#reported = { ...this.#reported, ...more };
    this.#isWritten = false;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #check(): Promise<void> {
    if (this.#busy) {
      // A heartbeat that hangs renews nothing: a worker that does not know whether the job is still its own stops in time.
      if (this.#services.now() >= this.#lease.until) this.#lost(undefined);
      return;
    }
    this.#busy = true;
    try {
      const now = this.#services.now();
      const isDue = now - this.#renewedAt >= this.#leaseMs / HEARTBEATS_PER_LEASE;
      const isHeld = isDue || !this.#isWritten ? await this.#renew(now) : await this.#read();
      if (isHeld !== true) this.#lost(isHeld);
    } catch {
      // A failed heartbeat is not a lost lease yet; the next one may get through before it ends.
      if (this.#services.now() >= this.#lease.until) this.#lost(undefined);
    } finally {
      this.#busy = false;
    }
  }

  async #renew(now: number): Promise<true | JobState | undefined> {
    const until = Math.max(this.#lease.until, Math.min(now + this.#leaseMs, this.#latest));
    const reported = this.#reported;
    const renewed = await this.#renewLease(this.#taskId, this.#lease, { ...reported, until });
    if (!renewed) return (await this.#services.store.get(this.#taskId, now))?.status;
    // What was reported meanwhile, or with a heartbeat that failed, is written with the next one.
    this.#isWritten = this.#reported === reported;
    this.#lease = { ...this.#lease, until };
    this.#renewedAt = now;
    this.#seenAt = now;
    return true;
  }

  async #read(): Promise<true | JobState | undefined> {
    const now = this.#services.now();
    const record = await this.#services.store.get(this.#taskId, now);
    if (record?.lease_token !== this.#lease.token) return record?.status;
    this.#seenAt = now;
    return true;
  }

  #lost(state: JobState | undefined): void {
    this.stop();
    if (this.#isLost) return;
    this.#isLost = true;
    this.#onLost(new LeaseLostError(state));
  }
}
