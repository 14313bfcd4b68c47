import { type Pdfium, withMemory } from "./pdfium.ts";

/** Annotation subtypes whose appearance is text that a reader of the page sees (fpdf_annot.h). */
const FREE_TEXT = 3;
const STAMP = 13;
const WIDGET = 20;
/** FPDF_OBJECT_STRING: the value of a text or choice field; that of a check box is a name. */
const STRING = 3;
/** Longest value of a field that is read, in bytes of UTF-16. */
const MAX_VALUE = 16_384;
const KEYS = new TextEncoder().encode("V\0Opt\0");

/** The form fields of a page. */
export interface FormFields {
  /** Whether the page has anything whose appearance is to become part of its content. */
  readonly any: boolean;
  /** What is entered in the fields; some programs store no appearance for it. */
  readonly values: readonly string[];
}

/** Reads the form fields of a page. */
export function readFields(pdfium: Pdfium, page: number): FormFields {
  const values: string[] = [];
  let any = false;
  const count = pdfium._FPDFPage_GetAnnotCount(page);
  for (let index = 0; index < count; index++) {
    const annotation = pdfium._FPDFPage_GetAnnot(page, index);
    if (!annotation) continue;
    const subtype = pdfium._FPDFAnnot_GetSubtype(annotation);
    any ||= subtype === WIDGET || subtype === FREE_TEXT || subtype === STAMP;
    if (subtype === WIDGET) values.push(textValue(pdfium, annotation));
    pdfium._FPDFPage_CloseAnnot(annotation);
  }
  return { any, values: values.filter((value) => value.trim() !== "") };
}

/**
 * Makes the appearance of form fields and typed notes part of the page's content.
 * @returns whether anything changed, so that the page must be loaded anew
 */
export function flattenFields(pdfium: Pdfium, page: number): boolean {
  const SUCCESS = 1;
  const FOR_DISPLAY = 0;
  return pdfium._FPDFPage_Flatten(page, FOR_DISPLAY) === SUCCESS;
}

/** The value of a text field. A choice field's is what it exports, not what it shows. */
function textValue(pdfium: Pdfium, annotation: number): string {
  return withMemory(pdfium, KEYS.length + MAX_VALUE, (memory) => {
    pdfium.HEAPU8.set(KEYS, memory);
    const [value, options, buffer] = [memory, memory + 2, memory + KEYS.length];
    if (pdfium._FPDFAnnot_GetValueType(annotation, value) !== STRING) return "";
    if (pdfium._FPDFAnnot_HasKey(annotation, options)) return "";
    const bytes = pdfium._FPDFAnnot_GetStringValue(annotation, value, buffer, MAX_VALUE);
    if (bytes < 2 || bytes > MAX_VALUE) return "";
    return new TextDecoder("utf-16le").decode(pdfium.HEAPU8.slice(buffer, buffer + bytes - 2));
  });
}
