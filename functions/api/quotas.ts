/**
 * What one project may ask of the API, and the refusals of what is beyond.
 *
 * @module
 */

import type { QuotaReport } from "../../contracts/llm/usage.ts";
import { jobLimits } from "../../contracts/settings/job-limits.ts";
import { recognitionBounds } from "../../contracts/settings/ocr.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";
import { countsRequests, projectQuotas, type Quotas, quotaSettings } from "../../contracts/settings/quotas.ts";
import { processDocument } from "../../contracts/tasks/process-document.ts";
import type { DocumentQuota } from "../../shared/capabilities/documents/intake.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { taskOf } from "../../shared/engine/jobs/submit.ts";
import {
  countsUploads,
  giveBackUpload,
  type QuotaOf,
  readUploaded,
  takeUpload,
  type Uploaded,
} from "../../shared/engine/limits/document-quota.ts";
import { recognizedToday } from "../../shared/engine/limits/ocr-limiter.ts";
import { limitInWords } from "../../shared/engine/limits/rolling.ts";
import type { Table } from "../../shared/engine/table/table.ts";
import { invalid, type ProblemError } from "../../shared/lib/http/problem.ts";
import { type Caller, isAdmin } from "./caller.ts";
import { limitProblem } from "./limit-problem.ts";
import { refuseOverQueue } from "./over-budget.ts";
import { RequestRate } from "./request-rate.ts";

/** The quotas of a stage's projects. */
export class ProjectQuotas {
  /** Whether requests are counted for any project: without that, nothing is asked. */
  readonly countsRequests: boolean;
  readonly #of: (tenant: string) => Quotas;
  readonly #recognition: ReturnType<typeof recognitionBounds.parse>;
  readonly #jobs: JobServices;
  readonly #rate: RequestRate;

  /** @throws Error that names every setting that does not fit */
  constructor(jobs: JobServices, env: Readonly<Record<string, string | undefined>> = process.env) {
    const settings = parseSettings(quotaSettings, env);
    this.#of = projectQuotas(settings);
    this.countsRequests = countsRequests(settings);
    this.#recognition = parseSettings(recognitionBounds, env);
    this.#jobs = jobs;
    this.#rate = new RequestRate(jobs.now);
  }

  /**
   * Counts a request of a caller's project. Admin keys are not counted: who operates the stage must get through.
   * @throws ProblemError 429
   */
  countRequest(caller: Caller): void {
    const { requests_per_second: most } = this.#of(caller.tenant);
    if (most === undefined || isAdmin(caller)) return;
    const seconds = this.#rate.secondsUntilRoom(caller.tenant, most);
    if (seconds === 0) return;
    const now = this.#jobs.now();
    const reason = { kind: "requests_per_second", most, tenant: caller.tenant } as const;
    throw limitProblem({ reason, until: now + seconds * 1_000 }, now);
  }

  /** What an upload takes of its project's day and of its places among the jobs that wait; undefined where neither is bounded. */
  forUpload(tenant: string): DocumentQuota | undefined {
    const quotas = this.#of(tenant);
    const jobs = this.#jobs;
    const isCounted = countsUploads(quotas);
    if (!isCounted && jobLimits(jobs.settings)(tenant).queued_jobs === undefined) return undefined;
    const { store, now, catalog } = jobs;
    const of = { tenant, quotas, now: now() };
    const admit = (taskName: string) => refuseOverQueue({ jobs }, taskOf(catalog, taskName), { tenant, jobs: 1 });
    return {
      async follow(steps) {
        for (const { task_name: name } of steps) await admit(name);
      },
      async take(bytes) {
        await admit(processDocument.name);
        if (!isCounted) return;
        await takeOf(store.table, of, { documents: 1, bytes });
      },
      async giveBack(bytes) {
        if (isCounted) await giveBackUpload(store.table, of, bytes);
      },
    };
  }

  /**
   * Counts the bytes of a list of inputs that a project is about to upload for a batch. The list itself is no document.
   * @throws ProblemError 422 for more than a day's quota, 429 for more than is left of it
   */
  async takeInputs(tenant: string, bytes: number): Promise<void> {
    const quotas = this.#of(tenant);
    if (quotas.upload_bytes_per_day === undefined) return;
    const { store, now } = this.#jobs;
    await takeOf(store.table, { tenant, quotas, now: now() }, { documents: 0, bytes });
  }

  /** Every quota of a project, with what is counted of it. */
  async report(tenant: string): Promise<QuotaReport[]> {
    const { store, now, settings } = this.#jobs;
    const quotas = this.#of(tenant);
    const of = { tenant, now: now() };
    const [uploaded, recognized] = await Promise.all([
      countsUploads(quotas) ? readUploaded(store.table, of) : undefined,
      recognizedToday(store.table, of),
    ]);
    const { running_jobs, queued_jobs } = jobLimits(settings)(tenant);
    const { OCR_PROJECT_PAGES_PER_DAY: pages, OCR_PROJECT_SECONDS_PER_DAY: seconds } = this.#recognition;
    const quota = (name: QuotaReport["quota"], limit: number | undefined, used?: number): QuotaReport => ({
      quota: name,
      limit: limit ?? null,
      used: used ?? null,
    });
    return [
      quota("requests_per_second", quotas.requests_per_second),
      quota("running_jobs", running_jobs),
      quota("queued_jobs", queued_jobs),
      quota("documents_per_day", quotas.documents_per_day, uploaded?.documents),
      quota("upload_bytes_per_day", quotas.upload_bytes_per_day, uploaded?.bytes),
      quota("recognized_pages_per_day", pages, recognized.pages),
      quota("recognition_seconds_per_day", seconds, Math.round(recognized.seconds)),
    ];
  }
}

/** @throws ProblemError */
async function takeOf(table: Table, of: QuotaOf, upload: Uploaded): Promise<void> {
  const { upload_bytes_per_day: most } = of.quotas;
  if (most !== undefined && upload.bytes > most) throw tooLarge(of.tenant, most, upload.bytes);
  const reason = await takeUpload(table, of, upload);
  if (reason) throw limitProblem({ reason, until: reason.roomAt ?? of.now }, of.now);
}

/** Waiting would not help. */
const tooLarge = (tenant: string, most: number, bytes: number): ProblemError =>
  invalid([
    {
      path: "/size",
      message: `project ${tenant} may have ${limitInWords({ kind: "upload_bytes_per_day", most })} (upload_bytes_per_day), not ${bytes}`,
    },
  ]);
