import { type OcrEngineName, type OcrSettings, ocrLanguages } from "../../../../contracts/settings/ocr.ts";
import type { OcrEngine } from "./engine.ts";
import { TesseractEngine } from "./tesseract.ts";

/** The engine that reads scans, and the languages it looks for: options of `extractText`. */
export interface Recognizer {
  readonly ocr: OcrEngine;
  readonly languages: readonly string[];
}

/** Textract's client is loaded when it is chosen: it would lengthen every cold start. */
const engines: Record<OcrEngineName, () => Promise<OcrEngine>> = {
  tesseract: async () => new TesseractEngine(),
  textract: async () => (await import("./textract/engine.ts")).textractEngine(),
};

/** The engine that the settings choose; its threads and connections stay warm. */
export const createRecognizer = async (settings: OcrSettings): Promise<Recognizer> => ({
  ocr: await engines[settings.OCR_ENGINE](),
  languages: ocrLanguages(settings),
});
