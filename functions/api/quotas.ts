/**
 * What one project may ask of the API, and the refusals of what is beyond.
 *
 * @module
 */

import { laneName } from "../../contracts/jobs/lanes.ts";
import type { QuotaReport } from "../../contracts/llm/usage.ts";
import { jobLimits } from "../../contracts/settings/job-limits.ts";
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
import { laneLimiters } from "../../shared/engine/limits/lane-limiters.ts";
import type { Limiter } from "../../shared/engine/limits/limiter.ts";
import { ocrLimiter, recognizedToday } from "../../shared/engine/limits/ocr-limiter.ts";
import { countOpen, countQueued } from "../../shared/engine/limits/queued-jobs.ts";
import { RequestRate } from "../../shared/engine/limits/request-rate.ts";
import { limitInWords } from "../../shared/engine/limits/rolling.ts";
import type { Table } from "../../shared/engine/table/table.ts";
import { inGroups } from "../../shared/lib/groups.ts";
import { invalid, type ProblemError } from "../../shared/lib/http/problem.ts";
import { type Caller, isAdmin } from "./caller.ts";
import { limitProblem } from "./limit-problem.ts";
import { refuseOverQueue } from "./over-budget.ts";

/** Lanes that are counted at once. */
const LANES_AT_ONCE = 8;

/** The quotas of a stage's projects. */
export class ProjectQuotas {
  /** Whether requests are counted for any project: without that, nothing is asked. */
  readonly countsRequests: boolean;
  readonly #of: (tenant: string) => Quotas;
  readonly #recognition: Limiter;
  readonly #jobs: JobServices;
  readonly #rate: RequestRate;

  /** @throws Error that names every setting that does not fit */
  constructor(jobs: JobServices, env: Readonly<Record<string, string | undefined>> = process.env) {
    const settings = parseSettings(quotaSettings, env);
    this.#of = projectQuotas(settings);
    this.countsRequests = countsRequests(settings);
    this.#recognition = ocrLimiter(jobs, env);
    this.#jobs = jobs;
    this.#rate = new RequestRate(jobs.store.table, jobs.now);
  }

  /**
   * Counts a request of a caller's project. Admin keys are not counted: who operates the stage must get through.
   * @throws ProblemError 429
   */
  async countRequest(caller: Caller): Promise<void> {
    const { requests_per_second: most } = this.#of(caller.tenant);
    if (most === undefined || isAdmin(caller)) return;
    const seconds = await this.#rate.secondsUntilRoom(caller.tenant, most);
    if (seconds === 0) return;
    const now = this.#jobs.now();
    const reason = { kind: "requests_per_second", most, tenant: caller.tenant } as const;
    throw limitProblem({ reason, until: now + seconds * 1_000 }, now);
  }

  /**
   * What an upload takes of its project's day and of its places among the jobs that wait; undefined where neither is bounded.
   * @param isRecognized whether reading it is sure to take recognition, which must not be used up for today
   */
  forUpload(tenant: string, isRecognized: boolean): DocumentQuota | undefined {
    const quotas = this.#of(tenant);
    const jobs = this.#jobs;
    const isCounted = countsUploads(quotas);
    const { queued_jobs: queued, open_jobs: open } = jobLimits(jobs.settings)(tenant);
    const isBounded = isCounted || isRecognized || queued !== undefined || open !== undefined;
    if (!isBounded) return undefined;
    const { store, now, catalog } = jobs;
    const of = { tenant, quotas, now: now() };
    const admit = (taskName: string) => refuseOverQueue({ jobs }, taskOf(catalog, taskName), { tenant, jobs: 1 });
    return {
      follow: async (steps) => {
        for (const { task_name: name } of steps) await admit(name);
      },
      take: async (bytes) => {
        await admit(processDocument.name);
        if (isRecognized) await this.#refuseRecognition(tenant);
        if (!isCounted) return;
        await takeOf(store.table, of, { documents: 1, bytes });
      },
      giveBack: async (bytes) => {
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

  /**
   * What is used of a bound that holds in each lane: of the lane in which it is most. One read for each lane for running
   * jobs, four queries for waiting ones. @returns undefined where nothing bounds it: then nothing is counted, nor read
   */
  async #mostOf(
    tenant: string,
    kind: "running_jobs" | "queued_jobs",
  ): Promise<Pick<QuotaReport, "used" | "lane"> | undefined> {
    const { store, settings, catalog } = this.#jobs;
    if (jobLimits(settings)(tenant)[kind] === undefined) return undefined;
    const lanes = catalog.queues.flatMap(({ name, lanes: all }) => all.map((lane) => ({ queue: name, lane })));
    const counts = await inGroups(
      lanes,
      async ({ queue, lane }) => ({
        lane: laneName(queue, lane),
        used:
          kind === "queued_jobs"
            ? ((await countQueued(store.table, { project_id: tenant, queue, lane })) ?? 0)
            : ((await laneLimiters(this.#jobs, queue)?.[lane].running(tenant)) ?? 0),
      }),
      LANES_AT_ONCE,
    );
    const [most] = counts.toSorted((one, other) => other.used - one.used);
    return most && most.used > 0 ? most : { used: 0, lane: null };
  }

  /** One read. @throws ProblemError 429 when a day's recognition is used up: the document could only wait for the next one */
  async #refuseRecognition(tenant: string): Promise<void> {
    const reason = await this.#recognition.overBudget({ tenant, key: undefined });
    if (reason) throw limitProblem({ reason, until: reason.roomAt }, this.#jobs.now());
  }

  /** Every quota of a project, with what is counted of it. */
  async report(tenant: string): Promise<QuotaReport[]> {
    const { store, now } = this.#jobs;
    const quotas = this.#of(tenant);
    const of = { tenant, now: now() };
    const { running_jobs, queued_jobs, open_jobs } = jobLimits(this.#jobs.settings)(tenant);
    const { requests_per_second: requests } = quotas;
    const [asked, running, queued, open, uploaded, recognized] = await Promise.all([
      requests === undefined ? undefined : this.#rate.used(tenant, requests),
      this.#mostOf(tenant, "running_jobs"),
      this.#mostOf(tenant, "queued_jobs"),
      open_jobs === undefined ? undefined : countOpen(store.table, tenant),
      countsUploads(quotas) ? readUploaded(store.table, of) : undefined,
      recognizedToday(store.table, of),
    ]);
    const { recognized_pages_per_day: pages, recognition_seconds_per_day: seconds } =
      this.#recognition.limitsOf(tenant);
    const quota = (name: QuotaReport["quota"], limit: number | undefined, used?: number): QuotaReport => ({
      quota: name,
      limit: limit ?? null,
      used: used ?? null,
      lane: null,
    });
    return [
      quota("requests_per_second", requests, asked),
      { ...quota("running_jobs", running_jobs), ...running },
      { ...quota("queued_jobs", queued_jobs), ...queued },
      quota("open_jobs", open_jobs, open),
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
