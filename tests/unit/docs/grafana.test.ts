import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { expect, it } from "vitest";
import { z } from "zod";
import { prometheusMetrics } from "../../../contracts/monitoring/metrics.ts";
import { faultsOfQueries, hasPromtool } from "../../helpers/promtool.ts";

const dashboard = z
  .object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/grafana-dashboard.json"), "utf8")));

/** Names as Prometheus stores them: a histogram has three. */
const known = new Set(
  Object.values(prometheusMetrics).flatMap(({ name, type }) =>
    type === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : [name],
  ),
);

const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));
/** As Grafana asks, its variable filled in. */
const filledIn = (expr: string): string => expr.replaceAll(/\$\{prefix\}/g, "sluice_");

/** Places that the grammar of PromQL does not know. */
function syntaxErrors(expr: string): string[] {
  const found: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from }) => {
      if (type.isError) found.push(`${expr.slice(0, from)}<here>${expr.slice(from)}`);
    },
  });
  return found;
}

it.each(queries)("the Grafana panel %s asks in PromQL: %s", (_, expr) => {
  expect(syntaxErrors(filledIn(expr))).toEqual([]);
  expect(syntaxErrors(`${filledIn(expr)} by (`)).not.toEqual([]);
});

it.runIf(hasPromtool)("promtool finds no fault with the Grafana queries, types included", () => {
  expect(faultsOfQueries(queries.map(([, expr]) => filledIn(expr)))).toBe("");
  expect(faultsOfQueries(["rate(sluice_task_total)"])).toContain("expected type range vector");
});

it.each(queries)("the Grafana panel %s asks for metrics that exist: %s", (_, expr) => {
  const asked = [...expr.matchAll(/\$\{prefix\}(\w+)/g)].map(([, name]) => name);
  expect(asked.length).toBeGreaterThan(0);
  for (const name of asked) expect(known).toContain(name);
});

it("the Grafana dashboard shows every metric", () => {
  const text = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");
  for (const { name } of Object.values(prometheusMetrics)) expect(text).toContain(name);
});
