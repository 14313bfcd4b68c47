/**
 * The API's handler on real SQS and DynamoDB emulators, without a gateway: a test plays the worker by hand.
 *
 * @module
 */

import { SSMClient } from "@aws-sdk/client-ssm";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { keyTable } from "../../contracts/resources.ts";
import { createApi } from "../../functions/api/api.ts";
import { ProjectQuotas } from "../../functions/api/quotas.ts";
import { newCredentials } from "../../local/services/credentials.ts";
import { startSecrets } from "../../local/services/secrets.ts";
import type { LanguageModelBackend } from "../../shared/capabilities/llm/backend.ts";
import { ConfigStore } from "../../shared/capabilities/llm/configs/config-store.ts";
import { embedded } from "../../shared/capabilities/llm/embedded/backend.ts";
import { ProviderStore } from "../../shared/capabilities/llm/providers/provider-store.ts";
import { projectServices } from "../../shared/capabilities/projects/services.ts";
import { WebhookSecretStore } from "../../shared/capabilities/webhooks/secret-store.ts";
import type { JobRecord } from "../../shared/engine/jobs/record.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { transitions, writePayload } from "../../shared/engine/jobs/store.ts";
import { KeyStore } from "../../shared/engine/keys/key-store.ts";
import { embeddingLimiter } from "../../shared/engine/limits/embedding-limiter.ts";
import { llmLimiter } from "../../shared/engine/limits/llm-limiter.ts";
import type { Mappings } from "../../shared/engine/operations/mappings.ts";
import { Table } from "../../shared/engine/table/table.ts";
import { expectDocumented } from "./documented-statuses.ts";
import { KEY_TABLE, startEmulatedServices } from "./emulated-services.ts";
import { CALLER, type HttpEventOptions, httpEvent } from "./http-event.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

export interface TestApiOptions {
  /** Lambda cannot be asked unless a test gives an answer. */
  readonly mappings?: Mappings;
  /** What limits the language model, by the names of the settings. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Settings of tasks, by their names. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The families of queues that the stage has; all when not given. */
  readonly families?: string;
  /** There is no language model unless a test brings one. */
  readonly languageModel?: LanguageModelBackend;
}

const noMappings: Mappings = {
  list: () => Promise.reject(new Error("There is no Lambda here.")),
  setPaused: () => Promise.reject(new Error("There is no Lambda here.")),
};

const worker = "summarize-high@lambda";

export class TestApi {
  readonly jobs: JobServices;
  readonly keys: KeyStore;
  readonly logged: unknown[] = [];
  readonly close: () => Promise<void>;
  readonly #handle: ReturnType<typeof createApi>;

  static async start(options: TestApiOptions = {}): Promise<TestApi> {
    const { services, close } = await startEmulatedServices(catalog, {
      ...options.settings,
      ...(options.families !== undefined && { SLUICE_FAMILIES: options.families }),
    });
    const credentials = newCredentials();
    const secrets = await startSecrets({ secrets: new Map(), guard: { credentials } });
    const keys = new Table(services.store.table.document, KEY_TABLE);
    await keys.put({ [keyTable.partitionKey]: CALLER });
    const ssm = new SSMClient({ endpoint: secrets.url, region: "us-east-1", credentials });
    return new TestApi(services, { ...options, ssm }, async () => {
      ssm.destroy();
      await Promise.all([secrets.close(), close()]);
    });
  }

  private constructor(
    jobs: JobServices,
    options: TestApiOptions & { readonly ssm: SSMClient },
    close: () => Promise<void>,
  ) {
    this.jobs = jobs;
    this.close = close;
    this.keys = new KeyStore({ keys: new Table(jobs.store.table.document, KEY_TABLE), jobs: jobs.store.table });
    const log = (message: string, fields: Record<string, unknown>) => this.logged.push({ message, ...fields });
    this.#handle = createApi({
      jobs,
      keys: this.keys,
      mappings: options.mappings ?? noMappings,
      projects: projectServices(jobs),
      webhookSecrets: new WebhookSecretStore({ stage: "test", now: jobs.now, ssm: options.ssm }),
      webhookSettings: { WEBHOOK_ALLOW_HTTP: false, WEBHOOK_ALLOW_LOOPBACK: false },
      llmConfigs: new ConfigStore(jobs.store.table, jobs.now),
      llmProviders: new ProviderStore({ stage: "test", now: jobs.now, ssm: options.ssm }),
      limiter: llmLimiter(jobs, options.limits ?? {}),
      embeddingLimiter: embeddingLimiter(jobs, options.limits ?? {}),
      quotas: new ProjectQuotas(jobs, options.settings ?? {}),
      languageModel: async () => options.languageModel ?? embedded(),
      metricsPrefix: "sluice_",
      batchBounds: { jobs: 10_000, uploadBytes: 50 * 1_024 * 1_024 },
      waitsAtOnce: 20,
      logger: { info: log, warn: log, error: log },
    });
  }

  /** @param target path below /api/v1, and query */
  async call(method: string, target: string, options: HttpEventOptions = {}): Promise<Answer> {
    const { statusCode = 0, headers = {}, body = "" } = await this.raw(method, target, options);
    return { status: statusCode, headers, body: body === "" ? undefined : JSON.parse(body) };
  }

  /** An answer as API Gateway gets it. */
  raw(method: string, target: string, options: HttpEventOptions = {}) {
    return this.at(method, `/api/v1${target}`, options);
  }

  /** {@link raw} of any path, those outside /api/v1 too. */
  async at(method: string, path: string, options: HttpEventOptions = {}) {
    const answer = await this.#handle(httpEvent(method, path, options));
    const { statusCode: status = 200, headers = {} } = answer;
    const type = status === 304 ? undefined : headers["content-type"];
    expectDocumented(method, path, { status, type: type === undefined ? undefined : String(type) });
    return answer;
  }

  /** An answer that is not JSON. @throws Error when it is not 200 */
  async text(target: string, options: HttpEventOptions = {}): Promise<string> {
    const { statusCode, body = "" } = await this.raw("GET", target, options);
    if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
    return body;
  }

  /** Submits a job that nothing runs. @returns its id */
  async submit(options: HttpEventOptions & { readonly task?: string } = {}): Promise<string> {
    const { task = "summarize", body = { input: { text: "Water flows downhill." } }, ...rest } = options;
    const answer = await this.call("POST", `/tasks/${task}`, { body, ...rest });
    return z.object({ task_id: z.string() }).parse(answer.body).task_id;
  }

  /** Takes a waiting job as a worker does. @returns a way to finish it */
  async start(taskId: string) {
    const { store } = this.jobs;
    const change = transitions(this.jobs);
    const lease = { token: taskId, until: Date.now() + 60_000 };
    const delivery = { messageId: taskId, receiveCount: 1, receiptHandle: "receipt", worker };
    const waiting = await this.record(taskId);
    const record = await change.claim(waiting, delivery, lease);
    if (!record) throw new Error(`Job ${taskId} cannot be started.`);
    const outcome = { usage: undefined, progress: undefined };
    return {
      succeed: async (value: unknown) => {
        const result = await writePayload(store.payloads, taskId, { value, ttl: record.ttl });
        await change.succeed({ record, lease }, result, outcome);
      },
      fail: async (type = "LLMServerError", message = "The model server answered 500.", fingerprint = type) => {
        const error = { type, message, retryable: false };
        await change.fail({ record, lease }, { error, fingerprint }, { ...outcome, hasHandler: false });
      },
    };
  }

  async record(taskId: string): Promise<JobRecord> {
    const record = await this.jobs.store.get(taskId);
    if (!record) throw new Error(`There is no job ${taskId}.`);
    return record;
  }
}
