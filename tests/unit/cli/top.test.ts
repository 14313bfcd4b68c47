import { describe, expect, test } from "vitest";
import { createScreen } from "../../../cli/output/screen.ts";
import { keysOf } from "../../../cli/top/keys.ts";
import type { KeyActions } from "../../../cli/top/live-screen.ts";
import { TopView } from "../../../cli/top/view.ts";
import { createClient } from "../../../client/index.ts";
import { type JsonResponse, startJsonServer } from "../../helpers/json-server.ts";

const lane = (name: string, fields: object = {}) => ({
  queue: name.split("-")[0] ?? "",
  lane: name.split("-")[1] ?? "",
  name,
  worker: `${name}@lambda`,
  reachable: true,
  paused: false,
  depth: 0,
  in_flight: 0,
  delayed: 0,
  oldest_age_seconds: null,
  rate_per_minute: null,
  active_tasks: 0,
  max_concurrency: 2,
  ...fields,
});
const active = (id: string, time_start: number) => ({ task_id: id, task_name: "summarize", worker: "w", time_start });
const queue = (name: string, lanes: object[]) => ({ name, tasks: [], dlq_depth: 0, dead_letters: null, lanes });
const QUEUES = [
  queue("default", [lane("default-high"), lane("default-low", { depth: 3 })]),
  queue("summarize", [lane("summarize-high", { paused: true, active_tasks: 2 }), lane("summarize-low", { depth: 9 })]),
];

interface Given {
  readonly queues?: object[];
  readonly jobs?: object[];
  readonly scopes?: readonly string[];
  readonly rows?: number;
  readonly columns?: number;
  /** What a change is answered with. */
  readonly changed?: JsonResponse;
  readonly interactive?: boolean;
}

/** A view of a stack, after its first look. */
async function open({
  queues = QUEUES,
  jobs = [],
  scopes = ["admin"],
  rows = 40,
  columns = 100,
  changed,
  interactive = true,
}: Given) {
  const calls: string[] = [];
  const server = await startJsonServer(({ method, path, body }) => {
    if (method === "POST") calls.push(`${path} ${JSON.stringify(body)}`);
    if (method === "POST") return changed ?? { status: 200, body: { lanes: [] } };
    const answers = { "/queues": { queues }, "/active": { active_tasks: jobs }, "/own": { scopes } };
    return { status: 200, body: Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] };
  });
  const out = createScreen({ isTTY: true, columns, rows, write: () => {} }, { NO_COLOR: "1" });
  const view = new TopView({
    client: createClient({ url: server.url, apiKey: "x" }),
    out,
    url: "http://x",
    interactive,
  });
  const did: string[] = [];
  const screen: KeyActions = {
    quit: () => void did.push("quit"),
    redraw: () => {},
    refresh: () => void did.push("refresh"),
  };
  await view.look();
  return {
    calls,
    did,
    lines: () => [...view.lines()],
    /** Types as a terminal hands it over: what comes in one go. */
    type(...chunks: readonly string[]) {
      for (const chunk of chunks) for (const key of keysOf(chunk)) if (!view.key(key, screen)) break;
    },
    /** The first word of the chosen row. */
    chosen: () => view.lines().flatMap((line) => (line.startsWith("> ") ? line.slice(2).split(" ")[0] : [])),
    says: (text: string) => expect.poll(() => view.lines().join("\n")).toContain(text),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

test.each([
  ["jq", ["j", "q"]],
  ["\u001b[A\u001b[B\u001bOA", ["up", "down", "up"]],
  ["\u001b[Hx\u001b[F", ["home", "x", "end"]],
  ["\u001b", ["escape"]],
  ["\u0003", ["ctrl-c"]],
  ["\u001b[5~é\n", ["\u001b[5~", "é", "\n"]],
])("reads %j as its keys", (chunk, keys) => {
  expect(keysOf(chunk)).toEqual(keys);
});

describe("the chosen row", () => {
  test("moves by arrows and letters through lanes and jobs, and no further", async () => {
    await using top = await open({ jobs: [active("job-2", 20), active("job-1", 10)] });
    expect(top.chosen()).toEqual(["default-high"]);
    top.type("k");
    expect(top.chosen()).toEqual(["default-high"]);
    top.type("j\u001b[B");
    expect(top.chosen()).toEqual(["summarize-high"]);
    top.type("\u001bOA");
    expect(top.chosen()).toEqual(["default-low"]);
    top.type("jjj");
    expect(top.chosen()).toEqual(["job-1"]);
    top.type("Gj");
    expect(top.chosen()).toEqual(["job-2"]);
    top.type("g");
    expect(top.chosen()).toEqual(["default-high"]);
  });

  test("stays chosen when the lanes are sorted, and is always on the screen", async () => {
    await using top = await open({ rows: 11, jobs: [active("job-1", 10)] });
    const order = () => top.lines().flatMap((line) => /^[> ] ((?:default|summarize)-\w+)/.exec(line)?.[1] ?? []);
    top.type("j");
    expect(top.lines().length).toBeLessThanOrEqual(10);
    expect(top.lines().join("\n")).toContain("more lines");
    top.type("s");
    expect(top.chosen()).toEqual(["default-low"]);
    expect(order()[0]).toBe("summarize-low");
    expect(top.lines().at(-1)).toContain("s sort (waiting)");
    top.type("s");
    expect(top.lines().at(-1)).toContain("s sort (running)");
    top.type("G");
    expect(top.chosen()).toEqual(["job-1"]);
    top.type("ssss");
    expect(top.lines().at(-1)).toContain("x revoke  s sort (waiting)");
  });
});

test.each([80, 100])("no line is wider than %i columns, where it would take two rows", async (columns) => {
  const name = "regenerate-everything-high";
  const jobs = [{ ...active("5d0f9c2a-0000-4000-8000-000000000001", 10), worker: `${name}@lambda` }];
  await using top = await open({ columns, jobs, queues: [queue("regenerate", [lane(name, { depth: 1_000 })])] });
  expect(top.lines().filter((line) => [...line].length > columns)).toEqual([]);
  expect(top.lines().join("\n")).toContain("5d0f9c2a-0000-4000-8000-000000000001");
});

describe("p", () => {
  test("pauses the chosen lane when the question is answered with y", async () => {
    await using top = await open({});
    top.type("j", "p");
    await top.says("Pause default-low? Running jobs continue; waiting jobs wait until it is resumed. [y/N]");
    expect(top.calls).toEqual([]);
    top.type("y");
    await top.says("default-low is paused.");
    expect(top.calls).toEqual(['/api/v1/queues/default/pause {"lane":"low"}']);
    expect(top.did).toEqual(["refresh"]);
    // The API's next answers may still have the state of before.
    expect(top.lines().join("\n")).toMatch(/> default-low +paused/);
    expect(top.lines().at(-1)).toContain("p resume");
  });

  test("resumes a lane that is paused, as its footer says", async () => {
    await using top = await open({});
    expect(top.lines().at(-1)).toContain("p pause");
    top.type("jj");
    expect(top.lines().at(-1)).toContain("p resume");
    top.type("p");
    await top.says("Resume summarize-high?");
    top.type("Y");
    await top.says("summarize-high is resumed.");
    expect(top.calls).toEqual(['/api/v1/queues/summarize/resume {"lane":"high"}']);
  });

  test.each(["n", "\u001b", "\r", "q", "p"])("does nothing when it is answered with %j", async (answer) => {
    await using top = await open({});
    top.type("p");
    await top.says("[y/N]");
    top.type(answer);
    await top.says("Nothing was done.");
    expect([top.calls, top.did]).toEqual([[], []]);
  });

  test("is not answered by what was pasted with it", async () => {
    await using top = await open({});
    top.type("copy");
    await top.says("[y/N]");
    expect(top.calls).toEqual([]);
  });

  test("says what a key may not", async () => {
    await using top = await open({ scopes: ["submit", "read"] });
    top.type("p");
    await top.says("This API key may not pause or resume lanes: it needs the scope admin, and has submit, read.");
    top.type("y");
    expect(top.calls).toEqual([]);
  });

  test("says why it has failed, and tells no success", async () => {
    const body = { type: "x", title: "x", status: 409, detail: "The queue cannot be paused now." };
    await using top = await open({ changed: { status: 409, body } });
    top.type("p");
    await top.says("[y/N]");
    top.type("y");
    await top.says("The queue cannot be paused now.");
    expect(top.lines().join("\n")).not.toContain("is paused");
  });

  test("does nothing with a job, nor with a lane whose state is not known", async () => {
    await using top = await open({
      queues: [queue("default", [lane("default-high", { paused: null })])],
      jobs: [active("job-1", 10)],
    });
    top.type("p");
    await top.says("default-high cannot be asked for its state.");
    top.type("j", "p");
    await top.says("Choose a lane to pause or resume.");
  });
});

describe("x", () => {
  test("revokes the job that was chosen when it was pressed", async () => {
    await using top = await open({ jobs: [active("job-1", 10)], scopes: ["submit"] });
    top.type("G", "x");
    await top.says("Revoke summarize job-1? It is stopped, also in the middle of its run. [y/N]");
    top.type("y");
    await top.says("summarize job-1 is revoked.");
    expect(top.calls).toEqual([expect.stringMatching(/^\/api\/v1\/jobs\/job-1\/revoke/)]);
  });

  test("does nothing with a lane, nor with a key that reads", async () => {
    await using top = await open({ jobs: [active("job-1", 10)], scopes: ["read"] });
    top.type("x");
    await top.says("Choose a running job to revoke");
    top.type("G", "x");
    await top.says("This API key may not revoke jobs: it needs the scope submit, and has read.");
    expect(top.calls).toEqual([]);
  });
});

test("h lists the keys until another is pressed; r looks again, q ends", async () => {
  await using top = await open({});
  top.type("h");
  expect(top.lines()[0]).toBe("Keys");
  top.type("p");
  expect(top.lines()[0]).toContain("sluice");
  top.type("r", "?", "q");
  expect(top.did).toEqual(["refresh", "quit"]);
});

test("where nobody can press keys, none are offered", async () => {
  await using top = await open({ interactive: false });
  expect(top.lines().join("\n")).not.toMatch(/quit|^>/m);
});
