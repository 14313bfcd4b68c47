/**
 * Reads one file in a process of its own, without recognition, and prints the seconds it took and the largest resident memory
 * of the process in MB, as JSON.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { closeDocumentThreads, extractText } from "../../shared/capabilities/documents/extract.ts";

const [path = ""] = process.argv.slice(2);
const bytes = await readFile(path);
const started = performance.now();
const { characters } = await extractText(bytes, { signal: new AbortController().signal, mode: "never" });
const seconds = (performance.now() - started) / 1_000;
await closeDocumentThreads();
console.log(JSON.stringify({ seconds, characters, memory: process.resourceUsage().maxRSS / 1_024 }));
