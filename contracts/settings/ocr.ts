/**
 * Settings of the recognition of scans; part of `settings`.
 *
 * @module
 */

import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";

/** The engines that can read scans. */
export const ocrEngines = ["tesseract", "textract"] as const;
/** One of {@link ocrEngines}. */
export type OcrEngineName = (typeof ocrEngines)[number];

/** Languages whose data comes with the project. */
export const shippedLanguages = ["deu", "eng"] as const;

/** Tesseract's names of its language data: ISO 639-2/T, with a script where there are several. */
const known = new Set(
  `afr amh ara asm aze aze_cyrl bel ben bod bos bre bul cat ceb ces chi_sim chi_tra chr cos cym dan deu div dzo ell eng
  enm epo est eus fao fas fil fin fra frk frm fry gla gle glg grc guj hat heb hin hrv hun hye iku ind isl ita ita_old jav
  jpn kan kat kat_old kaz khm kir kmr kor lao lat lav lit ltz mal mar mkd mlt mon mri msa mya nep nld nor oci ori pan pol
  por pus que ron rus san sin slk slv snd spa spa_old sqi srp srp_latn sun swa swe syr tam tat tel tgk tgl tha tir ton tur
  uig ukr urd uzb uzb_cyrl vie yid yor`.split(/\s+/),
);

const bound = (usual: number, words: string, most = 1_000_000_000) =>
  blankIsUnset(z.coerce.number().int().min(1).max(most).default(usual)).describe(words);

const split = (list: string): string[] =>
  [...new Set(list.toLowerCase().split(/[\s,+]+/))].filter((name) => name !== "");

/** How much is recognized: of one document, and for one project. */
export const recognitionBounds = z.object({
  OCR_DOCUMENT_PAGES: bound(
    100,
    "Maximum number of pages and pictures that are recognized in one document; the others are left out with a warning.",
    5_000,
  ),
  OCR_DOCUMENT_SECONDS: bound(
    300,
    "Maximum total seconds for the recognition of one document; the remaining pages are left out with a warning.",
    3_600,
  ),
  OCR_PROJECT_CONCURRENT_DOCUMENTS: bound(
    3,
    "Maximum number of a tenant's documents that are recognized at the same time. Set it below the concurrency of the queue `document`, so that workers remain for other tenants, and for documents that need no recognition.",
    200,
  ),
  OCR_PROJECT_PAGES_PER_DAY: bound(
    10_000,
    "Maximum number of pages that are recognized for a tenant per day (UTC). Further scans wait for the next day, and pictures are rejected with 429.",
  ),
  OCR_PROJECT_SECONDS_PER_DAY: bound(
    36_000,
    "Maximum seconds of recognition for a tenant per day (UTC). Further scans wait for the next day, and pictures are rejected with 429.",
  ),
});

/** Settings of recognition. */
export const ocrSettings = z.object({
  OCR_ENGINE: blankIsUnset(z.enum(ocrEngines).default("tesseract")).describe(
    "Engine that recognizes the text of scans. `textract` is Amazon Textract, which is documented only for English and billed per page.",
  ),
  OCR_LANGUAGES: blankIsUnset(
    z
      .string()
      .overwrite((list) => split(list).join(","))
      .superRefine((list, context) => {
        const unknown = split(list).filter((name) => !known.has(name));
        const codes = "a comma-separated list of Tesseract's codes, such as deu,eng,fra,pol,chi_sim";
        if (list === "") context.addIssue({ code: "custom", message: `must be ${codes}` });
        if (unknown.length > 0)
          context.addIssue({ code: "custom", message: `${unknown.join(", ")} unknown: it must be ${codes}` });
      })
      .default(shippedLanguages.join(",")),
  ).describe(
    "Languages of scans for `tesseract`: its codes, separated by commas, the most likely first. Each additional language takes time. For languages other than deu and eng, install the npm package, such as @tesseract.js-data/fra.",
  ),
  ...recognitionBounds.shape,
});

/** What {@link ocrSettings} parses to. */
export type OcrSettings = z.infer<typeof ocrSettings>;

/** The languages that are passed to the engine, the most likely first. */
export const ocrLanguages = ({ OCR_LANGUAGES }: OcrSettings): string[] => split(OCR_LANGUAGES);

/** The languages whose data the functions carry: none when the engine is not Tesseract. */
export const bundledLanguages = (settings: OcrSettings): string[] =>
  settings.OCR_ENGINE === "tesseract" ? ocrLanguages(settings) : [];
