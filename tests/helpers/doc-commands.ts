/**
 * The commands that the pages show: those of fenced blocks, split into words as a shell does, and those of inline code.
 *
 * @module
 */

import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** One simple command of a shell: no pipes, no lists. */
export interface ShellCommand {
  /** Assignments before it; of a line that only assigns, all of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Program and arguments, without quotes. */
  readonly words: readonly string[];
  /** The file behind `<`, or of `cat` before a pipe; `-` for what another program pipes in. */
  readonly input: string | null;
  /** The comment on the line below it, such as what it answers. */
  readonly answer: string | null;
}

/** A command on a page. */
export interface DocCommand extends ShellCommand {
  readonly page: string;
  /** As it is written. */
  readonly text: string;
}

/** Pages of users: no records of decisions, no page that is generated from the commands' own help. */
export const guides: readonly string[] = globSync(
  ["*.md", "docs/**/*.md", "client/README.md", "clients/python/README.md", "examples/own-app/README.md"],
  { cwd: root },
).filter((page) => !page.includes("decisions") && page !== "docs/cli.md");

/** A page's Markdown. */
export const readPage = (page: string): string => readFileSync(join(root, page), "utf8");

/** A word as the program gets it. */
const withoutQuotes = (word: string): string =>
  word.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./gs, (part) => {
    if (part.startsWith("'")) return part.slice(1, -1);
    return part.startsWith('"') ? part.slice(1, -1).replaceAll(/\\(["\\$`])/g, "$1") : part.slice(1);
  });

/** Splits a script: quotes, continued lines, comments, `&&`, `;`, pipes, redirections, and `<placeholder>` as a word. */
export function shellCommands(script: string): ShellCommand[] {
  const commands: (ShellCommand & { answer: string | null })[] = [];
  let words: { text: string; quoted: boolean }[] = [];
  let redirect: string | null = null;
  let input: string | null = null;
  const end = (separator?: string) => {
    const env: Record<string, string> = {};
    while (words[0] && !words[0].quoted && /^[A-Za-z_]\w*=/.test(words[0].text)) {
      const [name = "", ...value] = words.shift()?.text.split("=") ?? [];
      env[name] = value.join("=");
    }
    if (words.length > 0 || Object.keys(env).length > 0)
      commands.push({ env, words: words.map(({ text }) => text), input, answer: null });
    input = separator === "|" ? (words[0]?.text === "cat" ? (words[1]?.text ?? "-") : "-") : null;
    words = [];
  };
  const token =
    /\\\n|(?<end>\n|&&|\|\||[;|])|(?<space>[ \t]+)|(?<comment>#[^\n]*)|(?<into>>>?|<(?=[ \t]))|(?<word>(?:<[a-z-]+>|'[^']*'|"(?:[^"\\]|\\.)*"|\\[^\n]|[^\s'"\\;|&<>]|&(?!&))+)/gs;
  for (const { 0: all, groups = {} } of script.matchAll(token)) {
    if (groups.end !== undefined) end(groups.end);
    else if (groups.comment !== undefined) {
      const last = commands.at(-1);
      if (words.length === 0 && last) last.answer ??= groups.comment.replace(/^#\s*/, "");
    } else if (groups.into !== undefined) redirect = groups.into;
    else if (groups.word !== undefined) {
      const text = withoutQuotes(all);
      if (redirect === null) words.push({ text, quoted: /^['"]/.test(all) });
      else if (redirect === "<") input = text;
      redirect = null;
    }
  }
  end();
  return commands;
}

/** The commands in a page's blocks of shell. */
export function blockCommands(page: string): DocCommand[] {
  return [...readPage(page).matchAll(/^( *)```(?:sh|bash|shell|console)\n([\s\S]*?)^ *```/gm)].flatMap(
    ([, indent = "", script = ""]) =>
      shellCommands(script.replaceAll(new RegExp(`^${indent}`, "gm"), "")).map((command) => ({
        ...command,
        page,
        text: [...Object.entries(command.env).map((pair) => pair.join("=")), ...command.words].join(" "),
      })),
  );
}

/** The inline code of a page, each in one line. */
export const inlineCode = (page: string): string[] =>
  [
    ...readPage(page)
      .replace(/^ *```[\s\S]*?^ *```$/gm, "")
      .matchAll(/`([^`]+)`/g),
  ].map(([, code = ""]) => code.replaceAll(/\s+/g, " "));

const PROGRAMS =
  /^(?:[A-Z][A-Z0-9_]*=\S+ )*(?:(?:npx|npm|sluice|sluice-types|curl|node|python|pip|aws|git|docker) |(?:scripts\/[a-z-]+\.sh|\.ci\/(?:run|suite))(?: |$))/;

/** Cells of a row of a table; a pipe in code is escaped. */
const cellsOf = (row: string): string[] => row.split(/(?<!\\)\|/).slice(1, -1);

/** The commands in columns whose heading is `npx sluice ...` or `npx sluice COMMAND`: what stands below goes on from there. */
export function tableCommands(page: string): DocCommand[] {
  const tables = [...readPage(page).matchAll(/^(\|.*\|)\n\|[ :|-]+\|\n((?:\|.*\|\n?)+)/gm)];
  return tables.flatMap(([, heading = "", rows = ""]) =>
    cellsOf(heading).flatMap((title, column) => {
      const [, group] = /`npx sluice ([a-z]+|\.\.\.)`/.exec(title) ?? [];
      if (group === undefined) return [];
      const cells = rows
        .trim()
        .split("\n")
        .map((row) => cellsOf(row)[column] ?? "");
      const codes = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code));
      return codes
        .filter((code) => !/^(npm |\/)/.test(code))
        .map((code) => `sluice ${group === "..." ? "" : `${group} `}${code}`)
        .flatMap((text) => shellCommands(text).map((command) => ({ ...command, page, text })));
    }),
  );
}

/** The commands in a page's inline code. They are mentioned there rather than given: arguments may be left out. */
export const inlineCommands = (page: string): DocCommand[] =>
  inlineCode(page)
    .filter((code) => PROGRAMS.test(code))
    .flatMap((text) => shellCommands(text).map((command) => ({ ...command, page, text })));
