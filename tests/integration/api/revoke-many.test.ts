import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { revokedManySchema } from "../../../contracts/jobs/revoke-many.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

let projects = 0;
/** A project with a waiting job of each of two tasks, a running one and one that succeeded. */
async function project() {
  const key = { tenant: `project-${++projects}` };
  const ids = {
    summary: await api.submit({ key }),
    keywords: await api.submit({ key, task: "keywords" }),
    running: await api.submit({ key }),
    done: await api.submit({ key }),
  };
  await api.start(ids.running);
  await (await api.start(ids.done)).succeed({});
  const revoke = async (body: unknown) => api.call("POST", "/jobs/revoke", { key, body });
  const states = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, (await api.record(id)).status])),
    );
  return { revoke, states };
}

const untouched = { summary: "PENDING", keywords: "PENDING", running: "STARTED", done: "SUCCESS" };

describe("revoking by a filter", () => {
  it("revokes the jobs of one task", async () => {
    const { revoke, states } = await project();

    const answer = revokedManySchema.parse((await revoke({ task_name: "extract_keywords" })).body);

    expect(answer).toEqual({ revoked: 1, skipped: 0, dry_run: false, sample: [], next_cursor: null });
    expect(await states()).toEqual({ ...untouched, keywords: "REVOKED" });
  });

  it("spares running jobs when they are not to be terminated", async () => {
    const { revoke, states } = await project();

    expect((await revoke({ all: true, terminate: false })).body).toMatchObject({ revoked: 2, skipped: 1 });
    expect(await states()).toEqual({ ...untouched, summary: "REVOKED", keywords: "REVOKED" });
  });

  it("revokes everything unfinished of the project, and nothing of another one", async () => {
    const [one, other] = [await project(), await project()];

    expect((await one.revoke({ all: true })).body).toMatchObject({ revoked: 3 });
    expect(await one.states()).toEqual({
      summary: "REVOKED",
      keywords: "REVOKED",
      running: "REVOKED",
      done: "SUCCESS",
    });
    expect(await other.states()).toEqual(untouched);
  });

  it("goes by age", async () => {
    const { revoke } = await project();

    expect((await revoke({ older_than_seconds: 3_600 })).body).toMatchObject({ revoked: 0 });
    expect((await revoke({ older_than_seconds: 0 })).body).toMatchObject({ revoked: 3 });
  });

  it("says what it would do in a dry run", async () => {
    const { revoke, states } = await project();

    expect((await revoke({ all: true, terminate: false, dry_run: true })).body).toMatchObject({
      revoked: 2,
      skipped: 1,
      sample: [
        { task_name: "keywords", status: "PENDING" },
        { task_name: "summarize", status: "PENDING" },
      ],
    });
    expect(await states()).toEqual(untouched);
  });

  it.each([{}, { terminate: true }, { dry_run: true }])("refuses the empty filter %j", async (body) => {
    const { revoke } = await project();

    expect((await revoke(body)).status).toBe(422);
  });

  it("says how many are revoked, and where to go on, when an error ends it", async () => {
    const key = { tenant: `project-${++projects}` };
    const ids: string[] = [];
    for (let count = 0; count < 22; count += 1) ids.unshift(await api.submit({ key }));
    const { document } = api.jobs.store.table;
    const send = document.send.bind(document);
    const failing = vi.spyOn(document, "send").mockImplementation(async (command: Parameters<typeof send>[0]) => {
      const written = JSON.stringify(command.input);
      if (written.includes(ids[20] ?? "") && written.includes("UpdateExpression")) {
        throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
      }
      return await send(command);
    });
    const revoke = (cursor?: string) => api.call("POST", "/jobs/revoke", { key, body: { all: true, cursor } });

    const { revoked, next_cursor } = revokedManySchema.parse((await revoke()).body);
    expect(revoked).toBe(21);
    expect((await revoke(next_cursor ?? "")).status).toBe(429);

    failing.mockRestore();
    expect((await revoke(next_cursor ?? "")).body).toMatchObject({ revoked: 1, next_cursor: null });
    for (const id of ids) expect((await api.record(id)).status).toBe("REVOKED");
  });
});
