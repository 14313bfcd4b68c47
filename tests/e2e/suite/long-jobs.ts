/**
 * Jobs that continue in further runs, submit other jobs and wait for them, and put files beside their result.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { jobListSchema } from "../../../contracts/jobs/list.ts";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { eventListSchema, type Job } from "../../../contracts/jobs/wire.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type LlmServer, startLlmServer } from "../../helpers/llm-server.ts";
import { writingModel } from "../../helpers/writing-model.ts";
import { type Lacks, testWith } from "./lacks.ts";
import type { Target } from "./target.ts";

/** Several runs, one after the other, on an emulator whose functions start cold. */
const LONG_SECONDS = 200;
const LONG_MS = 240_000;

const chapter = { character_name: "Ada Lovelace", chapter_number: 2, chapter_title: "The Engine" };
const book = {
  character_name: "Ada Lovelace",
  chapter_specs: [1, 2, 3].map((number) => ({ number, title: `Part ${number}`, target_words: 60 })),
};

export function describeLongJobs(target: Target, lacks: Lacks): void {
  describe("long jobs", () => {
    const provider = `e2e-writer-${Date.now()}`;
    let server: LlmServer;
    let key: string;
    beforeAll(async () => {
      server = await startLlmServer();
      key = await target.newKey(`e2e-long-${Date.now()}`);
      const body = { type: "openai-compatible", base_url: server.url };
      await target.call("PUT", `/api/v1/llm/providers/${provider}`, { key: target.adminKey, body });
    });
    afterAll(async () => {
      await target.call("DELETE", `/api/v1/llm/providers/${provider}`, { key: target.adminKey });
      await server?.close();
    });

    const submit = async (task: string, input: object) => {
      const body = { input, config: { provider, model: "writer", parameters: { max_tokens: 1_024 } } };
      const answer = await target.call("POST", `/api/v1/tasks/${task}`, { key, body });
      expect(answer.status).toBe(202);
      return acceptedSchema.parse(answer.body).task_id;
    };
    const childrenOf = async (taskId: string): Promise<Job[]> => {
      const { body } = await target.call("GET", "/api/v1/jobs?task_name=generate_chapter&limit=100", { key });
      return jobListSchema.parse(body).jobs.filter(({ parent_id }) => parent_id === taskId);
    };

    testWith(
      lacks,
      "loopback",
      { name: "a long text is written over several runs, each question asked once", timeout: LONG_MS },
      async () => {
        server.always(writingModel());
        const asked = server.requests.length;
        const id = await submit("generate_chapter", { ...chapter, target_words: 2_550 });

        const job = await target.finished(id, key, LONG_SECONDS);

        expect(job).toMatchObject({ status: "SUCCESS", error: null });
        const { events } = eventListSchema.parse((await target.call("GET", `/api/v1/jobs/${id}/events`, { key })).body);
        const runs = events.filter(({ status }) => status === "STARTED").length;
        expect(runs).toBeGreaterThan(4);
        expect(server.requests.length - asked).toBe(runs);
      },
    );

    testWith(
      lacks,
      "loopback",
      { name: "a job waits for those that it submitted and returns what they wrote", timeout: LONG_MS },
      async () => {
        server.always(writingModel());
        const id = await submit("batch_generate_chapters", book);

        const job = await target.finished(id, key, LONG_SECONDS);

        expect(job).toMatchObject({
          status: "SUCCESS",
          result: { status: "success", total: 3, succeeded: 3, failed: 0 },
        });
        expect((await childrenOf(id)).map(({ status }) => status)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
      },
    );

    testWith(
      lacks,
      "loopback",
      { name: "revoking a job that waits revokes those that it waits for", timeout: LONG_MS },
      async () => {
        server.always({ kind: "answer", content: "Too late.", delay_ms: 600_000 });
        const id = await submit("batch_generate_chapters", book);
        await target.when(id, key, { holds: ({ status }) => status === "RETRY" });
        const children = await eventually("three chapters run", async () => {
          const found = await childrenOf(id);
          return found.length === 3 && found.some(({ status }) => status === "STARTED") && found;
        });

        const answer = await target.call("POST", `/api/v1/jobs/${id}/revoke`, { key, body: {} });

        expect(answer).toMatchObject({ status: 200, body: { status: "revoked" } });
        for (const { task_id } of children) {
          expect(await target.finished(task_id, key)).toMatchObject({ status: "REVOKED", result: null });
        }
        expect(await target.finished(id, key)).toMatchObject({ status: "REVOKED", result: null });
      },
    );

    test("files of a job are fetched by a link that needs no key", async () => {
      const chapters = [{ title: "One", content: "Rain fell on the **harbour**." }];
      const job = await target.run("export_to_markdown", { title: "Rain", author: "A. Berg", chapters }, key);
      const [file] = job.files;
      expect(job).toMatchObject({ status: "SUCCESS", files: [{ content_type: "text/markdown; charset=utf-8" }] });

      const { body } = await target.call("GET", `/api/v1/jobs/${job.task_id}/files/${file?.name}`, { key });

      const { url } = z.object({ url: z.url() }).parse(body);
      expect(await (await fetch(url)).text()).toContain("Rain fell on the **harbour**.");
      const stranger = await target.newKey("e2e-stranger");
      const path = `/api/v1/jobs/${job.task_id}/files/${file?.name}`;
      expect((await target.call("GET", path, { key: stranger })).status).toBe(404);
    });
  });
}
