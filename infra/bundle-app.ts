/**
 * Bundles the functions of the catalog and prints the size of each. Run it as `npm run bundle`.
 *
 * @module
 */

import { catalog } from "../contracts/catalog.ts";
import { bundleFunctions } from "./bundle.ts";

const started = performance.now();
const sizes = await bundleFunctions({ queues: catalog.queues });
for (const [name, bytes] of Object.entries(sizes)) {
  process.stdout.write(`${name.padEnd(16)} ${(bytes / 1024).toFixed(0).padStart(6)} KB\n`);
}
process.stdout.write(`bundled in ${(performance.now() - started).toFixed(0)} ms\n`);
