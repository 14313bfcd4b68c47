/**
 * Projects embedded and found by a real multilingual model: questions in another language and in other words.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasE5, type ModelServer, startE5 } from "../helpers/model-servers.ts";
import { ProjectClient } from "../helpers/project-client.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

/** Of a stack and its servers, on cores that others use. */
const START_MS = 300_000;

describe.skipIf(!hasE5)("multilingual-e5-small (skipped without MODEL_SERVERS_PYTHON)", () => {
  let server: ModelServer;
  let stack: TestStack;
  beforeAll(async () => {
    server = await startE5();
    const env = {
      EMBEDDING_BACKEND: "openai-compatible",
      EMBEDDING_SERVER_URL: server.url,
      EMBEDDING_MODEL: "multilingual-e5-small-q4",
    };
    stack = await startTestStack({ env });
  }, START_MS);
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await server?.kill();
  });

  it("finds projects by questions in other words, in English and German", async () => {
    const client = await ProjectClient.open(stack);
    const projects = {
      roofs: await client.add({ description: "Solar panels on the roofs of schools produce electricity." }),
      bees: await client.add({ description: "Wildflower strips beside fields give bees and butterflies food." }),
      trams: await client.add({ description: "Two tram lines are extended to the hospital and the airport." }),
      bread: await client.add({ description: "A bakery gives the bread of yesterday to people in need." }),
    };
    const questions: [string, string][] = [
      ["renewable energy for classrooms", projects.roofs],
      ["Strom aus Sonnenlicht", projects.roofs],
      ["protecting pollinating insects", projects.bees],
      ["Nahrung für Schmetterlinge", projects.bees],
      ["public transport", projects.trams],
      ["öffentlicher Nahverkehr", projects.trams],
      ["reducing food waste", projects.bread],
      ["Backwaren für Bedürftige", projects.bread],
    ];

    const found = await Promise.all(
      questions.map(async ([question]) => (await client.search(question))[0]?.project_id),
    );

    expect(found).toEqual(questions.map(([, project]) => project));
  });
});
