import type { UsageReport } from "../../../contracts/llm/usage.ts";
import type { usageRoutes } from "../../../contracts/routes/usage.ts";
import { type LimitKind, type Limits, limitKinds } from "../../../contracts/settings/limits.ts";
import { dayOf, type ModelUsage, readConfigUsage, readUsage } from "../../../shared/engine/limits/usage.ts";
import { projectFor } from "../caller.ts";
import type { Handlers } from "../route-handler.ts";

const DAY_MS = 86_400_000;
/** Days before the last one that are shown by default. */
const DAYS_BEFORE = 29;

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

/** What projects use of the language model and of embeddings. */
export const usageHandlers: Handlers<keyof typeof usageRoutes> = {
  async getUsage({ query, caller }, { jobs, limiter, embeddingLimiter }) {
    const tenant = projectFor(caller, query.project_id);
    const until = query.until ?? dayOf(jobs.now());
    const from = query.from ?? dayOf(Date.parse(until) - DAYS_BEFORE * DAY_MS);
    const { table } = jobs.store;
    const span = { from, until };
    const [days, byConfig, embedded] = await Promise.all([
      readUsage(table, tenant, span),
      readConfigUsage(table, tenant, span),
      readUsage(table, tenant, { ...span, used: "embeddings" }),
    ]);
    return {
      body: {
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
      },
    };
  },
};
