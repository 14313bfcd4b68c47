import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Source } from "../../../contracts/tasks/book-fields.ts";
import { run } from "../../../functions/tasks/validate-sources.ts";
import { checkSource } from "../../../shared/capabilities/validation/check-source.ts";
import { checkSources, normalizedUrl } from "../../../shared/capabilities/validation/check-sources.ts";
import { taskContext } from "../../helpers/task-context.ts";

const TODAY = "2026-11-29";
const good: Source = {
  title: "The Lake",
  author: "Beck, Rita",
  year: 1989,
  url: "https://library.org/lake",
  type: "book",
};
const codes = (over: Partial<Source>) => checkSource({ ...good, ...over }, TODAY).map(({ code }) => code);

describe("a source by itself", () => {
  it.each<[string, Partial<Source>, string[]]>([
    ["whole", {}, []],
    ["without title", { title: " - " }, ["missing_title"]],
    ["with an address for a title", { title: "https://a.org/x" }, ["title_is_url"]],
    ["with a stand-in for an author", { author: "[Author]" }, ["placeholder"]],
    ["ohne Autor", { author: "Unbekannt" }, ["placeholder"]],
    ["that nobody can find", { author: null, url: "" }, ["not_traceable"]],
    ["with an address alone", { author: null }, []],
    ["a book without year", { year: null }, ["missing_year"]],
    ["a website without year", { year: null, type: "website" }, []],
    ["of next year", { year: 2027 }, ["future_date"]],
    ["of tomorrow", { year: "2026-11-30" }, ["future_date"]],
    ["of today", { year: "2026-11-29" }, []],
    ["of 30 February", { year: "1989-02-30" }, ["impossible_date"]],
    ["vom 31.4.", { year: "31.04.1989" }, ["impossible_date"]],
    ["of 29 February of a leap year", { year: "2024-02-29" }, []],
    ["of a month", { year: "1989-13" }, ["impossible_date"]],
    ["of years", { year: "1939-45" }, []],
    ["of years backwards", { year: "1945-1939" }, ["impossible_date"]],
    ["about", { year: "c. 1500" }, []],
    ["of long ago", { year: 12 }, ["unreadable_date"]],
    ["of the year 0900", { year: "0900" }, ["impossible_date"]],
    ["sometime", { year: "in the eighties" }, ["unreadable_date"]],
    ["with a path", { url: "/books/lake" }, ["invalid_url"]],
    ["with a script", { url: "javascript:alert(1)" }, ["invalid_url"]],
    ["with a file", { url: "file:///etc/passwd" }, ["invalid_url"]],
    ["with a password", { url: "https://me:secret@library.org/" }, ["invalid_url"]],
    ["without a host's name", { url: "https://lake/" }, ["invalid_url"]],
    ["on an example's host", { url: "https://www.example.com/x" }, ["placeholder"]],
  ])("%s", (_, over, expected) => {
    expect(codes(over)).toEqual(expected);
  });
});

describe("sources that stand there twice", () => {
  it.each([
    ["http://www.library.org/lake/", "https://library.org/lake"],
    ["https://library.org/lake?utm_source=x#part", "https://library.org/lake"],
    ["https://library.org/lake?b=2&a=1", "https://library.org/lake?a=1&b=2"],
    ["HTTPS://Library.org/lake", "https://library.org/lake"],
  ])("%s is %s", (one, other) => {
    expect(normalizedUrl(one)).toBe(normalizedUrl(other));
  });

  it("are told by address, or by title, author and year", () => {
    const list: Source[] = [
      good,
      { title: "Another page of it", author: "X", url: "http://www.library.org/lake/" },
      { title: "the lake!", author: "Rita Beck", year: "1989" },
      { title: "The Lake", author: "Beck, Rita", year: 2004 },
      { title: "The Lake", url: "https://other.org/" },
    ];
    expect(checkSources(list, TODAY).map((problems) => problems.map(({ message }) => message))).toEqual([
      [],
      ["This source repeats source 1."],
      ["This source repeats source 1."],
      [],
      [],
    ]);
  });
});

describe("pages of sources", () => {
  let server: Server;
  let base: string;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const status = Number(request.url?.slice(1, 4)) || 200;
      response.writeHead(
        status,
        status === 302 ? { location: "/200" } : status === 307 ? { location: "http://10.0.0.1/" } : {},
      );
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const check = async (paths: readonly string[], setting: "off" | "public" | "loopback") => {
    const sources = paths.map(
      (path, index): Source => ({ title: `Source number ${index}`, author: "A", url: `${base}${path}` }),
    );
    return run({ sources }, taskContext({ settings: { SOURCES_CHECK_URLS: setting } }) as never);
  };

  it("are not asked for unless a setting allows it", async () => {
    const result = await check(["/200"], "off");
    expect(result).toMatchObject({ urls_checked: false, is_valid: true });
    expect(asked).toEqual([]);
  });

  it("are never asked of this machine or a private network", async () => {
    const result = await check(["/200"], "public");
    expect(result.sources[0]).toMatchObject({ reachable: null, status: null, is_valid: true });
    expect(asked).toEqual([]);
  });

  it("are there, gone, or not for programs; redirects are followed, each by the guard", async () => {
    const result = await check(["/200", "/404", "/403", "/302", "/307", "/500"], "loopback");
    expect(result.sources.map(({ reachable, status }) => [reachable, status])).toEqual([
      [true, 200],
      [false, 404],
      [null, 403],
      [true, 200],
      [null, null],
      [false, 500],
    ]);
    expect(result.sources[1]?.problems).toEqual([{ code: "unreachable", message: "It answered 404." }]);
    expect(result).toMatchObject({ is_valid: false, valid_count: 4, urls_checked: true });
  });

  it("are not there when nobody answers", async () => {
    const sources: Source[] = [{ title: "A title", author: "A", url: "http://127.0.0.1:9/" }];
    const result = await run({ sources }, taskContext({ settings: { SOURCES_CHECK_URLS: "loopback" } }) as never);
    expect(result.sources[0]).toMatchObject({ reachable: false, is_valid: false });
  });
});
