/**
 * What one project may ask of the API: requests a second, documents and bytes a day.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { bookRecognition } from "../../../shared/engine/limits/ocr-limiter.ts";
import { TestApi } from "../../helpers/test-api.ts";

const settings = {
  PROJECT_REQUESTS_PER_SECOND: "20",
  PROJECT_DOCUMENTS_PER_DAY: "3",
  PROJECT_UPLOAD_BYTES_PER_DAY: "1000",
  PROJECT_QUOTAS:
    '{"slow":{"requests_per_second":2},"free":{"requests_per_second":null,"documents_per_day":null,"upload_bytes_per_day":null},"papers":{"upload_bytes_per_day":null},"crowd":{"requests_per_second":null},"forms":{"requests_per_second":null}}',
};
const NOON = Date.UTC(2026, 10, 30, 12);
const TO_MIDNIGHT = String(12 * 3_600);

let api: TestApi;
let now = NOON;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(NOON);
  api = await TestApi.start({ settings });
});
afterAll(async () => {
  vi.useRealTimers();
  await api.close();
});
const wait = (ms: number) => {
  now += ms;
  vi.setSystemTime(now);
};

const upload = (tenant: string, body: string) =>
  api.call("POST", "/documents/upload?file_name=a.txt", {
    body,
    headers: { "content-type": "text/plain" },
    key: { tenant },
  });
const form = (tenant: string, more: object = {}) =>
  api.call("POST", "/documents", { body: { file_name: "a.pdf", ...more }, key: { tenant } });
const reportSchema = z.object({
  quotas: z.array(z.object({ quota: z.string(), limit: z.number().nullable(), used: z.number().nullable() })),
});
const quotasOf = async (tenant: string) => {
  const { quotas } = reportSchema.parse((await api.call("GET", "/usage", { key: { tenant } })).body);
  return Object.fromEntries(quotas.map(({ quota, limit, used }) => [quota, [used, limit]]));
};

describe("documents a day", () => {
  it("are counted one by one, however many come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => upload("crowd", `text ${index + 10}`)));
    const forms = await Promise.all(Array.from({ length: 20 }, () => form("forms", { size: 400 })));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(3).fill(202), ...Array(17).fill(429)]);
    expect(await quotasOf("crowd")).toMatchObject({ documents_per_day: [3, 3], upload_bytes_per_day: [21, 1_000] });
    expect(forms.map(({ status }) => status).toSorted()).toEqual([...Array(2).fill(202), ...Array(18).fill(429)]);
    expect(await quotasOf("forms")).toMatchObject({ upload_bytes_per_day: [800, 1_000] });
  });

  it("are refused beyond the quota until the next day, the same bytes counted once", async () => {
    expect((await upload("busy", "one")).status).toBe(202);
    expect((await upload("busy", "one")).status).toBe(202);
    expect((await form("busy", { size: 10 })).status).toBe(202);
    expect((await upload("busy", "two")).status).toBe(202);

    const refused = await upload("busy", "three");

    expect(refused).toMatchObject({
      status: 429,
      headers: { "content-type": "application/problem+json", "retry-after": TO_MIDNIGHT },
      body: {
        type: "/problems/too-many-requests",
        detail: `Project busy has reached the limit of 3 documents a day (UTC) (documents_per_day); try again in ${TO_MIDNIGHT} s.`,
      },
    });
    expect((await form("busy", { size: 10 })).status).toBe(429);
    // What was accepted before is, also now. Another project has a day of its own.
    expect((await upload("busy", "one")).status).toBe(202);
    expect((await upload("quiet", "three")).status).toBe(202);
    expect(await quotasOf("busy")).toMatchObject({ documents_per_day: [3, 3], upload_bytes_per_day: [16, 1_000] });
    expect((await api.call("GET", "/documents?limit=100", { key: { tenant: "busy" } })).body).toMatchObject({
      documents: [{}, {}, {}],
    });
  });

  it("are counted once when the same file comes twice at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => upload("eager", "the same")));

    expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThan(0);
    expect(answers.every(({ status }) => status === 202 || status === 429)).toBe(true);
    expect(await quotasOf("eager")).toMatchObject({ documents_per_day: [1, 3] });
  });
});

describe("bytes a day", () => {
  it("count as they are declared for a form, and refuse what is left no room for", async () => {
    expect((await form("large", { size: 900 })).status).toBe(202);

    const refused = await upload("large", "x".repeat(101));

    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": TO_MIDNIGHT } });
    expect(JSON.stringify(refused.body)).toContain("1000 uploaded bytes a day (UTC) (upload_bytes_per_day)");
    expect((await upload("large", "x".repeat(100))).status).toBe(202);
  });

  it("refuse for good what is larger than the quota, which waiting would not help, and a form of any size", async () => {
    for (const answer of [
      await upload("huge", "x".repeat(1_001)),
      await form("huge", { size: 2_000 }),
      await form("huge"),
    ]) {
      expect(answer.status).toBe(422);
      expect(JSON.stringify(answer.body)).toContain("upload_bytes_per_day");
    }
    expect(await quotasOf("huge")).toMatchObject({ documents_per_day: [0, 3], upload_bytes_per_day: [0, 1_000] });
  });
});

describe("bytes of a list of inputs for a batch", () => {
  const list = (tenant: string, body: object = {}) => api.call("POST", "/batches/uploads", { body, key: { tenant } });

  it("count as those of documents do, and refuse what is left no room for", async () => {
    const form = await list("lists", { size: 600 });
    expect(form).toMatchObject({ status: 201, body: { max_bytes: 600 } });
    expect((await list("lists", { size: 400 })).status).toBe(201);

    const refused = await list("lists", { size: 1 });

    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": TO_MIDNIGHT } });
    expect(JSON.stringify(refused.body)).toContain("1000 uploaded bytes a day (UTC) (upload_bytes_per_day)");
    expect((await upload("lists", "x")).status).toBe(429);
    expect(await quotasOf("lists")).toMatchObject({ documents_per_day: [0, 3], upload_bytes_per_day: [1_000, 1_000] });
  });

  it("refuse for good what is larger than the quota, a form of any size too", async () => {
    for (const answer of [await list("largest", { size: 1_001 }), await list("largest")]) {
      expect(answer.status).toBe(422);
      expect(JSON.stringify(answer.body)).toContain("upload_bytes_per_day");
    }
    expect(await quotasOf("largest")).toMatchObject({ upload_bytes_per_day: [0, 1_000] });
  });

  it("are left to a project without a quota of bytes, also where its documents are counted", async () => {
    for (const tenant of ["free", "papers"]) expect((await list(tenant)).status).toBe(201);
    expect(await quotasOf("papers")).toMatchObject({ documents_per_day: [0, 3], upload_bytes_per_day: [0, null] });
  });
});

describe("recognition a day", () => {
  const picture = "GIF89a and more";
  const file = (tenant: string, name: string, body: string, query = "") =>
    api.call("POST", `/documents/upload?file_name=${name}${query}`, {
      body,
      headers: { "content-type": "application/octet-stream" },
      key: { tenant },
    });
  const spend = (tenant: string) =>
    bookRecognition(api.jobs.store.table, { tenant, now }, { pages: 1, seconds: 36_000 });

  it("refuses at once what is sure to need what is used up, and takes what may not need it", async () => {
    await spend("scanner");

    const refused = await file("scanner", "scan.gif", picture);

    expect(refused).toMatchObject({
      status: 429,
      headers: { "retry-after": TO_MIDNIGHT },
      body: {
        detail: `Project scanner has reached the limit of 36000 seconds of recognition a day (UTC) (recognition_seconds_per_day); try again in ${TO_MIDNIGHT} s.`,
      },
    });
    expect((await file("scanner", "a.pdf", "%PDF-1.7\n", "&ocr=always")).status).toBe(429);
    expect((await form("scanner", { file_name: "scan.tiff", size: 9 })).status).toBe(429);
    expect((await form("scanner", { file_name: "a", content_type: "image/jpeg", size: 9 })).status).toBe(429);
    expect(await quotasOf("scanner")).toMatchObject({ documents_per_day: [0, 3] });

    expect((await file("scanner", "a.pdf", "%PDF-1.7\n")).status).toBe(202);
    expect((await file("scanner", "scan.gif", picture, "&ocr=never")).status).toBe(202);
    expect((await file("scanner", "a.txt", "BMW is a maker of cars.", "&ocr=always")).status).toBe(202);
    expect((await file("quiet", "scan.gif", picture)).status).toBe(202);
  });

  it("goes on the next day, and what was accepted before is all the time", async () => {
    expect((await file("early", "scan.gif", picture)).status).toBe(202);
    await spend("early");
    expect((await file("early", "scan.gif", picture)).status).toBe(202);
    expect((await file("early", "other.gif", `${picture}.`)).status).toBe(429);
    wait(12 * 3_600_000);
    expect((await file("early", "other.gif", `${picture}.`)).status).toBe(202);
    wait(-12 * 3_600_000);
  });
});

describe("requests a second", () => {
  const ask = (tenant: string, scopes: readonly ("read" | "admin")[] = ["read"]) =>
    api.call("GET", "/keys/own", { key: { tenant, scopes } });

  it("are refused beyond the quota, for that project alone and not for admin keys", async () => {
    const statuses = [await ask("slow"), await ask("slow"), await ask("slow")].map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 429]);
    const refused = await ask("slow");
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    expect(JSON.stringify(refused.body)).toContain("2 requests a second (requests_per_second)");
    expect((await ask("slow", ["admin"])).status).toBe(200);
    expect((await ask("brisk")).status).toBe(200);

    wait(500);
    expect((await ask("slow")).status).toBe(200);
    expect((await ask("slow")).status).toBe(429);
  });
});

it("are not counted for a project that has none, and GET /usage says what there is", async () => {
  for (let index = 0; index < 30; index++) expect((await upload("free", `text ${index}`)).status).toBe(202);
  await bookRecognition(api.jobs.store.table, { tenant: "free", now }, { pages: 4, seconds: 9.6 });

  expect(await quotasOf("free")).toEqual({
    requests_per_second: [null, null],
    running_jobs: [null, null],
    queued_jobs: [null, null],
    open_jobs: [null, null],
    documents_per_day: [null, null],
    upload_bytes_per_day: [null, null],
    recognized_pages_per_day: [4, 10_000],
    recognition_seconds_per_day: [10, 36_000],
  });
  expect(await api.jobs.store.table.page({ partition: "UPLOADED#free" })).toEqual([]);
});
