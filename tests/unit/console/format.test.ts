import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shellQuote, submitAsCurl } from "../../../console/src/format/curl.ts";
import { cutText, isShort, prettyJson, SHOWN_CHARACTERS, showText, tokens } from "../../../console/src/format/json.ts";
import { formatBytes, formatCount, formatRate, plural } from "../../../console/src/format/number.ts";
import {
  formatDuration,
  formatExact,
  formatRelative,
  formatSeconds,
  formatZone,
} from "../../../console/src/format/time.ts";

describe("times", () => {
  it.each([
    [0, "0 s"],
    [59, "59 s"],
    [60, "1 min"],
    [61, "1 min 1 s"],
    [3_605, "1 h"],
    [12_000, "3 h 20 min"],
    [187_200, "2 d 4 h"],
  ])("%d s are %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min"],
    [125_000, "2 min 5 s"],
  ])("%d ms took %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it.each([
    [0, "just now"],
    [-5_000, "5 s ago"],
    [-119_000, "1 min ago"],
    [30_000, "in 30 s"],
    [-172_800_000, "2 d ago"],
  ])("%d ms from now is %s", (offset, text) => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    expect(formatRelative(now + offset, now)).toBe(text);
  });

  it("are exact on hover, with the zone", () => {
    expect(formatExact(Date.parse("2026-11-21T12:00:00.042Z"))).toMatch(
      /^2026-11-2[012] \d\d:\d\d:00\.042 UTC[+-]\d\d:\d\d$/,
    );
  });
});

describe("numbers", () => {
  it("are grouped, named and rounded", () => {
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect([plural(1, "job"), plural(2_000, "job")]).toEqual(["1 job", "2,000 jobs"]);
    expect([812, 12_345, 999_499, 999_500, 3_400_000].map(formatBytes)).toEqual([
      "812 B",
      "12 KB",
      "999 KB",
      "1.0 MB",
      "3.4 MB",
    ]);
  });
});

describe("a call as curl", () => {
  it.skipIf(process.platform === "win32")("is one word for a shell, whatever it holds", () => {
    const nasty = `it's $HOME \`id\` "x" \\ \n ; rm -rf`;

    const echoed = execFileSync("sh", ["-c", `printf %s ${shellQuote(nasty)}`], { encoding: "utf8" });

    expect(echoed).toBe(nasty);
  });

  it("submits the input, and takes the key from the shell", () => {
    const command = submitAsCurl("https://api.example", "summarize", { input: { text: "It's late." } });

    expect(command).toContain("'https://api.example/api/v1/tasks/summarize'");
    expect(command).toContain("Bearer $SLUICE_API_KEY");
    expect(command).toContain(`'{"input":{"text":"It'\\''s late."}}'`);
  });
});

describe("long values", () => {
  it("start folded and are never shown beyond the limit", () => {
    const long = "x".repeat(SHOWN_CHARACTERS + 10);

    expect(isShort(long)).toBe(false);
    expect(showText(long, true).text.length).toBeLessThan(3_000);
    expect(showText(long, false)).toEqual({
      text: long.slice(0, SHOWN_CHARACTERS),
      total: long.length,
      truncated: true,
    });
  });

  it("are folded by lines too", () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");

    expect(showText(lines, true)).toMatchObject({ truncated: true, text: expect.stringMatching(/line 15$/) });
    expect(isShort("one line")).toBe(true);
  });

  it("are not cut within a character", () => {
    expect(cutText("ab😀", 3)).toBe("ab");
    expect(cutText("ab😀", 4)).toBe("ab😀");
  });

  it("are split for colouring without losing a character", () => {
    const text = JSON.stringify({ a: [1, -2.5e30, true, null], 'q"uote': "va:lue <b>" }, null, 2);

    const found = tokens(text);

    expect(found.map((token) => token.text).join("")).toBe(text);
    expect(found.filter((token) => token.kind === "key").map((token) => token.text)).toEqual(['"a"', '"q\\"uote"']);
    expect(found.filter((token) => token.kind === "number").map((token) => token.text)).toEqual(["1", "-2.5e+30"]);
    expect(found.filter((token) => token.kind === "string").map((token) => token.text)).toEqual(['"va:lue <b>"']);
  });
});

it("shows JSON in the order that it has, whatever turns the direction of a text", () => {
  const value = { "a\u202eb": ["\u2066c\u2069"], right: "\u05d0" };
  const shown = prettyJson(value);
  expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(shown).toContain("\u05d0");
  expect(JSON.parse(shown)).toEqual(value);
});

it.each([
  [0.25, "0.3"],
  [12, "12"],
  [1_736.1, "1,736"],
])("a rate of %d is %s", (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});

describe("the zone of a page's times", () => {
  const winter = new Date(2026, 11, 1);
  it.each([
    ["UTC", 0, 0, "UTC"],
    ["Asia/Kolkata", 330, 330, "Asia/Kolkata (UTC+5:30)"],
    ["Europe/Berlin", 60, 120, "Europe/Berlin (UTC+1 or UTC+2, by the date)"],
    ["America/St_Johns", -210, -150, "America/St_Johns (UTC-3:30 or UTC-2:30, by the date)"],
  ])("%s, %i minutes ahead and %i in summer, is %s", (name, standard, summer, text) => {
    const offsetAt = (at: Date) => (at.getMonth() > 2 && at.getMonth() < 9 ? summer : standard);
    expect(formatZone(name, winter, offsetAt)).toBe(text);
  });
});
