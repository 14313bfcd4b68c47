import { describe, expect, test } from "vitest";
import { isoDate } from "../../../shared/capabilities/llm/embedded/normalize/mentions/calendar.ts";
import {
  findEmails,
  findPhones,
  findUrls,
} from "../../../shared/capabilities/llm/embedded/normalize/mentions/contact-mentions.ts";
import { readDates } from "../../../shared/capabilities/llm/embedded/normalize/mentions/date-mentions.ts";
import {
  findNumbers,
  parseNumber,
} from "../../../shared/capabilities/llm/embedded/normalize/mentions/number-mentions.ts";
import { findTimes } from "../../../shared/capabilities/llm/embedded/normalize/mentions/time-mentions.ts";

describe("dates", () => {
  test.each<[string, "en" | "de", string[]]>([
    ["on 2026-05-03", "en", ["2026-05-03"]],
    ["on 3 May 2026", "en", ["2026-05-03"]],
    ["on the 3rd of May, 2026", "en", ["2026-05-03"]],
    ["on May 3rd, 2026", "en", ["2026-05-03"]],
    ["on Sept. 3, 2026", "en", ["2026-09-03"]],
    ["am 3. Mai 2026", "de", ["2026-05-03"]],
    ["am 03.05.2026.", "de", ["2026-05-03"]],
    ["am 3.5.26", "de", ["2026-05-03"]],
    ["on 05/03/2026", "en", ["2026-05-03"]],
    ["am 05/03/2026", "de", ["2026-03-05"]],
    ["on 25/12/2026", "en", ["2026-12-25"]],
    ["vom 12. bis 15. August 2026", "de", ["2026-08-12", "2026-08-15"]],
    ["from 3 May to 5 June 2026", "en", ["2026-05-03", "2026-06-05"]],
    ["on 30 February 2026", "en", []],
    ["on 3 May", "en", []],
    ["tomorrow or next Friday", "en", []],
    ["version 3.5.2 of 1,250.50", "en", []],
    ["Today is 20 November 2026; come tomorrow", "en", ["2026-11-21"]],
    ["Today is 20 November 2026; come on 3 May", "en", ["2027-05-03"]],
    ["Heute ist Freitag, der 20.11.2026. Bitte bis nächsten Montag", "de", ["2026-11-23"]],
    ["Date: 2026-11-20\n\nin 2 weeks", "en", ["2026-12-04"]],
  ])("%s (%s)", (text, language, expected) => {
    expect(readDates(text, language).dates.map(({ date }) => isoDate(date))).toEqual(expected);
  });
});

describe("numbers", () => {
  test.each<[string, "en" | "de", number]>([
    ["1,250.50", "en", 1250.5],
    ["1.250,50", "de", 1250.5],
    ["1.250,50", "en", 1250.5],
    ["1,250", "en", 1250],
    ["1,250", "de", 1.25],
    ["1.250", "de", 1250],
    ["1.250", "en", 1.25],
    ["1,250,000", "de", 1250000],
    ["0.250", "de", 0.25],
    ["3,5", "en", 3.5],
    ["1'250.50", "de", 1250.5],
  ])("%s (%s) is %d", (text, language, value) => {
    expect(parseNumber(text, language)).toBe(value);
  });

  test("come with scale and currency", () => {
    const found = findNumbers("$1.5 million, 20k, 3 Mio. €, five dozen and 4 out of 5", "en");

    expect(found.map(({ value, currency }) => [value, currency])).toEqual([
      [1_500_000, "USD"],
      [20_000, undefined],
      [3_000_000, "EUR"],
      [5, undefined],
      [12, undefined],
      [4, undefined],
    ]);
  });
});

test("times are read with half-days and zones", () => {
  const found = findTimes("at 2:30 pm, 12 am, 14:05 CEST, 9 Uhr and 25:00");

  expect(found.map(({ time, offset }) => [time, offset])).toEqual([
    ["14:30:00", undefined],
    ["00:00:00", undefined],
    ["14:05:00", "+02:00"],
    ["09:00:00", undefined],
  ]);
});

test("addresses lose the punctuation around them", () => {
  expect(findEmails("Write to (a.b@c.example).").map(({ text }) => text)).toEqual(["a.b@c.example"]);
  expect(findUrls("See https://a.example/x?y=1, now.").map(({ text }) => text)).toEqual(["https://a.example/x?y=1"]);
  expect(findPhones("Call +49 (0)30 1234567 or 12.", []).map(({ text }) => text)).toEqual(["+49 (0)30 1234567"]);
});
