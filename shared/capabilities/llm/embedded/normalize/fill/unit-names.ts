import type { Mentions } from "../mentions/mentions.ts";
import type { Reading } from "../reading.ts";
import { unitOf } from "../units.ts";
import type { Named } from "./names.ts";

/** The unit that is right behind a number, as written: "kg" of "2 kg flour". */
export const unitsBehindNumbers = (reading: Reading, { numbers }: Mentions): Named[] =>
  numbers.flatMap(({ end }): Named[] => {
    const match = /^\s?(?<unit>%|°C|\p{L}+[²³]?)(?!\p{L})/u.exec(reading.text.slice(end, end + 20));
    const text = match?.groups?.unit ?? "";
    if (!match || !unitOf(text)) return [];
    const start = end + match[0].length - text.length;
    return [{ start, end: start + text.length, text, score: 0.8 }];
  });
