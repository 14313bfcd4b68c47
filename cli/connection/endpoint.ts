/**
 * Decides which API a command talks to: flags, then the environment, then a profile, then the embedded stack.
 *
 * @module
 */

import { CliError, usage } from "../exit-codes.ts";
import { type EmbeddedStack, findEmbeddedStack } from "./embedded-stack.ts";
import { type Profile, profileOf, readConfig } from "./profiles.ts";

/** The options `--url`, `--key` and `--profile`. */
export interface EndpointOptions {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly profile?: string | undefined;
}

/** The API that a command talks to, and the key it uses. */
export interface Endpoint {
  readonly url: string;
  readonly apiKey: string | undefined;
  /** Where the URL was found, for people. */
  readonly source: string;
  readonly profile: Profile | undefined;
  /** When it is the stack that runs on this machine. */
  readonly embedded: EmbeddedStack | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A key goes only to the URL that it was given with: a profile's key never to another URL.
 * @throws CliError when there is none, or a profile does not exist
 */
export function findEndpoint(
  options: EndpointOptions,
  env: Environment,
  embeddedStack: () => EmbeddedStack | undefined = findEmbeddedStack,
): Endpoint {
  const running = embeddedStack();
  const found = locate(options, env, running);
  if (!found) {
    throw new CliError(
      "unreachable",
      "There is no API to talk to. Start the embedded stack with `npm start`, or give --url and --key, SLUICE_URL and SLUICE_API_KEY, or --profile.",
    );
  }
  const embedded = running && sameOrigin(running.url, found.url) ? running : undefined;
  return {
    url: checkUrl(found.url, found.source),
    apiKey: options.key ?? found.key ?? embedded?.api_key,
    source: found.source,
    profile: found.profile,
    embedded,
  };
}

interface Found {
  readonly url: string;
  readonly key?: string | undefined;
  readonly source: string;
  readonly profile?: Profile;
}

function locate(options: EndpointOptions, env: Environment, running: EmbeddedStack | undefined): Found | undefined {
  const { SLUICE_URL, SLUICE_API_KEY, SLUICE_PROFILE } = env;
  if (options.url) return { url: options.url, key: SLUICE_API_KEY || undefined, source: "--url" };
  if (options.profile) return fromProfile(options.profile, env);
  if (SLUICE_URL) return { url: SLUICE_URL, key: SLUICE_API_KEY || undefined, source: "SLUICE_URL" };
  if (SLUICE_PROFILE) return fromProfile(SLUICE_PROFILE, env);
  const { default_profile } = readConfig(env);
  if (default_profile) return fromProfile(default_profile, env);
  return running && { url: running.url, key: running.api_key, source: "the embedded stack on this machine" };
}

function fromProfile(name: string, env: Environment): Found {
  const profile = profileOf(readConfig(env), name, env);
  const key = profile.api_key_env === undefined ? profile.api_key : env[profile.api_key_env];
  if (profile.api_key_env !== undefined && !key) {
    throw usage(`Profile ${name} takes its key from ${profile.api_key_env}, which is not set.`);
  }
  return { url: profile.url, key, source: `profile ${name}`, profile };
}

function checkUrl(url: string, source: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw usage(`${source}: "${url}" is not an http or https URL.`);
  // People copy the URL with its path from documents and browsers.
  return url.replace(/\/(api\/v1|console|docs)?\/*$/, "");
}

const sameOrigin = (one: string, other: string): boolean =>
  URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
