/**
 * Adds a task's lines to source files whose shape is known; the formatter puts them in order afterwards.
 *
 * @module
 */

import { usage } from "../exit-codes.ts";
import { entryOf, type TaskPlan } from "./templates.ts";

const CATALOG_END = /(?<=defineCatalog\(\{[^}]*)\n\}\);/;
const REACH_END = /(?<=const reach:[^{]*\{[^}]*)\n\};/;
const HANDLER = /(queueHandler\(\s*"[^"]+",\s*\{)([^}]*)(\})/;

/** @throws CliError when the catalog does not look as expected */
export function addToCatalog(source: string, plan: TaskPlan): string {
  if (!CATALOG_END.test(source)) throw unexpected("contracts/catalog.ts", entryOf(plan));
  const imported = addImport(source, `import { ${plan.identifier} } from "./tasks/${plan.file}.ts";`);
  return imported.replace(CATALOG_END, (end) => `\n  ${entryOf(plan)},${end}`);
}

/** @throws CliError when the queue's file does not look as expected */
export function addToQueueFile(source: string, plan: TaskPlan): string {
  if (!HANDLER.test(source)) throw unexpected(`functions/queues/${plan.queue}.ts`, entryOf(plan));
  const imported = addImport(source, `import * as ${plan.identifier} from "../tasks/${plan.file}.ts";`);
  return imported.replace(HANDLER, (...[, open, entries, close]: [string, string, string, string]) => {
    const kept = entries.trim().replace(/,$/, "");
    return `${open} ${kept === "" ? "" : `${kept}, `}${entryOf(plan)} ${close}`;
  });
}

/**
 * A scaffolded task reads and writes nothing of other projects.
 * @throws CliError when the table does not look as expected
 */
export function addToReach(source: string, { name }: TaskPlan): string {
  if (!REACH_END.test(source)) throw unexpected("tests/unit/tasks/reach.test.ts", `${name}: "own"`);
  return source.replace(REACH_END, (end) => `\n  ${name}: "own",${end}`);
}

const APP_CATALOG = /(defineCatalog\(\{)([^}]*)(\}\))/;
const APP_HANDLERS = /(?<=\bhandlers\b[^=]*=\s*\{[^}]*)\n\};/;

/**
 * Adds a task to the catalog of an app of one's own, and its code to the handlers.
 * @throws CliError when the file does not look as expected
 */
export function addToApp(source: string, plan: TaskPlan): string {
  const code = `${plan.name}: () => import("./tasks/${plan.file}.run.ts")`;
  if (!APP_CATALOG.test(source) || !APP_HANDLERS.test(source)) {
    throw unexpected("sluice/app.ts", `${entryOf(plan)}\` to the catalog and \`${code}`);
  }
  return addImport(source, `import { ${plan.identifier} } from "./tasks/${plan.file}.ts";`)
    .replace(APP_CATALOG, (...[, open, entries, close]: [string, string, string, string]) => {
      const [, kept = "", space = ""] = /^([\s\S]*?),?(\s*)$/.exec(entries) ?? [];
      const joint = space.includes("\n") ? ",\n  " : ", ";
      return `${open}${kept}${joint}${entryOf(plan)}${space.includes("\n") ? "," : ""}${space}${close}`;
    })
    .replace(APP_HANDLERS, (end) => `\n  ${code},${end}`);
}

/** Below the last import, which may take several lines. */
function addImport(source: string, line: string): string {
  const lines = source.split("\n");
  const last = lines.findLastIndex((each) => each.startsWith("import "));
  const end = last < 0 ? last : lines.findIndex((each, at) => at >= last && /from "[^"]+";$/.test(each));
  return lines.toSpliced(end + 1, 0, line).join("\n");
}

const unexpected = (path: string, entry: string) =>
  usage(`${path} does not look as expected, so nothing was changed. Add \`${entry}\` there by hand.`);
