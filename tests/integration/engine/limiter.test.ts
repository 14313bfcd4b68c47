/**
 * The limiter on a real table: many that ask at once, slots that last as long as leases, and who counts for what.
 *
 * @module
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Limits } from "../../../contracts/settings/limits.ts";
import { limitSettings, projectLimits } from "../../../contracts/settings/limits.ts";
import { transitions } from "../../../shared/engine/jobs/store.ts";
import { Limiter } from "../../../shared/engine/limits/limiter.ts";
import { llmLimiter } from "../../../shared/engine/limits/llm-limiter.ts";
import type { Party, Ticket } from "../../../shared/engine/limits/ticket.ts";
import { Engine } from "../../helpers/engine.ts";

const LEASE_MS = 60_000;

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start();
});
afterAll(() => engine.close());

let backend = 0;
let now = Date.now();
beforeEach(() => {
  backend += 1;
});

const limiterOf = (limits: Limits, own: Limits = {}) =>
  new Limiter({
    table: engine.services.store.table,
    backend: `backend-${backend}`,
    limits,
    limitsOf: () => own,
    now: () => now,
    wait: async (ms) => {
      // A conflict is over in no time; what waits longer moves the clock.
      if (ms > 1_000) now += ms;
    },
  });

let asked = 0;
const ask = (limiter: Limiter, tenant = "one", comesBack = false) =>
  limiter.ask({ tenant, lease: { token: `token-${++asked}`, ms: LEASE_MS }, comesBack });
const isTicket = (answer: object): answer is Ticket => "token" in answer;

describe("many that ask at once", () => {
  it("get as many slots as there are", async () => {
    const processes = Array.from({ length: 4 }, () => limiterOf({ concurrent_calls: 7 }));
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => ask(processes[at % 4] ?? limiterOf({}))));

    expect(answers.filter(isTicket)).toHaveLength(7);
  });

  it("start as often as a minute allows, whichever project they are of", async () => {
    const limiter = limiterOf({ requests_per_minute: 9 }, { requests_per_minute: 6 });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => ask(limiter, at % 2 ? "one" : "two")));

    const tickets = answers.filter(isTicket);
    expect(tickets).toHaveLength(9);
    expect(tickets.filter(({ tenant }) => tenant === "one").length).toBeLessThanOrEqual(6);
  });
});

describe("a slot", () => {
  it("is free once its run has ended, and giving it back twice gives back no other", async () => {
    const limiter = limiterOf({ concurrent_calls: 1 });
    const first = await ask(limiter);
    if (!isTicket(first)) throw new Error("no ticket");
    await limiter.ended(first, { tokens: 5 });
    expect(await ask(limiter)).toHaveProperty("token");
    await limiter.ended(first, { tokens: 5 });

    expect(await ask(limiter)).toMatchObject({ reason: { kind: "concurrent_calls", most: 1 } });
  });

  it("lasts as long as the lease of its job, which heartbeats prolong, and no longer", async () => {
    const limiter = limiterOf({ concurrent_calls: 1 });
    const job = await engine.submit();
    const change = transitions({ ...engine.services, now: () => now });
    const lease = { token: `lease-of-${job.task_id}`, until: now + LEASE_MS };
    const asking = { tenant: "one", taskId: job.task_id, lease: { token: lease.token, ms: LEASE_MS } };
    expect(await limiter.ask(asking)).toHaveProperty("token");
    const delivery = { messageId: "m", receiveCount: 1, receiptHandle: "r", worker: "w" };
    expect(await change.claim({ task_id: job.task_id, generation: 1 }, delivery, lease)).toBeDefined();

    now += 50_000;
    await change.renew(job.task_id, lease, { until: now + LEASE_MS, progress: undefined });
    now += 30_000;
    expect(await ask(limiter), "its own time is over, that of the lease is not").not.toHaveProperty("token");
    now += LEASE_MS;
    expect(await ask(limiter), "nobody renews the lease").toHaveProperty("token");
  });
});

describe("limits of a key", () => {
  const askFor = (limiter: Limiter, party: Party) =>
    limiter.ask({ ...party, lease: { token: `token-${++asked}`, ms: LEASE_MS }, comesBack: false });
  const keyOf = (id: string, limits: Limits) => ({ id, limits });

  it("count its own calls alone, where nothing else is limited", async () => {
    const limiter = limiterOf({});
    const key = keyOf("key_a", { concurrent_calls: 1 });
    const first = await askFor(limiter, { tenant: "one", key });
    expect(await askFor(limiter, { tenant: "one", key })).toMatchObject({
      reason: { kind: "concurrent_calls", most: 1, tenant: "one", key: "key_a" },
    });

    const others = [{ tenant: "one" }, { tenant: "one", key: keyOf("key_b", { concurrent_calls: 1 }) }];
    for (const other of others) expect(await askFor(limiter, other)).toHaveProperty("token");
    if (!isTicket(first)) throw new Error("no ticket");
    await limiter.ended(first, { tokens: 5 });
    expect(await askFor(limiter, { tenant: "one", key })).toHaveProperty("token");
  });

  it("are beside those of its project and of all, whichever is reached first", async () => {
    const limiter = limiterOf({ requests_per_minute: 4 }, { requests_per_minute: 3 });
    const key = keyOf("key_a", { requests_per_minute: 2 });
    const answers = [];
    for (let call = 0; call < 3; call++) answers.push(await askFor(limiter, { tenant: "one", key }));
    expect(answers.filter(isTicket)).toHaveLength(2);
    expect(answers.at(-1)).toMatchObject({ reason: { most: 2, key: "key_a" } });

    expect(await askFor(limiter, { tenant: "one" })).toHaveProperty("token");
    expect(await askFor(limiter, { tenant: "one" })).toMatchObject({ reason: { most: 3, tenant: "one" } });
    expect(await askFor(limiter, { tenant: "two" })).toHaveProperty("token");
    expect(await askFor(limiter, { tenant: "two" })).toMatchObject({ reason: { most: 4 } });
  });

  it("bound the further calls of its runs, and its tokens of a minute and of a day", async () => {
    const limiter = limiterOf({});
    const perMinute = keyOf("key_a", { requests_per_minute: 1, tokens_per_minute: 5_000 });
    const ticket = await askFor(limiter, { tenant: "one", key: perMinute });
    if (!isTicket(ticket)) throw new Error("no ticket");
    const before = now;
    await limiter.more(ticket, new AbortController().signal);
    expect(now - before).toBeGreaterThanOrEqual(59_000);
    await limiter.ended(ticket, { tokens: 6_000 });
    now += 60_001;

    const perDay = keyOf("key_c", { tokens_per_day: 100 });
    const spending = await askFor(limiter, { tenant: "one", key: perDay });
    if (!isTicket(spending)) throw new Error("no ticket");
    await limiter.ended(spending, { tokens: 100 });
    expect(await askFor(limiter, { tenant: "one", key: perDay })).toMatchObject({
      reason: { kind: "tokens_per_day", most: 100, key: "key_c" },
    });
    expect(await limiter.overBudget({ tenant: "one" })).toBeUndefined();
    expect(await limiter.overBudget({ tenant: "two", key: perDay }), "in another project").toBeUndefined();
  });
});

describe("a further call of a run", () => {
  it("waits for room like any other, and stops when the run does", async () => {
    const limiter = limiterOf({ requests_per_minute: 2 });
    const ticket = await ask(limiter);
    if (!isTicket(ticket)) throw new Error("no ticket");
    const before = now;
    await limiter.more(ticket, new AbortController().signal);
    expect(now).toBe(before);
    await limiter.more(ticket, new AbortController().signal);
    expect(now - before).toBeGreaterThanOrEqual(59_000);

    const stopped = new AbortController();
    stopped.abort(new Error("revoked"));
    await expect(limiter.more(ticket, stopped.signal)).rejects.toThrow("revoked");
  });
});

describe("tokens a minute", () => {
  it("count as they were used once a run has ended", async () => {
    const limiter = limiterOf({ tokens_per_minute: 5_000 });
    const first = await ask(limiter);
    if (!isTicket(first)) throw new Error("no ticket");
    expect(first.tokens).toBe(1_000);
    await limiter.ended(first, { tokens: 4_900 });

    expect(await ask(limiter)).toMatchObject({ reason: { kind: "tokens_per_minute" } });
    now += 60_001;
    expect(await ask(limiter)).toHaveProperty("token");
  });
});

describe("settings", () => {
  it("are none by default: nothing is asked for jobs whose key has no limits", () => {
    expect(llmLimiter(engine.services, {}).isSet).toBe(false);
    expect(llmLimiter(engine.services, { LLM_CONCURRENT_CALLS: "2" }).isSet).toBe(true);
  });

  it("of single projects come before those of all", () => {
    const settings = limitSettings.parse({
      LLM_PROJECT_TOKENS_PER_DAY: "100",
      LLM_PROJECT_REQUESTS_PER_MINUTE: "5",
      LLM_PROJECT_LIMITS: '{"acme":{"tokens_per_day":null,"requests_per_minute":1}}',
    });
    const limitsOf = projectLimits(settings);

    expect(limitsOf("acme")).toMatchObject({ tokens_per_day: undefined, requests_per_minute: 1 });
    expect(limitsOf("constructor")).toMatchObject({ tokens_per_day: 100, requests_per_minute: 5 });
  });

  it.each(["{", "[]", '{"acme":{"tokens":1}}', '{"acme":{"tokens_per_day":-1}}', '{"a b":{}}'])("refuse %s", (json) => {
    expect(limitSettings.safeParse({ LLM_PROJECT_LIMITS: json }).success).toBe(false);
  });
});
