import { beforeAll, describe, expect, test } from "vitest";
import { deadLetterCountsSchema, deadLetterListSchema } from "../../../contracts/dead-letters/dead-letters.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type Lacks, testWith } from "./lacks.ts";
import type { Target } from "./target.ts";

/** A request that holds nothing that the schema asks for fails for good at once. */
const hopeless = {
  request: "Please call me back.",
  schema: { type: "object", properties: { invoice_total: { type: "number" } }, required: ["invoice_total"] },
};

/** SQS moves a message once it was received often enough; emulators poll at leisure. */
const DEAD_LETTER_SECONDS = 60;

export function describeDeadLetters(target: Target, lacks: Lacks): void {
  describe("dead letters", () => {
    let key: string;
    let taskId: string;
    beforeAll(async () => {
      key = await target.newKey("e2e-dead-letters");
      taskId = (await target.run("normalize", hopeless, key)).task_id;
    });

    const list = async () =>
      deadLetterListSchema.parse((await target.call("GET", "/api/v1/dlq/normalize", { key })).body).messages;

    test("a job that failed for good is listed with its error", async () => {
      expect(await list()).toMatchObject([{ task_id: taskId, error: { type: "SchemaValidationError" }, attempts: 1 }]);
    });

    testWith(lacks, "deadLettering", { name: "SQS itself moves its message to the dead-letter queue" }, async () => {
      await eventually(
        "the dead-letter queue holds a message",
        async () => {
          const { body } = await target.call("GET", "/api/v1/dlq", { key: target.adminKey });
          const { queues } = deadLetterCountsSchema.parse(body);
          return queues.some(({ queue, messages }) => queue === "normalize" && (messages ?? 0) > 0);
        },
        DEAD_LETTER_SECONDS,
      );
    });

    test("redriven, it runs again", async () => {
      const body = { task_ids: [taskId] };

      const answer = await target.call("POST", "/api/v1/dlq/normalize/redrive", { key: target.adminKey, body });

      expect(answer).toMatchObject({ status: 200, body: { redriven: 1 } });
      const runs = () => target.call("GET", `/api/v1/jobs/${taskId}/events`, { key });
      await eventually(
        "it has run twice",
        async () => JSON.stringify((await runs()).body).split('"STARTED"').length > 2,
      );
    });
  });
}
