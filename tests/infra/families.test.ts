import { expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { defaultFamilies, familyNames } from "../../contracts/families.ts";
import { lanes } from "../../contracts/jobs/lanes.ts";
import { queueTraits } from "../../contracts/queue-traits.ts";
import { queuesOf } from "../../contracts/queues.ts";
import { readConfig } from "../../infra/config.ts";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

const environmentSchema = z.object({ Variables: z.record(z.string(), z.unknown()) });
const [everything, usual, small] = [{}, { SLUICE_FAMILIES: "" }, { SLUICE_FAMILIES: "language" }].map((env) =>
  synthesize(env),
) as [Synthesized, Synthesized, Synthesized];
const queueNames = (stage: Synthesized) =>
  stage.ofType("AWS::SQS::Queue").map(({ properties }) => properties.QueueName);
const { queues } = catalog;

test("a stage that nothing is said of has the families of the task platforms, and no other queue", () => {
  for (const { name, family } of queues) {
    const expected = defaultFamilies.includes(family);
    expect(queueNames(usual).includes(`sluice-dev-${name}-dlq`), name).toBe(expected);
    expect(queueNames(everything)).toContain(`sluice-dev-${name}-dlq`);
  }
});

test("of a family that is left out there is no queue, function, permission, alarm or graph", () => {
  const template = JSON.stringify(small.resources);
  const left = queues.filter(({ family }) => family !== "core" && family !== "language");
  expect(left.length).toBeGreaterThan(0);
  for (const { name } of left) expect(template).not.toContain(`sluice-dev-${name}`);
  // Nothing uploads a document that nothing reads.
  expect(template).not.toContain(`"FunctionName":"sluice-dev-uploads"`);
  expect(template).toContain("sluice-dev-summarize-high");
  expect(template).toContain("sluice-dev-default-high");
});

test("every function knows which families the stage has", () => {
  const given = small
    .ofType("AWS::Lambda::Function")
    .map(({ properties }) => environmentSchema.parse(properties.Environment).Variables)
    .filter((variables) => "SLUICE_QUEUE_URL_PREFIX" in variables);
  expect(given.length).toBeGreaterThan(5);
  for (const { SLUICE_FAMILIES } of given) expect(SLUICE_FAMILIES).toBe("core,language");
});

test("a name that no family has stops the synthesis, with the names that there are", () => {
  expect(() => readConfig({ SLUICE_FAMILIES: "language,poetry" })).toThrow(
    /SLUICE_FAMILIES: there is no family poetry; there are: core, .*, or all/,
  );
  expect([...readConfig({ SLUICE_FAMILIES: "all" }).families]).toEqual(familyNames);
  expect([...readConfig({ SLUICE_FAMILIES: " language , " }).families]).toEqual(["core", "language"]);
});

test("a family whose tasks submit those of another needs the other one too", () => {
  const [review] = queuesOf({ review_content: catalog.tasks.review_content });
  if (!review) throw new Error("no queue");
  expect(() => synthesize({}, [catalog.queueOf("default"), review])).toThrow(
    /SLUICE_FAMILIES: the task review_content of the family escalation submits evaluate_content/,
  );
});

test("without a vector store there is no search, and documents are processed all the same", () => {
  const stage = synthesize({ SLUICE_FAMILIES: "all", VECTOR_STORE: "none" });
  const template = JSON.stringify(stage.resources);

  expect(queueNames(stage)).toContain("sluice-dev-document-high");
  expect(template).not.toMatch(/sluice-dev-embedding|s3vectors|VectorBucket/i);
  const [api] = stage
    .ofType("AWS::Lambda::Function")
    .filter(({ properties }) => properties.FunctionName === "sluice-dev-api");
  expect(environmentSchema.parse(api?.properties.Environment).Variables).toMatchObject({
    VECTOR_STORE: "none",
    SLUICE_FAMILIES: familyNames.filter((name) => name !== "search").join(","),
  });
});

test("lanes that a queue does not need are not made", () => {
  for (const { name } of queues) {
    const wanted = queueTraits[name]?.lanes ?? lanes;
    const made = lanes.filter((lane) => queueNames(everything).includes(`sluice-dev-${name}-${lane}`));
    expect(made, name).toEqual(lanes.filter((lane) => wanted.includes(lane)));
  }
});

test("with all families and six queues of one's own, each stack stays below the 500 resources that CloudFormation takes", () => {
  const own = Array.from({ length: 6 }, (_, index) => ({ ...catalog.queueOf("summarize"), name: `own-${index}` }));
  const grown = synthesize({}, [...queues, ...own]);
  for (const { stackName } of grown.stacks) {
    const count = grown.resources.filter(({ stack }) => stack === stackName).length;
    expect(count, stackName).toBeLessThanOrEqual(450);
  }
});
