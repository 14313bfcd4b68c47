import parse from "parse-prometheus-text-format";
import { describe, expect, it } from "vitest";
import { prometheusMetrics, secondsBuckets } from "../../../contracts/monitoring/metrics.ts";
import { renderMetrics } from "../../../shared/engine/monitoring/prometheus.ts";

const hostile = 'a "quoted" \\ name\nwith a line break';
const buckets = [...secondsBuckets.map(() => 0), 2];
buckets[3] = 5;
const lane = { queue: "summarize", lane: "high", name: "summarize-high", worker: "summarize-high@lambda" } as const;

const text = renderMetrics(
  {
    statistics: {
      runs: [
        { taskName: "summarize", status: "SUCCESS", count: 5 },
        { taskName: "summarize", status: "FAILURE", count: 2 },
      ],
      durations: new Map([["summarize", { buckets, sum: 1_234.5 }]]),
      queueTimes: new Map([["summarize", { buckets, sum: 0.25 }]]),
      tokens: [
        { taskName: "summarize", tenant: hostile, model: "", config: "", kind: "prompt", count: 17 },
        { taskName: "llm_call", tenant: "shop", model: "gpt-4.1", config: "support@3", kind: "prompt", count: 4 },
      ],
      lanes: new Map(),
    },
    lanes: [{ ...lane, reachable: true, waiting: 3, inFlight: 2, heldBack: 1 }],
    active: new Map([["summarize-high@lambda", 2]]),
    deadLetters: new Map([["summarize", 4]]),
  },
  "sluice_",
);
const families = new Map(parse(text).map((family) => [family.name, family]));

describe("the metrics", () => {
  it("follow the Prometheus text format, each with its help and its type", () => {
    for (const { name, type, help } of Object.values(prometheusMetrics)) {
      expect(families.get(`sluice_${name}`)).toMatchObject({ type: type.toUpperCase(), help });
    }
    expect(families.size).toBe(Object.keys(prometheusMetrics).length);
  });

  it("carry the labels that dashboards ask for", () => {
    const of = (name: string) => families.get(`sluice_${name}`)?.metrics;

    expect(of("task_total")).toContainEqual({ value: "5", labels: { task_name: "summarize", status: "SUCCESS" } });
    expect(of("active_tasks")).toEqual([{ value: "2", labels: { worker: "summarize-high@lambda" } }]);
    expect(of("queue_depth")).toEqual([{ value: "3", labels: { queue: "summarize", lane: "high" } }]);
    expect(of("dlq_depth")).toEqual([{ value: "4", labels: { queue: "summarize" } }]);
    expect(of("llm_tokens_total")).toHaveLength(2);
    const labels = { task_name: "llm_call", project: "shop", model: "gpt-4.1", config: "support@3", kind: "prompt" };
    expect(of("llm_tokens_total")).toContainEqual({ value: "4", labels });
  });

  it("have cumulative buckets up to +Inf, which is the count", () => {
    const metrics = families.get("sluice_task_duration_seconds")?.metrics ?? [];

    const [histogram] = metrics.filter((metric) => metric.buckets !== undefined);
    const counts = histogram?.buckets ?? {};
    expect(Object.keys(counts)).toHaveLength(secondsBuckets.length + 1);
    expect(counts).toMatchObject({ "0.25": "0", "0.5": "5", "900": "5", "+Inf": "7" });
    expect(text).toContain('sluice_task_duration_seconds_count{task_name="summarize"} 7\n');
    expect(text).toContain('sluice_task_duration_seconds_sum{task_name="summarize"} 1234.5\n');
  });

  it("escape what would break out of a label", () => {
    const [line = ""] = text.split("\n").filter((each) => each.startsWith("sluice_llm_tokens_total{"));

    expect(line).toContain('project="a \\"quoted\\" \\\\ name\\nwith a line break"');
    expect(line).toMatch(/\} 17$/);
  });
});
