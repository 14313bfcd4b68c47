import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { eventually } from "../../helpers/eventually.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const { queues } = catalog;

let test: TestStack;
beforeAll(async () => {
  test = await startTestStack();
});
afterAll(() => test[Symbol.asyncDispose]());

describe("the app's own template on this machine", () => {
  it("takes a job over HTTP, runs it in a function and gives its result", async () => {
    const id = await test.submit("health_check", { echo: { n: 1 } });

    const job = await test.waitFor(id);

    expect(job).toMatchObject({ status: "SUCCESS", attempts: 1, result: { status: "healthy", echo: { n: 1 } } });
    await eventually("its message is done with", () => test.stack.running().length === 0);
  });

  it("enforces the authorizer", async () => {
    const answers = await Promise.all(
      [new Headers(), new Headers({ authorization: "Bearer wrong" })].map(async (headers) => {
        const response = await fetch(`${test.stack.url}/api/v1/jobs`, { headers });
        return [response.status, await response.json()];
      }),
    );

    expect(answers).toEqual([
      [401, { message: "Unauthorized" }],
      [403, { message: "Forbidden" }],
    ]);
  });

  it("has every queue of the catalog, with its lanes and its dead-letter queue", () => {
    const names = test.stack.resources("AWS::SQS::Queue").map((queue) => queue.attribute("QueueName"));

    for (const { name, lanes } of queues) {
      for (const suffix of [...lanes, "dlq"]) expect(names).toContain(`sluice-local-${name}-${suffix}`);
      expect(test.stack.functions(name).name).toBe(`sluice-local-${name}`);
    }
  });

  it("gives every function the address of a queue that is there", async () => {
    const [prefix] = test.stack.resources("AWS::Lambda::Function").flatMap((resource) => {
      const { Environment } = resource.properties();
      return JSON.stringify(Environment).match(/"SLUICE_QUEUE_URL_PREFIX":"([^"]+)"/)?.[1] ?? [];
    });

    const urls = test.stack.resources("AWS::SQS::Queue").map((queue) => queue.ref);
    expect(urls).toContain(`${prefix}${queues[0]?.name}-high`);
  });
});
