import { spanFault, type UsageByProject, type UsageReport } from "../../../contracts/llm/usage.ts";
import type { usageRoutes } from "../../../contracts/routes/usage.ts";
import { type LimitKind, type Limits, limitKinds } from "../../../contracts/settings/limits.ts";
import {
  dayOf,
  type ModelUsage,
  readConfigUsage,
  readSpenders,
  readUsage,
} from "../../../shared/engine/limits/usage.ts";
import { inGroups } from "../../../shared/lib/groups.ts";
import { invalid } from "../../../shared/lib/http/problem.ts";
import { type Caller, projectFor } from "../caller.ts";
import type { ApiServices, Handlers } from "../route-handler.ts";

const DAY_MS = 86_400_000;
/** Days before the last one that are shown by default. */
const DAYS_BEFORE = 29;
/** The first that a date of four digits tells. */
const FIRST_DAY = Date.parse("0000-01-01");

const sumOf = (models: readonly ModelUsage[], field: "runs" | "prompt_tokens" | "completion_tokens"): number =>
  models.reduce((sum, model) => sum + model[field], 0);

const totals = (models: readonly ModelUsage[]) => {
  const prompt_tokens = sumOf(models, "prompt_tokens");
  const completion_tokens = sumOf(models, "completion_tokens");
  return {
    runs: sumOf(models, "runs"),
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
  };
};

const embeddedTokens = (models: readonly ModelUsage[]) => ({
  runs: sumOf(models, "runs"),
  tokens: sumOf(models, "prompt_tokens"),
});

const kinds = Object.keys(limitKinds) as LimitKind[];
const shown = (own: Limits): UsageReport["limits"] =>
  Object.fromEntries(kinds.map((kind) => [kind, own[kind] ?? null])) as UsageReport["limits"];

/** Projects that are answered at once. */
const MOST_PROJECTS = 500;
/** Queries at once. */
const AT_ONCE = 16;

/** The days that are asked about. @throws ProblemError 422 when they are none, or too many */
function spanOf({ from, until }: Days, now: number) {
  const last = until ?? dayOf(now);
  const span = { from: from ?? dayOf(Math.max(FIRST_DAY, Date.parse(last) - DAYS_BEFORE * DAY_MS)), until: last };
  const fault = spanFault(span);
  if (fault) throw invalid([{ path: `/query/${fault.field}`, message: fault.message }]);
  return span;
}

/** What projects use of the language model and of embeddings. */
export const usageHandlers: Handlers<keyof typeof usageRoutes> = {
  async getUsage({ query, caller }, services) {
    return { body: await usageOf(services, caller, query) };
  },

  async getUsageByProject({ query }, services) {
    return { body: await usageByProject(services, query) };
  },
};

interface Days {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** What one project used, with its limits and quotas. @throws ProblemError 403, 422 */
export async function usageOf(
  { jobs, limiter, embeddingLimiter, quotas }: ApiServices,
  caller: Caller,
  asked: Days & { readonly project_id?: string | undefined },
): Promise<UsageReport> {
  const tenant = projectFor(caller, asked.project_id);
  const { table } = jobs.store;
  const span = spanOf(asked, jobs.now());
  const [days, byConfig, embedded, quotaReport] = await Promise.all([
    readUsage(table, tenant, span),
    readConfigUsage(table, tenant, span),
    readUsage(table, tenant, { ...span, used: "embeddings" }),
    quotas.report(tenant),
  ]);
  return {
    project_id: tenant,
    days: days.map(({ day, models }) => ({
      day,
      ...totals(models),
      models: models.map((model) => ({ model: model.model, ...totals([model]) })),
      configs: (byConfig.get(day) ?? []).map((each) => ({ config: each.model ?? "", ...totals([each]) })),
    })),
    limits: shown(limiter.limitsOf(tenant)),
    embeddings: {
      days: embedded.map(({ day, models }) => ({
        day,
        ...embeddedTokens(models),
        models: models.map((model) => ({ model: model.model, ...embeddedTokens([model]) })),
      })),
      limits: shown(embeddingLimiter.limitsOf(tenant)),
    },
    quotas: quotaReport,
  };
}

/** What every project used, the most first. @throws ProblemError 422 */
export async function usageByProject({ jobs, limiter }: ApiServices, asked: Days): Promise<UsageByProject> {
  const { table } = jobs.store;
  const span = spanOf(asked, jobs.now());
  const today = dayOf(jobs.now());
  const spenders = [...(await readSpenders(table, span))];
  const projects = await inGroups(
    spenders.slice(0, MOST_PROJECTS),
    async ([tenant, last_day]) => {
      const [days, embedded] = await Promise.all([
        readUsage(table, tenant, span),
        readUsage(table, tenant, { ...span, used: "embeddings" }),
      ]);
      return {
        project_id: tenant,
        ...totals(days.flatMap(({ models }) => models)),
        embedded_tokens: embeddedTokens(embedded.flatMap(({ models }) => models)).tokens,
        today_tokens: totals(days.filter(({ day }) => day === today).flatMap(({ models }) => models)).total_tokens,
        tokens_per_day: limiter.limitsOf(tenant).tokens_per_day ?? null,
        last_day,
      };
    },
    AT_ONCE,
  );
  const most = projects.sort((one, other) => other.total_tokens - one.total_tokens);
  return { ...span, projects: most, more_projects: Math.max(0, spenders.length - MOST_PROJECTS) };
}
