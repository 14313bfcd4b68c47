/**
 * What processes hold in memory; on Linux alone.
 *
 * @module
 */

import { readdir, readFile } from "node:fs/promises";

const KB = 1_024;

/** Megabytes that processes and all that they have started hold (`VmRSS`: pages that several share count for each). */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const left = [...pids];
  let sum = 0;
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    sum += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const children = await readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "");
      left.push(...children.trim().split(" ").filter(Boolean).map(Number));
    }
  }
  return sum / KB;
}
