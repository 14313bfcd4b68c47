import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findEmbeddedStack } from "../../../cli/connection/embedded-stack.ts";
import { findEndpoint } from "../../../cli/connection/endpoint.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "sluice-cli-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = (more: Record<string, string> = {}) => ({ HOME: home, ...more });
/** Nothing runs on this machine. */
const none = () => undefined;
const running = () => ({ url: "http://127.0.0.1:4600", api_key: "local-key", pid: 1 });

function writeConfig(config: unknown): string {
  const folder = join(home, ".config/sluice");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "config.json");
  writeFileSync(path, typeof config === "string" ? config : JSON.stringify(config));
  return path;
}

const profiles = {
  profiles: {
    prod: { url: "https://prod.example", api_key: "prod-key" },
    safe: { url: "https://safe.example", api_key_env: "SAFE_KEY" },
  },
};

test("flags win over the environment, that over profiles, and those over the embedded stack", () => {
  writeConfig({ default_profile: "prod", ...profiles });
  const all = env({
    SLUICE_URL: "https://env.example",
    SLUICE_API_KEY: "env-key",
    SLUICE_PROFILE: "safe",
    SAFE_KEY: "s",
  });
  const url = (options: Parameters<typeof findEndpoint>[0], from: Record<string, string>) =>
    findEndpoint(options, from, running).url;

  expect(url({ url: "https://flag.example", profile: "prod" }, all)).toBe("https://flag.example");
  expect(url({ profile: "prod" }, all)).toBe("https://prod.example");
  expect(url({}, all)).toBe("https://env.example");
  expect(url({}, env({ SLUICE_PROFILE: "safe", SAFE_KEY: "s" }))).toBe("https://safe.example");
  expect(url({}, env())).toBe("https://prod.example");
  writeConfig({});
  expect(url({}, env())).toBe("http://127.0.0.1:4600");
});

test("needs nothing while the embedded stack runs", () => {
  expect(findEndpoint({}, env(), running)).toMatchObject({
    apiKey: "local-key",
    source: "the embedded stack on this machine",
  });
});

test("sends a profile's key, and the embedded stack's, to no other URL", () => {
  writeConfig({ default_profile: "prod", ...profiles });

  expect(findEndpoint({ url: "https://other.example" }, env(), running).apiKey).toBeUndefined();
  expect(findEndpoint({ url: "http://127.0.0.1:4600/" }, env(), running).apiKey).toBe("local-key");
  expect(findEndpoint({ profile: "prod" }, env({ SLUICE_API_KEY: "env-key" }), none).apiKey).toBe("prod-key");
});

test("takes a profile's key from the variable that it names", () => {
  writeConfig(profiles);

  expect(findEndpoint({ profile: "safe" }, env({ SAFE_KEY: "from-env" }), none).apiKey).toBe("from-env");
  expect(() => findEndpoint({ profile: "safe" }, env(), none)).toThrow(/SAFE_KEY, which is not set/);
});

test("forgives a URL with the path of a page", () => {
  expect(findEndpoint({ url: "https://x.example/api/v1/" }, env(), none).url).toBe("https://x.example");
  expect(findEndpoint({ url: "https://x.example/console" }, env(), none).url).toBe("https://x.example");
});

test.each([
  [{ url: "ftp://x" }, "", /--url: "ftp:\/\/x" is not an http or https URL/],
  [{ profile: "nope" }, JSON.stringify(profiles), /There is no profile nope .* There are: prod, safe/],
  [{ profile: "nope" }, "{", /is not JSON/],
  [{ profile: "nope" }, `{"profiles":{"x":{"url":"no"}}}`, /profiles.x.url/],
  [{}, "{}", /There is no API to talk to. Start the embedded stack/],
])("says what is wrong with %j", (options, config, message) => {
  if (config) writeConfig(config);
  expect(() => findEndpoint(options, env(), none)).toThrow(message);
});

test("takes the endpoint file of a process that runs, and no other", () => {
  const file = join(home, "endpoint.json");
  const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));

  write({ url: "http://127.0.0.1:1", api_key: "key", pid: process.pid });
  expect(findEmbeddedStack([join(home, "none.json"), file])).toMatchObject({ url: "http://127.0.0.1:1" });
  // No machine has so many processes.
  write({ url: "http://127.0.0.1:1", api_key: "key", pid: 2 ** 30 });
  expect(findEmbeddedStack([file])).toBeUndefined();
  write({ url: "http://127.0.0.1:1" });
  expect(findEmbeddedStack([file])).toBeUndefined();
});

test("says so when the configuration cannot be read", { skip: process.getuid?.() === 0 }, () => {
  chmodSync(writeConfig(profiles), 0o000);
  expect(() => findEndpoint({}, env(), none)).toThrow(/cannot be read/);
});
