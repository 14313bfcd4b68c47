/**
 * How much of one document is recognized, who is asked before, and what is counted.
 *
 * @module
 */

import { afterAll, describe, expect, it } from "vitest";
import { closeDocumentThreads, extract, FakeOcr, line, pdfPages } from "../../helpers/document-builders.ts";

afterAll(closeDocumentThreads);

/** A page that is a picture to its reader. */
const scan = "0 0 300 300 re f";

describe("a document whose pictures take long", () => {
  const slow = {
    parallel: 1,
    recognize: async () => ({ text: "words of a page", confidence: 90, seconds: 60 }),
  };

  it("is recognized up to its seconds, and the rest is named page by page", async () => {
    const found = await extract(pdfPages([scan, scan, scan, scan]), {
      ocr: slow,
      limits: { recognitionSeconds: 100 },
    });

    expect(found.text).toBe("words of a page\n\fwords of a page\n\f\n\f");
    expect(found.warnings).toEqual(
      [3, 4].map((page) => ({
        page,
        kind: "not_recognized",
        message:
          "The picture on this page is not recognized: those before it took the 100 s that recognition may take. Split the file.",
      })),
    );
  });

  it("is counted with the seconds of a processor that its engine knows, picture by picture", async () => {
    const counted: number[] = [];

    await extract(pdfPages([scan, line("a page with a text of its own", 700), scan]), {
      ocr: slow,
      recognized: (seconds) => counted.push(seconds),
    });

    expect(counted).toEqual([60, 60]);
  });
});

describe("who is asked before recognition", () => {
  it("is not asked for a document that needs none", async () => {
    let asked = 0;

    await extract(pdfPages([line("a page with a text of its own", 700)]), {
      admit: async () => {
        asked += 1;
      },
    });

    expect(asked).toBe(0);
  });

  it("may end the reading, and nothing is recognized then", async () => {
    const ocr = new FakeOcr("words");
    const refused = new Error("not now");

    await expect(
      extract(pdfPages([scan, scan]), {
        ocr,
        admit: async () => {
          throw refused;
        },
      }),
    ).rejects.toBe(refused);
    expect(ocr.seen).toEqual([]);
  });
});
