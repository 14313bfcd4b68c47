/**
 * Loads a function's code once, as Lambda's init does, and says what it took. It runs in a process of its own, given the
 * file of the code; what Node needs to begin is not counted.
 *
 * @module
 */

import { pathToFileURL } from "node:url";

const [, , file = ""] = process.argv;
const cpuBefore = process.cpuUsage();
const started = performance.now();
await import(pathToFileURL(file).href);
const wall = performance.now() - started;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(
  `${JSON.stringify({ wall, cpu: (user + system) / 1_000, rss: process.memoryUsage.rss() / 2 ** 20 })}\n`,
);
process.exit();
