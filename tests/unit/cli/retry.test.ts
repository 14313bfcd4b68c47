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
  expect(stderr).toMatch(/100 run again; the others were not reached\.\n.*3 jobs wait/);
});

test("retry says nothing of the kind when none runs", async () => {
  await using server = await startJsonServer(() => full);
  const { stderr } = await runCli(["retry", "--all", "--yes", "--url", server.url, "--key", "k"]);

  expect(stderr).not.toMatch(/run again/);
});
