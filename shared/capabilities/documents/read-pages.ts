/**
 * Reads a document page by page. Pages that are pictures are recognized while the next ones are parsed, as many at once
 * as the engine takes.
 *
 * @module
 */

import { DocumentTooLargeError } from "../../../contracts/documents/errors.ts";
import type { DocumentWarning, OcrMode } from "../../../contracts/documents/warnings.ts";
import { DeadlineError } from "../../lib/threads/deadline.ts";
import type { PooledThread } from "../../lib/threads/thread-pool.ts";
import type { DocumentAnswer, DocumentCall } from "./documents.thread.ts";
import { showsSomething } from "./image/paper.ts";
import type { Limits } from "./limits.ts";
import { mergePage, type PageText, unreadText } from "./merge-page.ts";
import type { OcrEngine } from "./ocr/engine.ts";
import { type Format, hasPages, type PageContent, type PageWarning, type Picture } from "./opened-document.ts";
import { nothingRecognized } from "./page-warnings.ts";

/** What reading a document takes beside its bytes. */
export interface ReadOptions {
  readonly fileName: string;
  readonly limits: Limits;
  readonly mode: OcrMode;
  /** Whether the attachments of a message are read with it. */
  readonly attachments: boolean;
  readonly ocr: OcrEngine;
  readonly languages: readonly string[];
  readonly progress: (page: number, pages: number, message?: string) => void;
  /** Asked before a picture is recognized; what it throws ends the reading. */
  readonly admit: () => Promise<void>;
  /** Told of each picture that was recognized, or that was tried, with the seconds that it took. */
  readonly recognized: (seconds: number) => void;
  readonly signal: AbortSignal;
}

type Thread = PooledThread<DocumentCall, DocumentAnswer>;

/** Pages that take too long for one, before the whole document counts as endless work. */
const MOST_LEFT_OUT = 3;

/** A document that is being read. A page that takes too long costs its thread: the next one continues behind it. */
export class PageReader {
  readonly #bytes: Uint8Array;
  readonly #options: ReadOptions;
  readonly #texts: PageText[] = [];
  readonly #warnings: DocumentWarning[] = [];
  readonly #recognizing = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #format: Format | undefined;
  #pages = 1;
  #next = 0;
  #done = 0;
  #characters = 0;
  #pictures = 0;
  #leftOut = 0;
  #seconds = 0;
  /** Once a call has timed out: which of its pages was it? */
  #oneByOne = false;

  constructor(bytes: Uint8Array, options: ReadOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  get format(): Format {
    if (!this.#format) throw new Error("The document is not open.");
    return this.#format;
  }

  get pages(): number {
    return this.#pages;
  }

  /** The texts of all pages, in their order. */
  get texts(): readonly PageText[] {
    return Array.from({ length: this.#pages }, (_, index) => this.#texts[index] ?? NOTHING);
  }

  /** In the order of the pages. */
  get warnings(): readonly DocumentWarning[] {
    return this.#warnings.toSorted((a, b) => (a.page ?? 0) - (b.page ?? 0));
  }

  /**
   * Reads the document to its end in a borrowed thread, and in others where one is lost to a page.
   * @throws DeadlineError when the document cannot be opened in time, or too many pages take too long
   */
  async read(first: Thread, another: () => Thread): Promise<void> {
    try {
      for (let thread = first; !(await this.#parse(thread)); ) thread = another();
      await Promise.all(this.#recognizing);
    } catch (error) {
      this.#stop.abort(error);
      throw error;
    }
  }

  /** @returns whether all pages are parsed; otherwise the thread was lost */
  async #parse(thread: Thread): Promise<boolean> {
    const { fileName, limits, mode, attachments, ocr } = this.#options;
    // Sent as it is, a view of a larger buffer would take all of that along.
    const bytes = new Uint8Array(this.#bytes);
    const open: DocumentCall = {
      type: "open",
      bytes,
      fileName,
      limits,
      mode,
      attachments,
      from: this.#next,
      one: this.#oneByOne,
    };
    try {
      for (let call: DocumentCall = open; ; call = { type: "read", from: this.#next, one: this.#oneByOne }) {
        const transfer = call.type === "open" ? [bytes.buffer] : [];
        const { format, pages, contents } = await this.#call(thread, call, transfer);
        this.#format = format;
        this.#pages = pages;
        for (const content of contents) this.#take(this.#next++, content);
        if (this.#next >= pages) return true;
        // No more pictures in memory than the engine reads at once.
        if (this.#recognizing.size >= ocr.parallel) await Promise.race(this.#recognizing);
      }
    } catch (error) {
      if (!(error instanceof DeadlineError) || this.#options.signal.aborted) throw error;
      if (this.#format === undefined) {
        // A page that comes right behind the first may have taken the time: opened again, the first is read alone.
        if (this.#oneByOne) throw error;
        this.#oneByOne = true;
        return false;
      }
      this.#leaveOut(error);
      return this.#next >= this.#pages;
    }
  }

  #call(thread: Thread, call: DocumentCall, transfer: ArrayBuffer[]) {
    const { limits, signal } = this.#options;
    return thread.callWithin(limits.stepSeconds, call, { signal, transfer });
  }

  /** The first time nobody knows which page of several it was: they are then read one by one. */
  #leaveOut(error: DeadlineError): void {
    if (!this.#oneByOne) {
      this.#oneByOne = true;
      return;
    }
    if (++this.#leftOut > MOST_LEFT_OUT) throw error;
    this.#keep(this.#next, NOTHING);
    this.#warn(this.#next++, LEFT_OUT);
  }

  #take(index: number, content: PageContent): void {
    const { picture, warnings = [] } = content;
    for (const warning of warnings) this.#warn(index, warning);
    const isRubbish = warnings.some(({ kind }) => kind === "unreadable_text");
    if (!picture) this.#keep(index, unreadText(content, isRubbish ? "rubbish" : "page"));
    else if (this.#pictures >= this.#options.limits.recognizedPages || this.#isSpent) {
      this.#warn(index, (this.#isSpent ? tooLong : tooMany)(this.#options.limits));
      this.#keep(index, unreadText(content, picture.use));
    } else {
      this.#pictures++;
      const work = this.#recognize(index, content, picture).finally(() => this.#recognizing.delete(work));
      // Awaited later; until then its failure must not count as unhandled.
      work.catch(() => {});
      this.#recognizing.add(work);
    }
  }

  /** Whether recognition has taken all the seconds that it may. */
  get #isSpent(): boolean {
    return this.#seconds >= this.#options.limits.recognitionSeconds;
  }

  async #recognize(index: number, content: PageContent, picture: Picture): Promise<void> {
    const { admit, progress, ocr, languages, signal } = this.#options;
    await admit();
    progress(this.#done, this.#pages, `recognizing page ${index + 1} of ${this.#pages}`);
    // Now, for recognition may take the picture away.
    const isWritten = hasPages(this.format) && showsSomething(picture.image);
    const started = performance.now();
    let seconds: number | undefined;
    try {
      const found = await ocr.recognize(picture.image, languages, AbortSignal.any([signal, this.#stop.signal]));
      seconds = found.seconds;
      const { page, warning } = mergePage(content, picture.use, found);
      if (warning) this.#warn(index, warning);
      else if (page.text === "" && isWritten) this.#warn(index, nothingRecognized());
      this.#keep(index, page);
    } catch (error) {
      // One picture that takes too long does not take the document along.
      if (!(error instanceof DocumentTooLargeError)) throw error;
      this.#warn(index, {
        kind: "page_left_out",
        message: `${error.message} It is left out: upload it by itself, or in a lower resolution.`,
      });
      this.#keep(index, unreadText(content, picture.use));
    } finally {
      const passed = (performance.now() - started) / 1_000;
      this.#count(seconds ?? Math.min(passed, this.#options.limits.stepSeconds));
    }
  }

  #count(seconds: number): void {
    this.#seconds += seconds;
    this.#options.recognized(seconds);
  }

  #keep(index: number, page: PageText): void {
    this.#texts[index] = page;
    this.#characters += page.text.length;
    const { limits, progress } = this.#options;
    if (this.#characters > limits.characters) throw new DocumentTooLargeError("The document's text is too long.");
    progress(++this.#done, this.#pages);
  }

  #warn(index: number, warning: PageWarning): void {
    this.#warnings.push({ page: index + 1, ...warning });
  }
}

const NOTHING: PageText = { text: "", confidence: 1, recognized: false, blocks: [] };
const LEFT_OUT: PageWarning = {
  kind: "page_left_out",
  message: "The page takes longer to read than one page may and is left out: print it to a new PDF, and upload that.",
};

const tooLong = ({ recognitionSeconds }: Limits): PageWarning => ({
  kind: "not_recognized",
  message: `The picture on this page is not recognized: those before it took the ${recognitionSeconds} s that recognition may take. Split the file.`,
});
const tooMany = (limits: Limits): PageWarning => ({
  kind: "not_recognized",
  message: `The picture on this page is not recognized: of one document ${limits.recognizedPages} are. Split the file.`,
});
