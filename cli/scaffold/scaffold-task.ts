/**
 * Adds a task to the project that this program belongs to.
 *
 * @module
 */

import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { usage } from "../exit-codes.ts";
import { addToCatalog, addToQueueFile, addToReach } from "./edit-source.ts";
import { formatFiles } from "./format-files.ts";
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

/**
 * Writes the files. Everything is checked before the first one is written.
 * @throws CliError when the name does not fit, or something of that name is there already
 */
export async function scaffoldTask(task: NewTask, catalog: Catalog, root: string = projectRoot): Promise<Scaffolded> {
  if (!(await exists(join(root, "contracts/catalog.ts")))) {
    throw usage(
      "new-task writes into Sluice's own repository. In an app of your own, a task is two files and two lines in sluice/app.ts: see docs/own-app.md.",
    );
  }
  const plan = planTask(task, catalog);
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

function planTask({ name, queue, llm = false, description }: NewTask, catalog: Catalog): TaskPlan {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name))
    throw usage(`${name}: a task's name is snake_case, such as translate_text.`);
  const taken = catalog.findTask(name)?.name;
  if (taken) throw usage(`There is a task ${taken} already${taken === name ? "" : `, also called ${name}`}.`);
  const file = name.replaceAll("_", "-");
  const chosen = queue ?? (llm ? file : "default");
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(chosen)) {
    throw usage(`--queue ${chosen}: a queue's name is lower-case words joined by hyphens.`);
  }
  const existing = catalog.queues.find((each) => each.name === chosen);
  return {
    name,
    file,
    identifier: identifierFor(name),
    queue: chosen,
    // A queue holds one retry class.
    retry: existing?.retry ?? "standard",
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
