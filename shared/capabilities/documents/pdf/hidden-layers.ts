/**
 * Layers of a page that are switched off (optional content, ISO 32000-1, 8.11): translations, older versions, notes for the
 * printer. PDFium reads their text, but does not draw it: what changes nothing of the page when it is left out is not seen.
 *
 * @module
 */

import type { GrayImage } from "../image/gray-image.ts";
import type { Limits } from "../limits.ts";
import { MOST_EXAMINED, MOST_NESTED, objectKinds, type Placed, removeObject, WITHOUT_INK } from "./page-objects.ts";
import { type Pdfium, viewOf, withMemory } from "./pdfium.ts";
import { renderShades } from "./render.ts";

/** Layers of a page that are examined, each of which costs a picture of it. */
const MOST_LAYERS = 24;
const NAME_BYTES = 256;
/** The mark of a layer's content. */
const LAYER = "OC";

/** Takes what is in layers that are switched off from the page. */
export function removeHiddenLayers(pdfium: Pdfium, page: number, limits: Limits): void {
  const layers = layersOf(pdfium, page);
  if (layers.length === 0) return;
  const whole = renderShades(pdfium, page, limits);
  for (const layer of layers) {
    const show = (active: number): void => {
      for (const { object } of layer) pdfium._FPDFPageObj_SetIsActive(object, active);
    };
    show(0);
    const isSeen = !isSame(renderShades(pdfium, page, limits), whole);
    show(1);
    if (isSeen) continue;
    for (const each of layer) removeObject(pdfium, page, each);
  }
}

const isSame = (a: GrayImage, b: GrayImage): boolean => Buffer.compare(a.pixels, b.pixels) === 0;

/** What is drawn, by its layer. A form may be in a layer without a mark, and counts as one. */
function layersOf(pdfium: Pdfium, page: number): readonly Placed[][] {
  const layers = new Map<string, Placed[]>();
  let seen = 0;
  const visit = (form: number, depth: number): void => {
    const count = form ? pdfium._FPDFFormObj_CountObjects(form) : pdfium._FPDFPage_CountObjects(page);
    for (let index = 0; index < count && seen < MOST_EXAMINED; index++, seen++) {
      const object = form ? pdfium._FPDFFormObj_GetObject(form, index) : pdfium._FPDFPage_GetObject(page, index);
      if (!object) continue;
      const isForm = pdfium._FPDFPageObj_GetType(object) === objectKinds.form;
      if (!isDrawn(pdfium, object)) continue;
      const name = layerOf(pdfium, object) ?? (isForm && depth === 0 ? `form ${object}` : undefined);
      if (name !== undefined) layers.set(name, [...(layers.get(name) ?? []), { object, form }]);
      if (isForm && depth < MOST_NESTED) visit(object, depth + 1);
    }
  };
  visit(0, 0);
  return [...layers.values()].slice(0, MOST_LAYERS);
}

/** Whether leaving an object out could be seen: the text of a scan that was recognized before is drawn without ink. */
function isDrawn(pdfium: Pdfium, object: number): boolean {
  const kind = pdfium._FPDFPageObj_GetType(object);
  if (kind === objectKinds.text) return !WITHOUT_INK.includes(pdfium._FPDFTextObj_GetTextRenderMode(object));
  if (kind !== objectKinds.form) return true;
  const count = Math.min(MOST_EXAMINED, pdfium._FPDFFormObj_CountObjects(object));
  for (let index = 0; index < count; index++) {
    const inside = pdfium._FPDFFormObj_GetObject(object, index);
    const isText = inside !== 0 && pdfium._FPDFPageObj_GetType(inside) === objectKinds.text;
    if (isText && WITHOUT_INK.includes(pdfium._FPDFTextObj_GetTextRenderMode(inside))) return false;
  }
  return true;
}

/** The name of the layer that an object is in. */
function layerOf(pdfium: Pdfium, object: number): string | undefined {
  const count = pdfium._FPDFPageObj_CountMarks(object);
  for (let index = 0; index < count; index++) {
    const mark = pdfium._FPDFPageObj_GetMark(object, index);
    const text = (read: (buffer: number, written: number) => number): string =>
      withMemory(pdfium, NAME_BYTES + 4, (memory) => {
        if (!read(memory, memory + NAME_BYTES)) return "";
        const size = viewOf(pdfium).getUint32(memory + NAME_BYTES, true);
        if (size > NAME_BYTES) return "long";
        return Buffer.from(pdfium.HEAPU8.subarray(memory, memory + Math.max(0, size - 2))).toString("utf16le");
      });
    if (text((to, written) => pdfium._FPDFPageObjMark_GetName(mark, to, NAME_BYTES, written)) !== LAYER) continue;
    return withMemory(pdfium, 8, (key) => {
      pdfium.HEAPU8.set(Buffer.from("Name\0"), key);
      return `layer ${text((to, written) => pdfium._FPDFPageObjMark_GetParamStringValue(mark, key, to, NAME_BYTES, written))}`;
    });
  }
  return undefined;
}
