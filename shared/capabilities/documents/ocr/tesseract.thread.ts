/**
 * Reads one picture at a time with Tesseract. Called directly, without tesseract.js' own worker around it.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import { DocumentTooLargeError } from "../../../../contracts/documents/errors.ts";
import { serveCalls } from "../../../lib/threads/serve-calls.ts";
import { assetPath } from "../assets.ts";
import { despeckle } from "../image/despeckle.ts";
import type { GrayImage } from "../image/gray-image.ts";
import { orient, turned } from "../image/orient.ts";
import { straighten } from "../image/straighten.ts";
import { limitWasmMemory, wasmMemoryRefused } from "../wasm-memory.ts";
import type { Recognition } from "./engine.ts";
import { joinColumns } from "./join-columns.ts";

/** What the recognition thread is asked to do. */
export interface RecognizeCall {
  readonly image: GrayImage;
  /** Language data packed with gzip, the most likely language first. */
  readonly data: readonly { readonly name: string; readonly path: string }[];
}

/** The part of tesseract.js-core that is used (its names are those of tesseract::TessBaseAPI). */
interface Tesseract {
  readonly FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
  readonly TessBaseAPI: new () => TessBaseApi;
}
interface TessBaseApi {
  Init(dataPath: string | null, languages: string, mode: number): number;
  SetVariable(name: string, value: string): void;
  /** Reads /input. @param exif orientation @param radians by which the picture is turned */
  SetImageFile(exif: number, radians: number): number;
  FindLines(): number;
  GetGradient(): number;
  Recognize(monitor: null): number;
  GetUTF8Text(): string;
  /** @param page its number in the output, from 0 */
  GetTSVText(page: number): string;
  MeanTextConf(): number;
  Clear(): void;
  End(): void;
}

const LSTM_ONLY = 1;
const AUTOMATIC_LAYOUT = "3";
const UPRIGHT = 1;
/** Radians, about a tenth of a degree: less skew than this costs nothing. */
const SKEW = 0.002;
/** Below this mean confidence a page may be upside down; one that is reads at about 45, upright at 85 and more. */
const DOUBTFUL = 75;
/** What the other way round must have more. */
const CLEARLY = 10;
const MEMORY = 1024 * 1024 * 1024;

let loaded: Promise<Tesseract> | undefined;
let current: { languages: string; api: TessBaseApi } | undefined;

async function load(): Promise<Tesseract> {
  const core: (options: object) => Promise<Tesseract> = createRequire(import.meta.url)(assetPath("tesseract-core.cjs"));
  const wasmBinary = await readFile(assetPath("tesseract-core.wasm"));
  const silent = () => {};
  return core({ wasmBinary, print: silent, printErr: silent, TesseractProgress: silent });
}

async function prepare(tesseract: Tesseract, data: RecognizeCall["data"]): Promise<TessBaseApi> {
  const languages = data.map(({ name }) => name).join("+");
  if (current?.languages === languages) return current.api;
  current?.api.End();
  current = undefined;
  for (const { name, path } of data) {
    tesseract.FS.writeFile(`${name}.traineddata`, gunzipSync(await readFile(path)));
  }
  const api = new tesseract.TessBaseAPI();
  if (api.Init(null, languages, LSTM_ONLY) !== 0) throw new Error(`The recognition data for ${languages} is damaged.`);
  api.SetVariable("tessedit_pageseg_mode", AUTOMATIC_LAYOUT);
  current = { languages, api };
  return api;
}

/** Portable graymap, the plainest format that Tesseract's image library reads. */
function graymap({ width, height, pixels }: GrayImage): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + pixels.length);
  file.set(header);
  file.set(pixels, header.length);
  return file;
}

/** Reads a picture in any orientation. Its lines show whether it is on its side or skewed, the result whether it is reversed. */
function read(tesseract: Tesseract, api: TessBaseApi, image: GrayImage): Recognition {
  const upright = straighten(despeckle(image));
  const found = readUpright(tesseract, api, upright);
  if (found.confidence >= DOUBTFUL) return found;
  const turnedRound = readUpright(tesseract, api, orient(upright, turned[180]));
  return turnedRound.confidence > found.confidence + CLEARLY ? turnedRound : found;
}

function readUpright(tesseract: Tesseract, api: TessBaseApi, image: GrayImage): Recognition {
  tesseract.FS.writeFile("/input", graymap(image));
  try {
    api.SetImageFile(UPRIGHT, 0);
    api.FindLines();
    const skew = api.GetGradient();
    if (Math.abs(skew) > SKEW) api.SetImageFile(UPRIGHT, skew);
    api.Recognize(null);
    return { text: joinColumns(api.GetTSVText(0)) ?? api.GetUTF8Text(), confidence: api.MeanTextConf() };
  } finally {
    api.Clear();
    tesseract.FS.unlink("/input");
  }
}

async function recognize({ image, data }: RecognizeCall): Promise<Recognition> {
  limitWasmMemory(MEMORY);
  loaded ??= load();
  const tesseract = await loaded;
  const api = await prepare(tesseract, data);
  // Per thread; Node has it from 23.9 on.
  const before = process.threadCpuUsage?.();
  try {
    const found = read(tesseract, api, image);
    if (!before) return found;
    const { user, system } = process.threadCpuUsage(before);
    return { ...found, seconds: (user + system) / 1_000_000 };
  } catch (error) {
    // What crashed is not used again.
    loaded = undefined;
    current = undefined;
    if (wasmMemoryRefused()) throw new DocumentTooLargeError("The picture needs more memory than it may take.");
    throw error;
  }
}

serveCalls(recognize);
