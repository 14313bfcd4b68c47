/**
 * What a part of a page is, for readers aloud and for programs: the tags of a tagged PDF.
 *
 * @module
 */

/** A type of ISO 32000-1, 14.8.4, such as `P` or `H1`. */
type Tag = string;

/** What pdfkit takes beside the type. */
interface ElementOptions {
  readonly alt?: string;
  readonly lang?: string;
  readonly scope?: "Column";
}

/** A node of the tree in the file. */
export type Structure = ReturnType<PDFKit.PDFDocument["struct"]>;

/** A node of the tree of tags. It becomes part of the file when something of it is drawn. */
export class Element {
  readonly tag: Tag;
  readonly parent: Element | undefined;
  readonly #options: ElementOptions;
  #made: Structure | undefined;

  constructor(tag: Tag, parent?: Element, options: ElementOptions = {}) {
    this.tag = tag;
    this.parent = parent;
    this.#options = options;
  }

  child(tag: Tag, options: ElementOptions = {}): Element {
    return new Element(tag, this, options);
  }

  /** The node in the file, made with those above it in the order in which they are first drawn. */
  in(doc: PDFKit.PDFDocument): Structure {
    if (this.#made) return this.#made;
    this.#made = doc.struct(this.tag, this.#options);
    if (this.parent) this.parent.in(doc).add(this.#made);
    else doc.addStructure(this.#made);
    return this.#made;
  }

  /** Closes the node and all below it. */
  end(): void {
    this.#made?.end();
  }
}
