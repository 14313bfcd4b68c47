import { statSync } from "node:fs";
import type { Cli } from "../cli.ts";
import { configPath, readConfig } from "../connection/profiles.ts";
import { reportError } from "../report-error.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** What Lambda runs; the project is tested on it. */
const WANTED_MAJOR = 24;

/** Checks that need no network: Node, the settings, the configuration file. */
export function checkMachine(cli: Cli): Check[] {
  return [checkNode(), ...checkSettings(cli), ...checkConfigFile(cli)];
}

function checkNode(): Check {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= WANTED_MAJOR) return ok("Node", node);
  return warn("Node", `${node} works, but the functions run on ${WANTED_MAJOR}`, `Install Node ${WANTED_MAJOR}.`);
}

function checkSettings(cli: Cli): Check[] {
  try {
    const { url, source } = cli.endpoint();
    return [ok("settings", `${url} from ${source}`), ...checkEncryption(url)];
  } catch (error) {
    return [
      fail("settings", reportError(error).line, "`sluice --help` says where the API's URL and key are looked for."),
    ];
  }
}

function checkEncryption(url: string): Check[] {
  const { protocol, hostname } = new URL(url);
  const local = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (protocol === "https:" || local) return [];
  return [warn("encryption", "the key travels unencrypted", "Use the deployment's https URL.")];
}

function checkConfigFile({ env }: Cli): Check[] {
  const path = configPath(env);
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || process.platform === "win32") return [];
  const holdsKeys = Object.values(readConfig(env).profiles).some(({ api_key }) => api_key !== undefined);
  if (!holdsKeys || (mode & 0o077) === 0) return [ok("profiles", path)];
  return [warn("profiles", `${path} holds keys, and others may read it`, `Run: chmod 600 ${path}`)];
}
