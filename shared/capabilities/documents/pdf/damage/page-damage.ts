/**
 * Finds pages of a PDF of which something is missing. PDFium, like other readers, shows what is left of them without a
 * word.
 *
 * @module
 */

import { isTornJpeg } from "../../image/jpeg-damage.ts";
import type { PageWarning } from "../../opened-document.ts";
import { tornFile } from "../../page-warnings.ts";
import { isTorn } from "./content.ts";
import { PdfObjects } from "./pdf-objects.ts";
import { type Dictionary, isReference, type Value } from "./pdf-values.ts";
import { type Stream, unpack } from "./unpack.ts";

/** Forms within forms. */
const MOST_NESTED = 6;
/** Levels of the tree of pages. */
const MOST_LEVELS = 50;
/** Bytes that are unpacked for one document; behind them, pages are not examined. */
const MOST_BYTES = 512 * 1024 * 1024;

interface Page {
  /** Undefined where the page itself is missing. */
  readonly entries: Dictionary | undefined;
  /** What it inherits from the tree where it has none of its own. */
  readonly resources: Value | undefined;
}

/** Examines the pages of a file. */
export class PageDamage {
  readonly #objects: PdfObjects;
  readonly #pages: readonly Page[];
  /** Whether it has layers that may be switched off. */
  readonly hasLayers: boolean;
  /** Whether it is a folder of attached files, whose pages are no more than a cover. */
  readonly isPortfolio: boolean;
  /** Streams by number that were examined: whether they are damaged. */
  readonly #known = new Map<number, boolean>();
  #bytes = 0;

  /** @param most pages that are looked for */
  constructor(file: Uint8Array, most: number) {
    this.#objects = new PdfObjects(file);
    const { isEncrypted, isTooLarge } = this.#objects;
    this.hasLayers = isEncrypted || this.#objects.catalog()?.has("OCProperties") === true;
    this.isPortfolio = this.#objects.catalog()?.has("Collection") === true;
    // Of an encrypted file, nobody but its reader can tell.
    this.#pages = isEncrypted || isTooLarge ? [] : pagesOf(this.#objects, most);
  }

  /**
   * What is wrong with the document as a whole.
   * @param pages how many its reader found
   */
  ofDocument(pages: number): PageWarning[] {
    const isShort = this.#pages.length > pages;
    return isShort || this.#objects.hasDamagedObjects ? [tornFile()] : [];
  }

  /**
   * Whether something of a page is missing: its content, a part of it, or a form that it draws.
   * @param withPictures whether its pictures are read, so that they count as well
   */
  ofPage(index: number, { withPictures }: { readonly withPictures: boolean }): boolean {
    const page = this.#pages[index];
    if (!page) return false;
    const { entries } = page;
    if (!entries) return true;
    const contents = this.#streamsOf(entries.get("Contents"));
    if (contents.some((number) => this.#isDamaged(number, (stream) => this.#isTorn(stream)))) return true;
    return this.#drawsDamaged(entries.get("Resources") ?? page.resources, { withPictures, depth: 0 });
  }

  /** The numbers of a page's streams; one that is missing is 0. */
  #streamsOf(contents: Value | undefined): number[] {
    if (contents === undefined || contents === null) return [];
    const found = this.#objects.resolve(contents);
    const parts = Array.isArray(found) ? found : [contents];
    if (found === null) return [];
    return parts.map((part) => (isReference(part) ? part.object : 0));
  }

  #isDamaged(number: number, check: (stream: Stream) => boolean): boolean {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    const stream = this.#objects.stream(number);
    const isDamaged = stream ? this.#bytes < MOST_BYTES && check(stream) : this.#objects.object(number) === undefined;
    this.#known.set(number, isDamaged);
    return isDamaged;
  }

  #isTorn(stream: Stream): boolean {
    const { data } = unpack(this.#objects, stream);
    this.#bytes += data?.length ?? 0;
    // What is packed has a checksum; of what is not, only its signs tell.
    return data === undefined || (!stream.dictionary.has("Filter") && isTorn(data));
  }

  /** Whether a form or a picture that is drawn is damaged. */
  #drawsDamaged(
    resources: Value | undefined,
    { withPictures, depth }: { readonly withPictures: boolean; readonly depth: number },
  ): boolean {
    const drawn = this.#objects.dictionary(this.#objects.dictionary(resources)?.get("XObject"));
    if (!drawn || depth > MOST_NESTED) return false;
    return [...drawn.values()].some((value) => {
      if (!isReference(value)) return false;
      const number = value.object;
      const kind = this.#objects.resolve(this.#objects.dictionary(value)?.get("Subtype"));
      if (kind === "Image") return withPictures && this.#isDamaged(number, (stream) => this.#isTornPicture(stream));
      return this.#isDamaged(number, (stream) => {
        // A form that draws itself is looked at once.
        this.#known.set(number, false);
        const own = stream.dictionary.get("Resources");
        return this.#isTorn(stream) || this.#drawsDamaged(own, { withPictures, depth: depth + 1 });
      });
    });
  }

  #isTornPicture(stream: Stream): boolean {
    const { data, filter } = unpack(this.#objects, stream);
    this.#bytes += data?.length ?? 0;
    return data === undefined || (filter === "DCTDecode" && isTornJpeg(data));
  }
}

/** The pages of a document in their order (7.7.3). */
function pagesOf(objects: PdfObjects, most: number): Page[] {
  const pages: Page[] = [];
  const seen = new Set<Dictionary>();
  const visit = (value: Value, resources: Value | undefined, depth: number): void => {
    if (pages.length >= most || depth > MOST_LEVELS) return;
    const entries = objects.dictionary(value);
    if (!entries || seen.has(entries)) {
      if (!entries) pages.push({ entries: undefined, resources });
      return;
    }
    const own = entries.get("Resources") ?? resources;
    const kids = objects.resolve(entries.get("Kids"));
    if (!Array.isArray(kids)) {
      pages.push({ entries, resources: own });
      return;
    }
    seen.add(entries);
    for (const kid of kids) visit(kid, own, depth + 1);
  };
  const root = objects.catalog()?.get("Pages");
  if (root !== undefined) visit(root, undefined, 0);
  return pages;
}
