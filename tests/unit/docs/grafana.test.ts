import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { prometheusMetrics } from "../../../contracts/metrics.ts";

const dashboard = z
  .object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })) })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/grafana-dashboard.json"), "utf8")));

/** Names as Prometheus stores them: a histogram has three. */
const known = new Set(
  Object.values(prometheusMetrics).flatMap(({ name, type }) =>
    type === "histogram" ? ["bucket", "sum", "count"].map((part) => `${name}_${part}`) : [name],
  ),
);

it.each(dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)))(
  "the Grafana panel %s asks for metrics that exist: %s",
  (_, expr) => {
    const asked = [...expr.matchAll(/\$\{prefix\}(\w+)/g)].map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(0);
    for (const name of asked) expect(known).toContain(name);
  },
);

it("the Grafana dashboard shows every metric", () => {
  const text = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");
  for (const { name } of Object.values(prometheusMetrics)) expect(text).toContain(name);
});
