/**
 * Who may do what: every operation of the API by every kind of key, with the real authorizer. What is expected is written
 * here by hand, from what should be. All operations are about the things of the project `acme`.
 *
 * @module
 */

import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { getLoadablePath } from "sqlite-vec";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { newApiKey } from "../../../contracts/keys/api-keys.ts";
import type { Scope } from "../../../contracts/keys/scopes.ts";
import { fullPath, type RouteDefinition } from "../../../contracts/routes/define-route.ts";
import { type RouteName, routes } from "../../../contracts/routes/routes.ts";
import { deliverWebhook } from "../../../contracts/tasks/deliver-webhook.ts";
import { authorize } from "../../../functions/authorizer.ts";
import { EscalationStore } from "../../../shared/engine/escalations/escalation-store.ts";
import { submitJob } from "../../../shared/engine/jobs/submit.ts";
import { encodeCursor } from "../../../shared/engine/table/cursor.ts";
import { TestApi } from "../../helpers/test-api.ts";

/** Kinds of keys that open the API, and whose they are. */
const kinds = {
  read: { tenant: "acme", scopes: ["read"] },
  submit: { tenant: "acme", scopes: ["submit"] },
  "project admin": { tenant: "acme", scopes: ["project_admin"] },
  admin: { tenant: "acme", scopes: ["admin"] },
  "admin elsewhere": { tenant: "other", scopes: ["admin"] },
  several: { tenant: "other", projects: ["acme"], scopes: ["submit", "read"] },
  everywhere: { tenant: "other", projects: ["*"], scopes: ["submit", "read"] },
  stranger: { tenant: "other", scopes: ["submit", "read"] },
  "project admin elsewhere": { tenant: "other", scopes: ["project_admin"] },
} as const satisfies Record<string, { tenant: string; projects?: string[]; scopes: Scope[] }>;
type Kind = keyof typeof kinds;

/** Those that open nothing. */
const refused = { none: 401, wrong: 403, expired: 403, "expired since": 401, revoked: 403 } as const;

/** What a kind of key gets: what the operation answers when all is well, the same without acme's things, or a refusal. */
type Outcome = "yes" | "hidden" | 403 | 404;
const outcomes = (...of: Outcome[]): Record<Kind, Outcome> =>
  Object.fromEntries(Object.keys(kinds).map((kind, index) => [kind, of[index]])) as Record<Kind, Outcome>;

//                            read   submit  p.admin admin  a.else  several   everyw.   stranger  p.a.elsewhere
const who = {
  anyReader: outcomes("yes", 403, "yes", "yes", "yes", "yes", "yes", "yes", "yes"),
  readsOne: outcomes("yes", 403, "yes", "yes", "yes", "yes", "yes", 404, 404),
  readsProject: outcomes("yes", 403, "yes", "yes", "yes", "yes", "yes", 403, 403),
  readsAmong: outcomes("yes", 403, "yes", "yes", "yes", "yes", "yes", "hidden", "hidden"),
  changesOne: outcomes(403, "yes", "yes", "yes", "yes", "yes", "yes", 404, 404),
  changesProject: outcomes(403, "yes", "yes", "yes", "yes", "yes", "yes", 403, 403),
  administersOne: outcomes(403, 403, "yes", "yes", "yes", 403, 403, 403, 404),
  administersProject: outcomes(403, 403, "yes", "yes", "yes", 403, 403, 403, 403),
  administersAmong: outcomes(403, 403, "yes", "yes", "yes", 403, 403, 403, "hidden"),
  seesStage: outcomes("hidden", 403, "hidden", "yes", "yes", "hidden", "hidden", "hidden", "hidden"),
  // The project of the catalog's schedules is a project like others, but their tasks are for admin keys.
  seesCatalog: outcomes(403, 403, 403, "yes", "yes", 403, "hidden", 403, 403),
  stage: outcomes(403, 403, 403, "yes", "yes", 403, 403, 403, 403),
} as const;

interface Row {
  /** Path below the API's prefix, and query. Made anew for each request where the operation uses it up. */
  readonly at: string | (() => string | Promise<string>);
  readonly who: keyof typeof who | "public";
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The status when all is well. Default: the route's. */
  readonly status?: number;
  /** What the answer shows of acme; for `hidden`, what it must not. */
  readonly shows?: RegExp | (() => string);
}

let api: TestApi;
const things = {} as Record<
  "job" | "delayed" | "running" | "failed" | "batch" | "schedule" | "document" | "key" | "file",
  string
>;

const ACME = "project_id=acme";
const provider = { type: "openai-compatible", base_url: "https://llm.internal/v1" };
const summarize = { input: { text: "Water flows downhill." } };
const at = (path: () => string) => path;
const job = () => api.submit();
const made = async (path: string, body: unknown, id: string): Promise<string> => {
  const { tenant, scopes } = kinds.admin;
  const answer = await api.call("POST", path, { key: { tenant, scopes }, body });
  return z
    .record(z.string(), z.unknown())
    .transform((each) => String(each[id]))
    .parse(answer.body);
};
const schedule = () => made("/schedules", { task_name: "summarize", ...summarize, rate: "1 hour" }, "schedule_id");
const document = () => made("/documents", { file_name: "a.txt", content_type: "text/plain", size: 5 }, "id");
const config = () => made("/llm/configs", { provider: "embedded" }, "id");
const project = () => made("/projects", { name: "Maps", description: "Old maps of the sea." }, "id");
const key = () => made("/keys", {}, "key_id");
const escalation = async () => {
  const id = crypto.randomUUID();
  const record = { project_id: "acme", subject: "A", reason: "B", payload: "{}" };
  await new EscalationStore(api.jobs.store.table, api.jobs.now).open({ escalation_id: id, ...record });
  return id;
};
const delivery = async () => {
  const input = { task_id: things.job };
  const { job: made } = await submitJob(api.jobs, { taskName: deliverWebhook.name, tenant: "acme", input });
  return made.task_id;
};

/** Operations, and what is asked of them; several rows where what is asked decides who may. */
const table: Record<RouteName, Row | Row[]> = {
  submitTask: [
    { at: `/tasks/summarize?${ACME}`, who: "changesProject", body: summarize },
    { at: "/tasks/cleanup_expired_results", who: "stage", body: { input: {} } },
  ],
  executeHighPriorityTask: {
    at: `/tasks/execute_high_priority_task?${ACME}`,
    who: "changesProject",
    body: { function_path: "app.tasks.summarize_text", ...summarize.input },
  },
  executeLowPriorityTask: {
    at: `/tasks/execute_low_priority_task?${ACME}`,
    who: "changesProject",
    body: { function_path: "app.tasks.summarize_text", ...summarize.input },
  },
  submitBatch: [
    {
      at: `/batches?${ACME}`,
      who: "changesProject",
      body: { task_name: "summarize", inputs: [summarize.input] },
    },
    { at: "/batches", who: "stage", body: { task_name: "cleanup_expired_results", inputs: [{}] } },
  ],
  createBatchUpload: { at: `/batches/uploads?${ACME}`, who: "changesProject", body: {} },
  listBatches: { at: `/batches?${ACME}`, who: "readsProject", shows: () => things.batch },
  getBatch: { at: at(() => `/batches/${things.batch}`), who: "readsOne" },
  listBatchResults: { at: at(() => `/batches/${things.batch}/results`), who: "readsOne" },
  cancelBatch: { at: at(() => `/batches/${things.batch}/cancel`), who: "changesOne" },
  createSchedule: {
    at: `/schedules?${ACME}`,
    who: "changesProject",
    body: { task_name: "summarize", ...summarize, rate: "1 hour" },
  },
  listSchedules: [
    { at: `/schedules?${ACME}`, who: "readsProject", shows: () => things.schedule },
    { at: "/schedules?project_id=default&limit=1", who: "seesCatalog", shows: /"catalog"/ },
  ],
  getSchedule: { at: at(() => `/schedules/${things.schedule}`), who: "readsOne" },
  pauseSchedule: { at: at(() => `/schedules/${things.schedule}/pause`), who: "changesOne" },
  resumeSchedule: { at: at(() => `/schedules/${things.schedule}/resume`), who: "changesOne" },
  runSchedule: { at: at(() => `/schedules/${things.schedule}/run`), who: "changesOne" },
  deleteSchedule: { at: async () => `/schedules/${await schedule()}`, who: "changesOne" },
  listEscalations: { at: `/escalations?${ACME}`, who: "readsProject" },
  getEscalation: { at: async () => `/escalations/${await escalation()}`, who: "readsOne" },
  acknowledgeEscalation: { at: async () => `/escalations/${await escalation()}/acknowledge`, who: "changesOne" },
  resolveEscalation: [
    { at: async () => `/escalations/${await escalation()}/resolve`, who: "changesOne", body: { decision: {} } },
  ],
  callLlm: {
    at: `/llm/call?${ACME}`,
    who: "changesProject",
    body: { query: "Why?", config: { provider: "inside", model: "small" } },
  },
  // There is no model here, which is found out last.
  completeLlm: { at: `/llm/complete?${ACME}`, who: "changesProject", body: { prompt: "Why?" }, status: 422 },
  createLlmConfig: { at: `/llm/configs?${ACME}`, who: "changesProject", body: { provider: "embedded" } },
  listLlmConfigs: { at: `/llm/configs?${ACME}`, who: "readsProject" },
  getLlmConfig: { at: async () => `/llm/configs/${await config()}?${ACME}`, who: "readsProject" },
  addLlmConfigVersion: {
    at: async () => `/llm/configs/${await config()}/versions?${ACME}`,
    who: "changesProject",
    body: { provider: "embedded" },
  },
  listLlmConfigVersions: { at: async () => `/llm/configs/${await config()}/versions?${ACME}`, who: "readsProject" },
  getLlmConfigVersion: { at: async () => `/llm/configs/${await config()}/versions/1?${ACME}`, who: "readsProject" },
  deleteLlmConfig: { at: async () => `/llm/configs/${await config()}?${ACME}`, who: "changesProject" },
  listLlmProviders: { at: "/llm/providers", who: "seesStage", shows: /llm\.internal/ },
  putLlmProvider: {
    at: "/llm/providers/inside",
    who: "stage",
    body: provider,
  },
  deleteLlmProvider: { at: "/llm/providers/missing", who: "stage", status: 404 },
  queueStats: { at: "/tasks/queue/stats", who: "anyReader" },
  workerStats: { at: "/tasks/workers/stats", who: "anyReader" },
  activeTasks: { at: "/tasks/tasks/active", who: "readsAmong", shows: () => things.running },
  scheduledTasks: { at: "/tasks/tasks/scheduled", who: "readsAmong", shows: () => things.delayed },
  reservedTasks: { at: `/tasks/tasks/reserved?${ACME}`, who: "readsProject", shows: () => things.job },
  listRegisteredTasks: { at: "/tasks/registered", who: "anyReader" },
  activeQueues: { at: "/tasks/active_queues", who: "anyReader" },
  ping: { at: "/tasks/ping", who: "anyReader" },
  tasksHealth: { at: "/tasks/health", who: "readsAmong", shows: /"active_tasks":[1-9]/ },
  tasksSummary: { at: "/tasks/summary", who: "readsAmong", shows: /"active":[1-9]/ },
  listJobs: { at: `/jobs?${ACME}&status=FAILURE`, who: "readsProject", shows: () => things.failed },
  getJob: { at: at(() => `/jobs/${things.job}`), who: "readsOne" },
  getJobs: {
    at: "/jobs/status",
    who: "readsAmong",
    body: () => ({ task_ids: [things.job] }),
    shows: /"missing":\[\]/,
  },
  getJobResult: { at: at(() => `/jobs/${things.failed}/result`), who: "readsOne" },
  getJobInput: { at: at(() => `/jobs/${things.job}/input`), who: "readsOne" },
  getJobFile: { at: at(() => `/jobs/${things.file}/files/page.txt`), who: "readsOne" },
  listJobChildren: { at: at(() => `/jobs/${things.job}/children`), who: "readsOne" },
  listJobEvents: { at: at(() => `/jobs/${things.job}/events`), who: "readsOne" },
  revokeJob: { at: async () => `/jobs/${await job()}/revoke`, who: "changesOne", body: {} },
  revokeJobs: { at: `/jobs/revoke?${ACME}`, who: "changesProject", body: { all: true, dry_run: true } },
  retryJobs: { at: `/jobs/retry?${ACME}`, who: "changesProject", body: { all: true, dry_run: true } },
  retryJob: { at: at(() => `/jobs/${things.job}/retry`), who: "changesOne", status: 409 },
  listQueues: { at: "/queues", who: "readsAmong", shows: /"active_tasks":[1-9]/ },
  listSamples: { at: "/queues/history", who: "seesStage", shows: /"at":/ },
  listRuns: { at: "/runs/history", who: "anyReader" },
  purgeQueue: { at: "/queues/keywords/purge", who: "stage", body: { lane: "low" } },
  pauseQueue: { at: "/queues/keywords/pause", who: "stage" },
  resumeQueue: { at: "/queues/keywords/resume", who: "stage" },
  listWorkers: { at: "/workers", who: "readsAmong", shows: /"active_tasks":[1-9]/ },
  metrics: { at: "/metrics", who: "stage" },
  listSettings: { at: "/settings", who: "stage" },
  countDeadLetters: { at: "/dlq", who: "readsAmong", shows: /"total_count":[1-9]/ },
  listDeadLetters: { at: "/dlq/summarize", who: "readsAmong", shows: () => things.failed },
  groupDeadLetters: { at: "/dlq/summarize/groups", who: "readsAmong", shows: () => things.failed },
  viewDeadLetters: [
    { at: "/views/dead-letters", who: "readsAmong", shows: () => things.failed },
    { at: "/views/dead-letters?queue=summarize", who: "readsAmong", shows: /"total_count":[1-9]/ },
  ],
  viewJob: { at: at(() => `/views/jobs/${things.job}`), who: "readsOne" },
  viewUsage: [
    { at: `/views/usage?${ACME}`, who: "readsProject" },
    { at: "/views/usage", who: "seesStage", shows: /"projects":/ },
  ],
  redriveDeadLetters: {
    at: "/dlq/summarize/redrive",
    who: "administersAmong",
    body: { all: true, dry_run: true },
    shows: /"redriven":[1-9]/,
  },
  purgeDeadLetters: {
    at: "/dlq/summarize/purge",
    who: "administersAmong",
    body: { all: true, dry_run: true },
    shows: /"purged":[1-9]/,
  },
  archiveDeadLetters: {
    at: "/dlq/summarize/archive",
    who: "administersAmong",
    // By id, which is another way to find them.
    body: () => ({ task_ids: [things.failed], dry_run: true }),
    shows: /"archived":1/,
  },
  uploadDocument: {
    at: `/documents/upload?file_name=a.txt&${ACME}`,
    who: "changesProject",
    body: "Water",
    headers: { "content-type": "text/plain" },
  },
  createDocument: {
    at: `/documents?${ACME}`,
    who: "changesProject",
    body: { file_name: "a.txt", content_type: "text/plain", size: 5 },
  },
  searchDocuments: { at: `/documents/search?${ACME}`, who: "readsProject", body: { query: "sea" } },
  listDocuments: { at: `/documents?${ACME}`, who: "readsProject", shows: () => things.document },
  getDocument: { at: at(() => `/documents/${things.document}`), who: "readsOne" },
  getDocumentText: { at: at(() => `/documents/${things.document}/text`), who: "readsOne", status: 409 },
  getDocumentMarkdown: { at: at(() => `/documents/${things.document}/markdown`), who: "readsOne", status: 409 },
  getDocumentBlocks: { at: at(() => `/documents/${things.document}/blocks`), who: "readsOne", status: 409 },
  deleteDocument: { at: async () => `/documents/${await document()}`, who: "changesOne" },
  searchProjects: { at: `/projects/search?${ACME}`, who: "readsProject", body: { query: "sea" } },
  createProject: {
    at: `/projects?${ACME}`,
    who: "changesProject",
    body: { name: "Maps", description: "Old maps of the sea." },
  },
  listProjects: { at: `/projects?${ACME}`, who: "readsProject" },
  getProject: { at: async () => `/projects/${await project()}?${ACME}`, who: "readsProject" },
  updateProject: {
    at: async () => `/projects/${await project()}?${ACME}`,
    who: "changesProject",
    body: { description: "New maps of the sea." },
  },
  deleteProject: { at: async () => `/projects/${await project()}?${ACME}`, who: "changesProject" },
  listWebhookSecrets: { at: `/webhooks/secrets?${ACME}`, who: "changesProject" },
  rotateWebhookSecret: { at: `/webhooks/secrets?${ACME}`, who: "changesProject", body: {} },
  listWebhookDeliveries: { at: `/webhooks/deliveries?${ACME}`, who: "readsProject" },
  redeliverWebhook: {
    at: async () => `/webhooks/deliveries/${await delivery()}/redeliver`,
    who: "changesOne",
    status: 409,
  },
  getUsage: { at: `/usage?${ACME}`, who: "readsProject" },
  getUsageByProject: { at: "/usage/projects", who: "stage" },
  listKeys: [
    { at: `/keys?${ACME}`, who: "administersProject", shows: () => things.key },
    { at: "/keys?limit=100", who: "administersAmong", shows: () => things.key },
  ],
  getOwnKey: { at: "/keys/own", who: "anyReader" },
  createKey: [
    { at: "/keys", who: "administersProject", body: { project_id: "acme" } },
    { at: "/keys", who: "stage", body: { scopes: ["admin"] } },
    { at: "/keys", who: "stage", body: { projects: ["*"] } },
  ],
  revokeKey: { at: async () => `/keys/${await key()}`, who: "administersOne" },
  // From where no key is left, as those of this test are acme's.
  revokeKeys: {
    at: `/keys?${ACME}&cursor=${encodeCursor("2000-01-01T00:00:00.000Z#key_0000000000000000")}`,
    who: "administersProject",
  },
  // Pages are made by a build; without one there are none.
  health: { at: "/health", who: "public" },
  openapi: { at: "/openapi.json", who: "public" },
  docs: { at: "/docs", who: "public" },
  docsFile: { at: "/docs/missing.js", who: "public", status: 404 },
  llms: { at: "/llms.txt", who: "public", status: 404 },
  llmsFull: { at: "/llms-full.txt", who: "public", status: 404 },
  console: { at: "/console", who: "public", status: 404 },
  consoleFile: { at: "/console/jobs", who: "public", status: 404 },
};

const rows = Object.entries(table).flatMap(([name, row]) =>
  [row]
    .flat()
    .map((each, index) => ({ name: index === 0 ? name : `${name} (${index + 1})`, route: name as RouteName, ...each })),
);

/** When the expired key expired: before the test, so that the API finds it expired, whatever the authorizer said before. */
const EXPIRED_AT = Date.now() - 1_000;
const keys = {} as Record<Kind | keyof typeof refused, string>;

beforeAll(async () => {
  vi.stubEnv("VECTOR_STORE", "sqlite");
  vi.stubEnv("SQLITE_VECTORS_PATH", ":memory:");
  vi.stubEnv("SQLITE_VEC_EXTENSION", getLoadablePath());
  api = await TestApi.start({
    families: "language,documents,search",
    mappings: { list: async () => [], setPaused: async () => [] },
  });
  for (const kind of Object.keys(kinds) as Kind[]) {
    const { scopes, ...whose } = { name: null, ...kinds[kind] };
    keys[kind] = (await api.keys.create({ ...whose, scopes })).key;
  }
  const all = { tenant: "acme", scopes: ["admin"], name: null } as const;
  const revoked = await api.keys.create(all);
  await api.keys.revoke(revoked.stored.key_id);
  keys.revoked = revoked.key;
  keys.wrong = newApiKey();
  keys.expired = (await api.keys.create({ ...all, expiresAt: EXPIRED_AT })).key;
  keys["expired since"] = keys.expired;

  things.job = await job();
  things.delayed = await made("/tasks/summarize", { ...summarize, delay_seconds: 600 }, "task_id");
  things.running = await job();
  await api.start(things.running);
  things.failed = await job();
  await (await api.start(things.failed)).fail();
  things.batch = await made("/batches", { task_name: "summarize", inputs: [summarize.input] }, "batch_id");
  things.schedule = await schedule();
  things.document = await document();
  things.key = await key();
  things.file = await job();
  const { name: TableName, document: client } = api.jobs.store.table;
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { pk: `J#${things.file}`, sk: "head" },
      UpdateExpression: "SET files = :files",
      ExpressionAttributeValues: { ":files": [{ n: "page.txt", b: 5, t: "text/plain" }] },
    }),
  );
  const { tenant, scopes } = kinds.admin;
  await api.call("PUT", "/llm/providers/inside", { key: { tenant, scopes }, body: provider });
  await api.call("GET", "/queues", { key: { tenant, scopes } });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

/** What the gateway does: asks the authorizer, and hands on what it says. */
async function ask(row: (typeof rows)[number], secret: string | undefined, authorizedAt = Date.now()) {
  const route: RouteDefinition = routes[row.route];
  const path = typeof row.at === "string" ? row.at : await row.at();
  const body = typeof row.body === "function" ? row.body() : row.body;
  const request = { headers: row.headers ?? {}, ...(body !== undefined && { body }) };
  const send = (authorized?: Readonly<Record<string, unknown>>) =>
    api.at(route.method, fullPath(route, path), { ...request, ...(authorized ? { authorized } : { key: null }) });
  if (route.scope === null || secret === undefined) return send();
  const services = { keys: api.keys, now: () => authorizedAt, warn: () => {} };
  const verdict = await authorize(services, { headers: { authorization: `Bearer ${secret}` } });
  return verdict.isAuthorized ? send({ ...verdict.context }) : { statusCode: 403, body: "" };
}

/** Public routes read no key: those that open nothing stand for all. */
const kindsFor = (row: Row): Kind[] => (row.who === "public" ? [] : (Object.keys(kinds) as Kind[]));
const answers = rows.reduce((sum, row) => sum + kindsFor(row).length + Object.keys(refused).length, 0);

test("every operation has its row", () => {
  expect(Object.keys(table).toSorted()).toEqual(Object.keys(routes).toSorted());
});

describe(`${Object.keys(table).length} operations, ${rows.length} rows, ${answers} answers`, () => {
  test.each(rows)("$name", async (row) => {
    const route: RouteDefinition = routes[row.route];
    const allowed = row.status ?? route.response.status;
    const shown = typeof row.shows === "function" ? new RegExp(row.shows()) : row.shows;
    const seen: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};

    const refusals = (Object.keys(refused) as (keyof typeof refused)[]).map(async (kind) => {
      const at = kind === "expired since" ? EXPIRED_AT - 1 : undefined;
      seen[kind] = (await ask(row, kind === "none" ? undefined : keys[kind], at)).statusCode;
      expected[kind] = row.who === "public" ? allowed : refused[kind];
    });
    await Promise.all(refusals);
    const answers = kindsFor(row).map((kind) => async () => {
      const answer = await ask(row, keys[kind]);
      const outcome = row.who === "public" ? "yes" : who[row.who][kind];
      const isShown = answer.statusCode === allowed && shown?.test(answer.body ?? "");
      seen[kind] = `${answer.statusCode}${isShown ? " and acme's" : ""}`;
      const isAllowed = outcome === "yes" || outcome === "hidden";
      expected[kind] = isAllowed ? `${allowed}${shown && outcome === "yes" ? " and acme's" : ""}` : `${outcome}`;
    });
    // What changes things is asked one by one.
    if (route.method === "GET") await Promise.all(answers.map((answer) => answer()));
    else for (const answer of answers) await answer();

    expect(seen).toEqual(expected);
  });
});
