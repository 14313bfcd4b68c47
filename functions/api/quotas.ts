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
import type { DocumentQuota } from "../../shared/capabilities/documents/intake.ts";
import type { JobServices } from "../../shared/engine/jobs/services.ts";
import { countsUploads, giveBackUpload, readUploaded, takeUpload } from "../../shared/engine/limits/document-quota.ts";
import { recognizedToday } from "../../shared/engine/limits/ocr-limiter.ts";
import { limitInWords } from "../../shared/engine/limits/rolling.ts";
import { invalid, type ProblemError } from "../../shared/lib/http/problem.ts";
import { type Caller, isAdmin } from "./caller.ts";
import { limitProblem } from "./limit-problem.ts";
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

  /** What an upload takes of its project's day; undefined where that is not counted. */
  forUpload(tenant: string): DocumentQuota | undefined {
    const quotas = this.#of(tenant);
    if (!countsUploads(quotas)) return undefined;
    const { store, now } = this.#jobs;
    const of = { tenant, quotas, now: now() };
    return {
      async take(bytes) {
        const { upload_bytes_per_day: most } = quotas;
        if (most !== undefined && bytes > most) throw tooLarge(tenant, most, bytes);
        const reason = await takeUpload(store.table, of, bytes);
        if (reason) throw limitProblem({ reason, until: reason.roomAt ?? of.now }, of.now);
      },
      giveBack: (bytes) => giveBackUpload(store.table, of, bytes),
    };
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

/** Waiting would not help. */
const tooLarge = (tenant: string, most: number, bytes: number): ProblemError =>
  invalid([
    {
      path: "/size",
      message: `project ${tenant} may have ${limitInWords({ kind: "upload_bytes_per_day", most })} (upload_bytes_per_day), not ${bytes}`,
    },
  ]);
