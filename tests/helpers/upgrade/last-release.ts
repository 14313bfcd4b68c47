/**
 * The code of the last release beside this one's: its tree from git, with the packages of this checkout.
 *
 * @module
 */

import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/**
 * The commit that stands for the last release: what it stored is read by this code, and what this code stores by it. Set it to
 * the released commit with each release (docs/decisions/0355-both-ways-between-versions.md).
 */
export const LAST_RELEASE = "5d1622bb";

const run = promisify(execFile);
const here = resolve(import.meta.dirname, "../../..");

/** Why its code cannot be had; undefined when it can. */
export function lacksLastRelease(): string | undefined {
  try {
    execFileSync("git", ["-C", here, "cat-file", "-e", `${LAST_RELEASE}^{commit}`], { stdio: "ignore" });
    return undefined;
  } catch {
    return `the commit ${LAST_RELEASE} is not in this clone: git fetch --unshallow`;
  }
}

/** A tree of the project's code. */
export interface CodeTree {
  readonly root: string;
  /** Synthesizes its stage with these settings. @returns the assembly's folder */
  synthesize(settings: Readonly<Record<string, string>>): Promise<string>;
  remove(): Promise<void>;
}

const SYNTHESIZE = `
  import { synthesize } from "./local/synth.ts";
  await synthesize(process.argv[1], JSON.parse(process.argv[2]));
`;

function codeTree(root: string, remove: () => Promise<void>): CodeTree {
  const folders: string[] = [];
  return {
    root,
    async synthesize(settings) {
      const folder = await mkdtemp(join(tmpdir(), "sluice-version-"));
      folders.push(folder);
      const options = { cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME }, maxBuffer: 64 << 20 };
      const given = JSON.stringify({ LOG_FORMAT: "text", ...settings });
      await run(process.execPath, ["--input-type=module", "-e", SYNTHESIZE, folder, given], options);
      return folder;
    },
    async remove() {
      await Promise.all([...folders.map((folder) => rm(folder, { recursive: true, force: true })), remove()]);
    },
  };
}

/** This checkout. */
export const thisCode = (): CodeTree => codeTree(here, async () => {});

/** The tree of the last release in a folder of its own. */
export async function codeOfLastRelease(): Promise<CodeTree> {
  const root = await mkdtemp(join(tmpdir(), "sluice-release-"));
  await run("sh", ["-c", 'git -C "$0" archive "$1" | tar -x -C "$2"', here, LAST_RELEASE, root]);
  await symlink(join(here, "node_modules"), join(root, "node_modules"));
  return codeTree(root, () => rm(root, { recursive: true, force: true }));
}
