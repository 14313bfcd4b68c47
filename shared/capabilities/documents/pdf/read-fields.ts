/**
 * Reads what is entered in a form. PDFium's text of a page does not contain fields and notes.
 *
 * @module
 */

import { CHECKED, EMPTY, type Field } from "./form-field.ts";
import { type Pdfium, textFrom, viewOf, withMemory } from "./pdfium.ts";

/** Annotation subtypes whose appearance is text that a reader of the page sees (fpdf_annot.h). */
const FREE_TEXT = 3;
const STAMP = 13;
const WIDGET = 20;
/** FPDF_OBJECT_STRING and FPDF_OBJECT_NAME: values of text fields, and of check boxes. */
const [STRING, NAME] = [3, 4];
/** FPDF_ANNOT_FLAG_HIDDEN and FPDF_ANNOT_FLAG_NOVIEW (fpdf_annot.h). */
const [HIDDEN, NO_VIEW] = [2, 32];
/** Longest value of a field that is read, in bytes of UTF-16. */
const MAX_VALUE = 16_384;
/** Most choices of a field that are read. */
const MOST_OPTIONS = 1_000;
/** FPDF_FORMFIELD_CHECKBOX and FPDF_FORMFIELD_RADIOBUTTON (fpdf_formfill.h). */
const BOXES: readonly number[] = [2, 3];
/** Points between the lines of a note. */
const LINE = 14;
/** Of an FPDF_FORMFILLINFO with no functions to call back, with room to spare. */
const FORM_INFO = 512;

/** The form fields of a page. */
export interface FormFields {
  /** Whether the page has anything whose appearance is to become part of its content. */
  readonly any: boolean;
  /** What is entered in fields and chosen in lists; some programs store no appearance for it. */
  readonly values: readonly Field[];
  /** Check boxes and radio buttons, as `CHECKED` or `EMPTY`; their own appearance is hidden. */
  readonly boxes: readonly Field[];
}

/** Reads the form fields of a page. */
export function readFields(pdfium: Pdfium, document: number, page: number): FormFields {
  const values: Field[] = [];
  const boxes: Field[] = [];
  let any = false;
  const form = new FormReader(pdfium, document);
  const count = pdfium._FPDFPage_GetAnnotCount(page);
  for (let index = 0; index < count; index++) {
    const annotation = pdfium._FPDFPage_GetAnnot(page, index);
    if (!annotation) continue;
    const subtype = pdfium._FPDFAnnot_GetSubtype(annotation);
    any ||= subtype === WIDGET || subtype === FREE_TEXT || subtype === STAMP;
    const isSeen = (pdfium._FPDFAnnot_GetFlags(annotation) & (HIDDEN | NO_VIEW)) === 0;
    // What is shown on paper alone is not on the page that a reader sees.
    if (!isSeen) pdfium._FPDFAnnot_SetFlags(annotation, HIDDEN);
    if (subtype === FREE_TEXT && isSeen) values.push(...form.notesOf(annotation));
    if (subtype === WIDGET && isSeen) {
      const place = form.placeOf(annotation);
      const box = form.boxOf(annotation);
      const text = box ?? form.valueOf(annotation);
      const isHidden = box !== undefined || form.isChosenFrom(annotation);
      const isUndrawn = isHidden || !form.hasAppearance(annotation);
      if (place && text.trim() !== "") (box ? boxes : values).push({ text, ...place, isUndrawn });
      if (isHidden) pdfium._FPDFAnnot_SetFlags(annotation, HIDDEN);
    }
    pdfium._FPDFPage_CloseAnnot(annotation);
  }
  form.close();
  return { any, values, boxes };
}

/**
 * Makes the appearance of form fields and typed notes part of the page's content.
 * @returns whether anything changed, so that the page must be loaded again
 */
export function flattenFields(pdfium: Pdfium, page: number): boolean {
  const SUCCESS = 1;
  const FOR_DISPLAY = 0;
  return pdfium._FPDFPage_Flatten(page, FOR_DISPLAY) === SUCCESS;
}

/** Reads single fields. */
class FormReader {
  readonly #pdfium: Pdfium;
  readonly #document: number;
  /** PDFium's form, made when a field with choices asks for it. */
  #form: { readonly handle: number; readonly info: number } | undefined;

  constructor(pdfium: Pdfium, document: number) {
    this.#pdfium = pdfium;
    this.#document = document;
  }

  placeOf(annotation: number): (Pick<Field, "left" | "bottom"> & { readonly top: number }) | undefined {
    return withMemory(this.#pdfium, 16, (memory) => {
      if (!this.#pdfium._FPDFAnnot_GetRect(annotation, memory)) return undefined;
      // FS_RECTF: left, top, right, bottom.
      const [left = 0, top = 0, , bottom = 0] = [0, 4, 8, 12].map((at) =>
        viewOf(this.#pdfium).getFloat32(memory + at, true),
      );
      return { left, bottom, top };
    });
  }

  /** The lines of a note that is typed on the page, where its program left drawing it to the reader. */
  notesOf(annotation: number): Field[] {
    const place = this.hasAppearance(annotation) ? undefined : this.placeOf(annotation);
    if (!place) return [];
    const lines = (this.#read(annotation, "Contents", STRING) ?? "")
      .split(/\r\n?|\n/)
      .filter((line) => line.trim() !== "");
    return lines.map((text, index) => ({
      text,
      left: place.left,
      bottom: place.top - LINE * (index + 1),
      isUndrawn: true,
    }));
  }

  /** @returns undefined unless it is a check box or a radio button: only those have a state */
  boxOf(annotation: number): string | undefined {
    const state = this.#read(annotation, "AS", NAME);
    // Signatures may have a state, too.
    if (state === undefined || !this.#isButton(annotation)) return undefined;
    return state === "Off" ? EMPTY : CHECKED;
  }

  #isButton(annotation: number): boolean {
    const kind = this.#read(annotation, "FT", NAME);
    if (kind !== undefined) return kind === "Btn";
    this.#form ??= this.#open();
    return BOXES.includes(this.#pdfium._FPDFAnnot_GetFormFieldType(this.#form.handle, annotation));
  }

  hasAppearance = (annotation: number): boolean => this.#has(annotation, "AP");

  isChosenFrom = (annotation: number): boolean => this.#has(annotation, "Opt") && this.#chosen(annotation).length > 0;

  /** The value of a text field; what is chosen, as it is shown, of one with choices. */
  valueOf(annotation: number): string {
    if (!this.#has(annotation, "Opt")) return this.#read(annotation, "V", STRING) ?? "";
    const chosen = this.#chosen(annotation);
    return chosen.length > 0 ? chosen.join(", ") : (this.#read(annotation, "V", STRING) ?? "");
  }

  #chosen(annotation: number): string[] {
    const pdfium = this.#pdfium;
    this.#form ??= this.#open();
    const { handle } = this.#form;
    const count = Math.min(MOST_OPTIONS, pdfium._FPDFAnnot_GetOptionCount(handle, annotation));
    const chosen: string[] = [];
    for (let option = 0; option < count; option++) {
      if (!pdfium._FPDFAnnot_IsOptionSelected(handle, annotation, option)) continue;
      chosen.push(
        this.#text((memory) => pdfium._FPDFAnnot_GetOptionLabel(handle, annotation, option, memory, MAX_VALUE)),
      );
    }
    return chosen;
  }

  #open() {
    const pdfium = this.#pdfium;
    const info = pdfium.wasmExports.malloc(FORM_INFO);
    pdfium.HEAPU8.fill(0, info, info + FORM_INFO);
    viewOf(pdfium).setInt32(info, 1, true);
    return { info, handle: pdfium._FPDFDOC_InitFormFillEnvironment(this.#document, info) };
  }

  #has(annotation: number, key: string): boolean {
    return this.#withKey(key, (name) => this.#pdfium._FPDFAnnot_HasKey(annotation, name) === 1);
  }

  /** @returns undefined where the field has no such value of that kind */
  #read(annotation: number, key: string, kind: number): string | undefined {
    return this.#withKey(key, (name) => {
      if (this.#pdfium._FPDFAnnot_GetValueType(annotation, name) !== kind) return undefined;
      return this.#text((memory) => this.#pdfium._FPDFAnnot_GetStringValue(annotation, name, memory, MAX_VALUE));
    });
  }

  #withKey<T>(key: string, use: (name: number) => T): T {
    return withMemory(this.#pdfium, key.length + 1, (memory) => {
      this.#pdfium.HEAPU8.set(new TextEncoder().encode(`${key}\0`), memory);
      return use(memory);
    });
  }

  #text(read: (memory: number) => number): string {
    // Drawn on the page, a space that does not break comes back as another character.
    return textFrom(this.#pdfium, MAX_VALUE, read).replaceAll("\u00a0", " ");
  }

  close(): void {
    if (!this.#form) return;
    if (this.#form.handle) this.#pdfium._FPDFDOC_ExitFormFillEnvironment(this.#form.handle);
    this.#pdfium.wasmExports.free(this.#form.info);
  }
}
