/**
 * Adds a task to the repository that this program belongs to, or to an app of somebody's own.
 *
 * @module
 */

import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { type RetryClass, retryClasses } from "../../contracts/jobs/retry.ts";
import { usage } from "../exit-codes.ts";
import { addToApp, addToCatalog, addToQueueFile, addToReach } from "./edit-source.ts";
import { formatFiles } from "./format-files.ts";
import { ownContractFile, ownHandlerFile, ownTestFile } from "./own-app-templates.ts";
import { contractFile, handlerFile, queueFile, type TaskPlan, testFile } from "./templates.ts";

/** What `new-task` is asked to write. */
export interface NewTask {
  readonly name: string;
  readonly queue?: string | undefined;
  readonly llm?: boolean | undefined;
  readonly description?: string | undefined;
}

/** The files that `new-task` wrote or changed. */
export interface Scaffolded {
  /** Paths from the project's root. */
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly queue: string;
  readonly new_queue: boolean;
}

const projectRoot = fileURLToPath(new URL("../..", import.meta.url));
/** Where an app of one's own has its catalog, as the template has it. */
const APP = "sluice/app.ts";

/** Where the files go. */
export interface ScaffoldPlaces {
  /** The repository of this program, if it is one: an installed package is none. @default its own */
  readonly repository?: string;
  /** The folder of an app. @default the working directory */
  readonly folder?: string;
}

/**
 * Writes the files. Everything is checked before the first one is written.
 * @throws CliError when the name does not fit, something of that name is there already, or there is no place for it
 */
export async function scaffoldTask(task: NewTask, catalog: Catalog, places: ScaffoldPlaces = {}): Promise<Scaffolded> {
  const { repository = projectRoot, folder = process.cwd() } = places;
  if (await exists(join(repository, "contracts/catalog.ts"))) return await addToRepository(task, catalog, repository);
  if (await exists(join(folder, APP))) return await addToOwnApp(task, catalog, folder);
  throw usage(`There is no ${APP} in this folder. Begin an app with \`sluice init\`, or change to its folder.`);
}

/** Two files in `sluice/tasks`, a test, and two lines in `sluice/app.ts`. */
async function addToOwnApp(task: NewTask, catalog: Catalog, folder: string): Promise<Scaffolded> {
  const source = await readFile(join(folder, APP), "utf8");
  const own = await definitionsIn(join(folder, "sluice/tasks"));
  const plan = planTask(task, catalog, (queue) => retryIn(own, queue) ?? retryOf(catalog, queue));
  const [contract, handler, test] = [
    `sluice/tasks/${plan.file}.ts`,
    `sluice/tasks/${plan.file}.run.ts`,
    `tests/${plan.file}.test.ts`,
  ] as const;
  for (const path of [contract, handler, test]) {
    if (await exists(join(folder, path))) throw usage(`${path} is there already.`);
  }
  const isNew = retryIn(own, plan.queue) === undefined && !catalog.queues.some(({ name }) => name === plan.queue);
  const contents = [
    [contract, ownContractFile(plan)],
    [handler, ownHandlerFile(plan)],
    [test, ownTestFile(plan)],
    [APP, addToApp(source, plan)],
  ] as const;
  for (const [path, content] of contents) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return { created: [contract, handler, test], changed: [APP], queue: plan.queue, new_queue: isNew };
}

/** The sources of an app's definitions. */
async function definitionsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return await Promise.all(
    names.filter((name) => name.endsWith(".ts")).map((name) => readFile(join(folder, name), "utf8")),
  );
}

/** The retry class of an app's own queue: all tasks of a queue have one. */
function retryIn(sources: readonly string[], queue: string): RetryClass | undefined {
  const source = sources.find((each) => each.includes(`queue: "${queue}"`));
  const names = Object.keys(retryClasses) as RetryClass[];
  return names.find((name) => source?.includes(`retry: "${name}"`));
}

const retryOf = (catalog: Catalog, queue: string): RetryClass | undefined =>
  catalog.queues.find(({ name }) => name === queue)?.retry;

async function addToRepository(task: NewTask, catalog: Catalog, root: string): Promise<Scaffolded> {
  const plan = planTask(task, catalog, (queue) => retryOf(catalog, queue));
  const contract = `contracts/tasks/${plan.file}.ts`;
  const handler = `functions/tasks/${plan.file}.ts`;
  const test = `tests/unit/tasks/${plan.file}.test.ts`;
  const reach = "tests/unit/tasks/reach.test.ts";
  const queuePath = `functions/queues/${plan.queue}.ts`;
  const catalogPath = "contracts/catalog.ts";
  for (const path of [contract, handler, test]) {
    if (await exists(join(root, path))) throw usage(`${path} is there already.`);
  }
  const newQueue = !(await exists(join(root, queuePath)));
  const contents = new Map([
    [contract, contractFile(plan)],
    [handler, handlerFile(plan)],
    [test, testFile(plan)],
    [reach, addToReach(await readFile(join(root, reach), "utf8"), plan)],
    [catalogPath, addToCatalog(await readFile(join(root, catalogPath), "utf8"), plan)],
    [queuePath, newQueue ? queueFile(plan) : addToQueueFile(await readFile(join(root, queuePath), "utf8"), plan)],
  ]);
  for (const [path, content] of contents) await writeFile(join(root, path), content);
  await formatFiles(root, [...contents.keys()]);
  return {
    created: [contract, handler, test, ...(newQueue ? [queuePath] : [])],
    changed: [catalogPath, ...(newQueue ? [] : [queuePath]), reach],
    queue: plan.queue,
    new_queue: newQueue,
  };
}

function planTask(
  { name, queue, llm = false, description }: NewTask,
  catalog: Catalog,
  retry: (queue: string) => RetryClass | undefined,
): TaskPlan {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))
    throw usage(`${name}: a task's name is snake_case, such as translate_text.`);
  const taken = catalog.findTask(name)?.name;
  if (taken) throw usage(`There is a task ${taken} already${taken === name ? "" : `, also called ${name}`}.`);
  const file = name.replaceAll("_", "-");
  const chosen = queue ?? (llm ? file : "default");
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(chosen)) {
    throw usage(`--queue ${chosen}: a queue's name is lower-case words joined by hyphens.`);
  }
  return {
    name,
    file,
    identifier: identifierFor(name),
    queue: chosen,
    // A queue holds one retry class.
    retry: retry(chosen) ?? "standard",
    llm,
    description: description ?? "TODO: one sentence on what it does.",
  };
}

/** `translate_text` as `translateText`; a word of the language gets a suffix. */
function identifierFor(name: string): string {
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return RESERVED.has(camel) ? `${camel}Task` : camel;
}

/** Words that cannot name a constant of a module, and names that the templates use themselves. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "await break case catch class const continue debugger default delete do else enum export extends false finally for " +
    "function if implements import in instanceof interface let new null package private protected public return static " +
    "super switch this throw true try typeof var void while with yield eval arguments catalog handler run z"
  ).split(" "),
);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
