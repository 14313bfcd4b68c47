/**
 * Converts a request that submits a job or a batch into what the engine takes: its options, and its inputs, checked beyond what
 * the engine itself refuses.
 *
 * @module
 */

import type { z } from "zod";
import type { TaskDefinition } from "../../contracts/define-task.ts";
import { MAX_DELAY_SECONDS, type SubmitBody } from "../../contracts/jobs/submit.ts";
import { readTraceparent } from "../../contracts/jobs/traceparent.ts";
import type { LimitedKey } from "../../contracts/keys/key-limits.ts";
import { withoutOptionalNulls } from "../../contracts/optional-nulls.ts";
import type { WebhookSettings } from "../../contracts/settings/webhooks.ts";
import { escalate } from "../../contracts/tasks/escalation.ts";
import { extract } from "../../contracts/tasks/extraction.ts";
import { normalize } from "../../contracts/tasks/normalize.ts";
import { summarize } from "../../contracts/tasks/summarize.ts";
import { RefusedSchemaError } from "../../shared/capabilities/json-schema/refused-schema-error.ts";
import type { WebhookSecretStore } from "../../shared/capabilities/webhooks/secret-store.ts";
import { webhookPolicy } from "../../shared/capabilities/webhooks/url-policy.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import type { SubmitRequest } from "../../shared/engine/jobs/submit.ts";
import { checkUrl, ForbiddenUrlError } from "../../shared/lib/http/guarded-post.ts";
import { faultsOf, jsonPointer } from "../../shared/lib/http/pointer.ts";
import { type Fault, invalid } from "../../shared/lib/http/problem.ts";
import { type ConfigServices, configOfSubmit } from "./config-of-submit.ts";

/** The services for checking a submit, beside the engine. */
export interface SubmitServices extends ConfigServices {
  readonly webhookSecrets: WebhookSecretStore;
  readonly webhookSettings: WebhookSettings;
}

/** The options of a submit, of one job or of a batch. */
type SubmitOptions = Pick<
  SubmitRequest,
  | "tenant"
  | "delaySeconds"
  | "eta"
  | "expiresIn"
  | "traceId"
  | "traceparent"
  | "callbackUrl"
  | "tags"
  | "config"
  | "configName"
  | "limitedKey"
>;

/** Which task is submitted, and by whom. */
interface SubmitFor {
  readonly task: TaskDefinition;
  readonly tenant: string;
  readonly traceparent: string | undefined;
  /** The key, where it has limits of its own. */
  readonly limitedKey?: LimitedKey | undefined;
}

/**
 * Reads the options of a submit.
 * @param traceparent the header, which counts when the body has none
 * @throws ProblemError 422 for a time, a config or a callback URL that cannot be accepted
 */
export async function submitOptions(
  body: Omit<SubmitBody, "input">,
  { task, tenant, traceparent, limitedKey }: SubmitFor,
  services: SubmitServices & { readonly jobs: Pick<JobServices, "now" | "catalog"> },
): Promise<SubmitOptions> {
  return {
    tenant,
    limitedKey,
    tags: body.tags,
    ...scheduleOf(body, services.jobs.now()),
    ...traceOf(body, traceparent),
    ...(body.config && (await configOfSubmit(body.config, { task, tenant }, services))),
    callbackUrl: await callbackUrlOf(body.callback_url, { tenant, path: "/callback_url" }, services),
  };
}

/**
 * When jobs are to run, as a request asks for it.
 * @param now milliseconds since the epoch
 * @throws ProblemError 422 when it has both a delay and a time, or a time that is too far away
 */
function scheduleOf(
  body: Omit<SubmitBody, "input">,
  now: number,
): Pick<SubmitRequest, "delaySeconds" | "eta" | "expiresIn"> {
  if (body.delay_seconds !== undefined && body.eta !== undefined) {
    throw invalid([{ path: "/eta", message: "specify either delay_seconds or eta, not both" }]);
  }
  if (body.eta !== undefined && Date.parse(body.eta) - now > MAX_DELAY_SECONDS * 1_000) {
    throw invalid([{ path: "/eta", message: `must be within ${MAX_DELAY_SECONDS / 86_400} days from now` }]);
  }
  return {
    delaySeconds: body.delay_seconds,
    eta: body.eta === undefined ? undefined : new Date(body.eta),
    expiresIn: body.expires_in,
  };
}

/**
 * The trace that jobs belong to. A caller's own `trace_id` is kept beside a `traceparent`.
 * @param header the `traceparent` header, which counts when the body has none
 */
function traceOf(
  body: Pick<SubmitBody, "trace_id" | "traceparent">,
  header: string | undefined,
): Pick<SubmitRequest, "traceId" | "traceparent"> {
  const parent = readTraceparent(body.traceparent ?? header);
  return { traceId: body.trace_id ?? parent?.traceId, traceparent: parent?.traceparent };
}

/**
 * Checks a callback URL of a submit, and that its webhooks can be signed: the first one of a project makes its secret.
 * The address that the host resolves to is checked when the webhook is sent.
 * @param at.path where it is in the body
 * @returns the URL as it will be called, or undefined when there is none
 * @throws ProblemError 422 that says what is wrong with the URL
 */
export async function callbackUrlOf(
  given: string | undefined,
  at: { readonly tenant: string; readonly path: string },
  { webhookSecrets, webhookSettings }: SubmitServices,
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const message = urlFault(given, webhookSettings);
  if (message !== undefined) throw invalid([{ path: at.path, message }]);
  await webhookSecrets.ensure(at.tenant);
  return new URL(given).href;
}

/** Why the stage may not call a URL; undefined when it may. */
function urlFault(given: string, settings: WebhookSettings): string | undefined {
  try {
    checkUrl(given, webhookPolicy(settings));
    return undefined;
  } catch (error) {
    if (error instanceof ForbiddenUrlError) return error.message;
    throw error;
  }
}

/** Most faults that one answer reports; a caller fixes these and repeats the request. */
const MAX_FAULTS = 50;
/**
 * What the deeper checks of one request may take; the gateway gives up after 30 seconds. Inputs beyond that are checked
 * by the worker alone, as all were before the API did.
 */
const CHECK_MS = 5_000;

/**
 * Validates what a zod schema cannot express; paths are relative to the input.
 * @throws RefusedSchemaError
 */
type DeepCheck = (input: never) => Fault | undefined;

/** What checks depend on beside the inputs: the request's config and the stage's settings. */
interface Asked extends Pick<SubmitBody, "config"> {
  readonly services: Pick<SubmitServices, "webhookSettings">;
}

/** @returns undefined when there is nothing to check */
type LoadCheck = (asked: Asked) => Promise<DeepCheck | undefined>;

/** Loads what checks the inputs of one request. */
const checks: ReadonlyMap<TaskDefinition, LoadCheck> = new Map<TaskDefinition, LoadCheck>([
  [normalize, checkSchemas],
  [extract, checkExtractionSchemas],
  [summarize, checkLength],
  [escalate, checkNotified],
]);

async function checkSchemas(): Promise<DeepCheck> {
  // Loaded when the task is submitted, so that other routes start without the compiler of schemas.
  const { compileSchema } = await import("../../shared/capabilities/json-schema/compile-schema.ts");
  return eachSchemaOnce((schema) => compileSchema(schema, "/schema"));
}

async function checkExtractionSchemas(): Promise<DeepCheck> {
  const { extractionSchemas } = await import("../../shared/capabilities/extraction/schemas.ts");
  return eachSchemaOnce(extractionSchemas);
}

/** The inputs of a batch usually have one schema. */
function eachSchemaOnce(check: (schema: Record<string, unknown>) => unknown): DeepCheck {
  const accepted = new Set<string>();
  return ({ schema }: { readonly schema: Record<string, unknown> }) => {
    const text = JSON.stringify(schema);
    if (accepted.has(text)) return undefined;
    check(schema);
    accepted.add(text);
    return undefined;
  };
}

/** A text that its parts do not make fit into the model's context, or not in time, would fail after it has cost tokens. */
async function checkLength({ config }: Asked): Promise<DeepCheck | undefined> {
  // How much another model takes is not known.
  if (config !== undefined) return undefined;
  const { lengthFault } = await import("../../shared/capabilities/llm/length-bound.ts");
  return (input: z.output<typeof summarize.input>) => {
    const message = lengthFault(input);
    return message === undefined ? undefined : { path: "/text", message };
  };
}

/** Checks the URL that an escalation notifies; the address of its host is checked when it is called. */
async function checkNotified({ services }: Asked): Promise<DeepCheck> {
  return ({ notify }: z.output<typeof escalate.input>) => {
    const message = notify && urlFault(notify.url, services.webhookSettings);
    return message === undefined ? undefined : { path: "/notify/url", message };
  };
}

/**
 * The inputs of a request as the engine takes them: without nulls that mean nothing, and {} where it is left out and the
 * task needs nothing.
 * @param inputs with the place of each in the request, such as `["input"]`
 * @throws ProblemError 422 that names every fault, up to a bound
 */
export async function readTaskInputs(
  task: TaskDefinition,
  inputs: readonly { readonly at: readonly PropertyKey[]; readonly given: unknown }[],
  asked: Asked,
): Promise<unknown[]> {
  const { input: schema } = task;
  const takesNothing = schema.safeParse({}).success;
  const check = await checks.get(task)?.(asked);
  const started = performance.now();
  const faults: Fault[] = [];
  const read = inputs.map(({ at, given }) => {
    const value = takesNothing && (given ?? null) === null ? {} : withoutOptionalNulls(schema, given);
    if (faults.length < MAX_FAULTS) {
      const parsed = schema.safeParse(value);
      if (!parsed.success)
        faults.push(...faultsOf(parsed.error.issues, at).map((fault) => withAdvice(fault, at, task)));
      else if (check && performance.now() - started < CHECK_MS)
        faults.push(...refusalsOf(() => check(parsed.data as never), at));
    }
    return value;
  });
  if (faults.length > 0) throw invalid(faults.slice(0, MAX_FAULTS));
  return read;
}

/** A field of a replaced system is refused with what to send instead. */
function withAdvice(fault: Fault, at: readonly PropertyKey[], { replacedFields = {} }: TaskDefinition): Fault {
  const field = fault.path.slice(jsonPointer(at).length + 1);
  const advice = Object.hasOwn(replacedFields, field) ? replacedFields[field] : undefined;
  return advice === undefined ? fault : { ...fault, message: advice };
}

function refusalsOf(check: () => Fault | undefined, at: readonly PropertyKey[]): Fault[] {
  try {
    const fault = check();
    return fault ? [{ ...fault, path: jsonPointer(at) + fault.path }] : [];
  } catch (error) {
    if (!(error instanceof RefusedSchemaError)) throw error;
    return [{ path: jsonPointer(at) + error.pointer, message: error.reason }];
  }
}
