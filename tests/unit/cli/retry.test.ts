import { expect, test } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { startJsonServer } from "../../helpers/json-server.ts";

const page = (retried: number, next_cursor: string | null) => ({
  status: 200,
  body: { retried, skipped: 1, dry_run: false, sample: [], next_cursor },
});
const full = {
  status: 429,
  body: { type: "/problems/too-many-requests", title: "Too many requests", status: 429, detail: "3 jobs wait." },
};

test("retry goes on by the cursor and sums up", async () => {
  await using server = await startJsonServer((request) =>
    JSON.stringify(request.body).includes("more") ? page(3, null) : page(100, "more"),
  );
  const { code, stdout } = await runCli(["retry", "--all", "--yes", "--url", server.url, "--key", "k"]);

  expect({ code, stdout }).toEqual({ code: 0, stdout: "103 run again, 2 skipped.\n" });
  expect(server.requests.map(({ body }) => body)).toEqual([{ all: true }, { all: true, cursor: "more" }]);
});

test("retry says how many run again when it is refused on its way", async () => {
  await using server = await startJsonServer((request) =>
    JSON.stringify(request.body).includes("more") ? full : page(100, "more"),
  );
  const { code, stderr } = await runCli(["retry", "--all", "--yes", "--url", server.url, "--key", "k"]);

  expect(code).toBe(7);
  expect(stderr).toMatch(/At least 100 run again\. To go on, give the same filter with --cursor more\n.*3 jobs wait/);
});

test("retry goes on with a cursor that it gave, and takes none with job ids", async () => {
  await using server = await startJsonServer(() => page(3, null));
  const flags = ["--cursor", "more", "--yes", "--url", server.url, "--key", "k"];

  expect((await runCli(["retry", "--all", ...flags])).code).toBe(0);
  expect(server.requests.map(({ body }) => body)).toEqual([{ all: true, cursor: "more" }]);
  expect((await runCli(["retry", "5d0f", ...flags])).stderr).toContain("--cursor goes with a filter");
});

test.each(["retry", "revoke"])("%s asks nothing and does nothing where nothing fits", async (command) => {
  const none = { retried: 0, revoked: 0, skipped: 2, dry_run: true, sample: [], next_cursor: null };
  await using server = await startJsonServer(() => ({ status: 200, body: none }));
  const { code, stdout } = await runCli([command, "--all", "--url", server.url, "--key", "k"]);

  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^0 (run again|revoked), 2 skipped\.\n$/),
  });
  expect(server.requests.map(({ body }) => body)).toEqual([expect.objectContaining({ dry_run: true })]);
});

test("revoke says how many are revoked when it is refused on its way", async () => {
  const some = { revoked: 100, skipped: 0, dry_run: false, sample: [], next_cursor: "more" };
  await using server = await startJsonServer((request) =>
    JSON.stringify(request.body).includes("more") ? full : { status: 200, body: some },
  );
  const { code, stderr } = await runCli(["revoke", "--all", "--yes", "--url", server.url, "--key", "k"]);

  expect(code).toBe(7);
  expect(stderr).toMatch(/At least 100 revoked\. The same command goes on\.\n.*3 jobs wait/);
});

test("retry says nothing of the kind when none runs", async () => {
  await using server = await startJsonServer(() => full);
  const { stderr } = await runCli(["retry", "--all", "--yes", "--url", server.url, "--key", "k"]);

  expect(stderr).not.toMatch(/run again/);
});
