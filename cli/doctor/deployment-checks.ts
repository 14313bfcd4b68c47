import { type Client, SluiceError } from "../../client/index.ts";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { isFiring } from "../../contracts/monitoring/alarms.ts";
import type { Cli } from "../cli.ts";
import { serverShapes } from "../input/task-shape.ts";
import { formatDuration } from "../output/time.ts";
import { reportError } from "../report-error.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import { checkModel } from "./model-checks.ts";
import { checkSearch } from "./search-check.ts";

/** Checks that ask the API. */
export async function* checkDeployment(cli: Cli): AsyncGenerator<Check> {
  const client = cli.client();
  const reached = await checkReachable(cli, client);
  yield* reached;
  if (reached.some(({ verdict }) => verdict === "FAIL")) return;
  yield await attempt("versions", () => checkVersions(cli));
  const key = await checkKey(cli, client);
  yield key;
  if (key.verdict === "FAIL") return;
  yield await attempt("workers", () => checkWorkers(client));
  yield* checkModel(client);
  yield await checkSearch(client);
  yield* await checkQueues(client).catch((error: unknown) => [broken("queues", error)]);
}

const broken = (name: string, error: unknown): Check =>
  fail(name, reportError(error).line, "Try again; SLUICE_DEBUG=1 shows more.");

const attempt = (name: string, check: () => Promise<Check>): Promise<Check> =>
  check().catch((error: unknown) => broken(name, error));

/** Beyond this, times in lists look wrong; beyond the other one AWS refuses signatures. */
const SKEW_WARN_MS = 5_000;
const SKEW_FAIL_MS = 300_000;

async function checkReachable(cli: Cli, client: Client): Promise<Check[]> {
  const { url } = cli.endpoint();
  const sent = Date.now();
  try {
    const { timestamp } = await client.call("GET /health");
    const took = Date.now() - sent;
    const skew = Math.abs(Date.parse(timestamp) - (sent + took / 2)) - took / 2;
    return [ok("connection", `${url} answers in ${formatDuration(took)}`), checkClock(skew)];
  } catch (error) {
    return [
      fail(
        "connection",
        reportError(error).line,
        "Is the URL right? Does the stack run? Does a proxy or firewall stand between?",
      ),
    ];
  }
}

function checkClock(skew: number): Check {
  if (Number.isNaN(skew)) return warn("clock", "the response has no Date header", "Is it a Sluice API?");
  if (skew < SKEW_WARN_MS) return ok("clock", "agrees with the API's");
  const detail = `differs from the API's by ${formatDuration(skew)}`;
  const advice = "Set this machine's clock by NTP.";
  return skew < SKEW_FAIL_MS ? warn("clock", detail, advice) : fail("clock", detail, advice);
}

/** Installed as a package, this program is JavaScript, and belongs to an app with tasks of its own. */
const isPackage = import.meta.filename.endsWith(".js");

async function checkVersions(cli: Cli): Promise<Check> {
  return compareTasks(
    (await serverShapes(cli)).map(({ name }) => name),
    cli.catalog,
    isPackage,
  );
}

/**
 * Whether a stage has the tasks that this program knows.
 * @param deployed names of the stage's tasks
 * @param mayHaveOwn the stage may be of an app with tasks of its own, which this program does not know
 */
export function compareTasks(deployed: readonly string[], catalog: Catalog, mayHaveOwn: boolean): Check {
  const own = catalog.taskNames;
  const missing = own.filter((name) => !deployed.includes(name));
  const newer = deployed.filter((name) => !own.includes(name));
  // A stage may do without whole families (SLUICE_FAMILIES); one of which it has a task is there.
  const here = catalog.queues.filter(({ tasks }) => tasks.some(({ name }) => deployed.includes(name)));
  const without = catalog.queues.filter(
    ({ family }) => family !== "core" && !here.some((queue) => queue.family === family),
  );
  const leftOut = new Set(without.flatMap(({ tasks }) => tasks).map(({ name }) => name));
  const absent = missing.filter((name) => !leftOut.has(name));
  if (absent.length === 0 && (newer.length === 0 || mayHaveOwn)) {
    const families = [...new Set(without.map(({ family }) => family))].join(", ");
    const less = families === "" ? "" : `, which is all without ${families} (SLUICE_FAMILIES)`;
    const more = newer.length === 0 ? "" : `; the app has its own: ${newer.join(", ")}`;
    return ok("versions", `both know the same ${own.length - missing.length} tasks${less}${more}`);
  }
  const differences = [
    ...(absent.length > 0 ? [`not deployed: ${absent.join(", ")}`] : []),
    ...(newer.length > 0 ? [`unknown here: ${newer.join(", ")}`] : []),
  ];
  return warn("versions", differences.join("; "), "Deploy this version, or update this program.");
}

async function checkKey(cli: Cli, client: Client): Promise<Check> {
  const { apiKey } = cli.endpoint();
  if (apiKey === undefined) return fail("key", "none is given", "Give one with --key, SLUICE_API_KEY or a profile.");
  try {
    const may = [
      ...((await allows(client.jobs.list({ limit: 1 }))) ? ["read"] : []),
      // A body that no task takes: a key that may not submit is refused before the body is validated.
      ...((await allows(client.request("POST", "/api/v1/tasks/health_check", { body: { priority: -1 } })))
        ? ["submit"]
        : []),
      ...((await allows(client.keys.list({ limit: 1 }))) ? [await administered(client)] : []),
    ];
    const shown = `${apiKey.slice(0, 8)}… may: ${may.join(", ") || "nothing"}`;
    return may.includes("read") ? ok("key", shown) : warn("key", shown, "Most commands need the scope read.");
  } catch (error) {
    const advice =
      "Is it a key of this deployment, and not revoked? `sluice keys create --bootstrap` makes a first one.";
    return fail("key", reportError(error).line, advice);
  }
}

/** By which scope a key administers anything. */
const administered = async (client: Client): Promise<string> =>
  (await client.call("GET /api/v1/keys/own")).scopes.includes("admin") ? "admin" : "project_admin";

/** False when the key lacks the scope. @throws SluiceError when the key itself is not accepted */
async function allows(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (error.status === 403 && error.problem?.type === "/problems/forbidden") return false;
    if (error.status === 422) return true;
    throw error;
  }
}

async function checkWorkers(client: Client): Promise<Check> {
  const { status, workers, active_tasks } = await client.call("GET /api/v1/tasks/health");
  if (status === "healthy") return ok("workers", `${workers} answer, ${active_tasks} jobs run`);
  return fail("workers", `${workers} answer`, "Look at the alarms, and at docs/runbook.md.");
}

async function checkQueues(client: Client): Promise<Check[]> {
  const { queues } = await client.queues.list();
  const paused = queues.flatMap(({ lanes }) => lanes.filter((lane) => lane.paused).map(({ name }) => name));
  const dead = queues.filter(({ dlq_depth }) => dlq_depth > 0);
  const full = queues.flatMap(({ lanes }) => lanes.filter(({ depth }) => isFiring("backlog", depth)));
  const checks = [
    ...(paused.length > 0
      ? [warn("queues", `paused: ${paused.join(", ")}`, "`sluice queues resume QUEUE` opens them.")]
      : []),
    ...(full.length > 0
      ? [
          warn(
            "backlog",
            full.map(({ name, depth }) => `${depth} wait in ${name}`).join(", "),
            "`sluice top` shows whether they become fewer; docs/runbook.md says what to do.",
          ),
        ]
      : []),
    ...(dead.length > 0
      ? [
          warn(
            "dead letters",
            dead.map(({ name, dlq_depth }) => `${dlq_depth} in ${name}`).join(", "),
            "`sluice dlq ls QUEUE --group` shows why.",
          ),
        ]
      : []),
  ];
  return checks.length > 0 ? checks : [ok("queues", `${queues.length} open, no backlog, no dead letters`)];
}
