import { readFile } from "node:fs/promises";
import { PDFiumModule } from "@hyzyla/pdfium";
import { assetPath } from "../assets.ts";

/**
 * PDFium in WebAssembly, called directly: `@hyzyla/pdfium`'s own classes reach neither character boxes nor form fields,
 * and keep pages open. Names and semantics are those of PDFium's public headers (fpdfview.h, fpdf_text.h, fpdf_edit.h).
 */
type Handle = number;
type Pointer = number;

/** PDFium's functions and its memory. */
export interface Pdfium {
  readonly HEAPU8: Uint8Array;
  readonly wasmExports: { malloc(size: number): Pointer; free(pointer: Pointer): void };
  _FPDF_InitLibrary(): void;
  _FPDF_LoadMemDocument(bytes: Pointer, size: number, password: Pointer): Handle;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: Handle): number;
  _FPDF_CloseDocument(document: Handle): void;
  _FPDF_LoadPage(document: Handle, index: number): Handle;
  _FPDF_ClosePage(page: Handle): void;
  _FPDF_GetPageWidthF(page: Handle): number;
  _FPDF_GetPageHeightF(page: Handle): number;
  _FPDFDoc_GetAttachmentCount(document: Handle): number;
  _FPDFDoc_GetAttachment(document: Handle, index: number): Handle;
  _FPDFAttachment_GetName(attachment: Handle, buffer: Pointer, bytes: number): number;
  _FPDFPage_GetAnnotCount(page: Handle): number;
  _FPDFPage_GetAnnot(page: Handle, index: number): Handle;
  _FPDFPage_CloseAnnot(annotation: Handle): void;
  _FPDFAnnot_GetSubtype(annotation: Handle): number;
  _FPDFAnnot_HasKey(annotation: Handle, key: Pointer): number;
  _FPDFAnnot_GetValueType(annotation: Handle, key: Pointer): number;
  _FPDFAnnot_GetStringValue(annotation: Handle, key: Pointer, buffer: Pointer, bytes: number): number;
  _FPDFAnnot_GetFlags(annotation: Handle): number;
  _FPDFAnnot_SetFlags(annotation: Handle, flags: number): number;
  _FPDFAnnot_GetRect(annotation: Handle, rectangle: Pointer): number;
  _FPDFDOC_InitFormFillEnvironment(document: Handle, info: Pointer): Handle;
  _FPDFDOC_ExitFormFillEnvironment(form: Handle): void;
  _FPDFAnnot_GetFormFieldType(form: Handle, annotation: Handle): number;
  _FPDFAnnot_GetOptionCount(form: Handle, annotation: Handle): number;
  _FPDFAnnot_IsOptionSelected(form: Handle, annotation: Handle, index: number): number;
  _FPDFAnnot_GetOptionLabel(form: Handle, annotation: Handle, index: number, buffer: Pointer, bytes: number): number;
  _FPDFPageObj_NewTextObj(document: Handle, font: Pointer, size: number): Handle;
  _FPDFText_SetText(object: Handle, text: Pointer): number;
  _FPDFPageObj_Transform(object: Handle, a: number, b: number, c: number, d: number, e: number, f: number): void;
  _FPDFPage_InsertObjectAtIndex(page: Handle, object: Handle, index: number): number;
  _FPDFPage_InsertObject(page: Handle, object: Handle): void;
  _FPDFPage_Flatten(page: Handle, usage: number): number;
  _FPDFPage_CountObjects(page: Handle): number;
  _FPDFPage_GetObject(page: Handle, index: number): Handle;
  _FPDFPage_RemoveObject(page: Handle, object: Handle): number;
  _FPDFFormObj_RemoveObject(form: Handle, object: Handle): number;
  _FPDFPageObj_Destroy(object: Handle): void;
  _FPDFPageObj_GetMatrix(object: Handle, matrix: Pointer): number;
  _FPDFPageObj_GetFillColor(object: Handle, red: Pointer, green: Pointer, blue: Pointer, alpha: Pointer): number;
  _FPDFPath_GetDrawMode(path: Handle, fill: Pointer, stroke: Pointer): number;
  _FPDFPageObj_GetClipPath(object: Handle): Handle;
  _FPDFClipPath_CountPaths(clip: Handle): number;
  _FPDFClipPath_CountPathSegments(clip: Handle, path: number): number;
  _FPDFClipPath_GetPathSegment(clip: Handle, path: number, index: number): Handle;
  _FPDFTextObj_GetFontSize(object: Handle, size: Pointer): number;
  _FPDFPath_CountSegments(path: Handle): number;
  _FPDFPath_GetPathSegment(path: Handle, index: number): Handle;
  _FPDFPathSegment_GetPoint(segment: Handle, x: Pointer, y: Pointer): number;
  _FPDFPathSegment_GetType(segment: Handle): number;
  _FPDFPathSegment_GetClose(segment: Handle): number;
  _FPDFPage_GetRotation(page: Handle): number;
  _FPDF_GetPageBoundingBox(page: Handle, rectangle: Pointer): number;
  _FPDF_PageToDevice(
    page: Handle,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    pageX: number,
    pageY: number,
    deviceX: Pointer,
    deviceY: Pointer,
  ): number;
  _FPDFPageObj_GetType(object: Handle): number;
  _FPDFPageObj_GetBounds(object: Handle, left: Pointer, bottom: Pointer, right: Pointer, top: Pointer): number;
  _FPDFImageObj_GetBitmap(image: Handle): Handle;
  _FPDFImageObj_GetImagePixelSize(object: Handle, width: Pointer, height: Pointer): number;
  _FPDFPageObj_SetIsActive(object: Handle, active: number): number;
  _FPDFPageObj_CountMarks(object: Handle): number;
  _FPDFPageObj_GetMark(object: Handle, index: number): Handle;
  _FPDFPageObjMark_GetName(mark: Handle, buffer: Pointer, bytes: number, written: Pointer): number;
  _FPDFPageObjMark_GetParamStringValue(
    mark: Handle,
    key: Pointer,
    buffer: Pointer,
    bytes: number,
    written: Pointer,
  ): number;
  _FPDFTextObj_GetText(object: Handle, text: Handle, buffer: Pointer, bytes: number): number;
  _FPDFTextObj_GetTextRenderMode(object: Handle): number;
  _FPDFFormObj_CountObjects(form: Handle): number;
  _FPDFFormObj_GetObject(form: Handle, index: number): Handle;
  _FPDF_GetFormType(document: Handle): number;
  _FPDFText_LoadPage(page: Handle): Handle;
  _FPDFText_ClosePage(text: Handle): void;
  _FPDFText_CountChars(text: Handle): number;
  _FPDFText_GetText(text: Handle, start: number, count: number, buffer: Pointer): number;
  _FPDFText_GetUnicode(text: Handle, index: number): number;
  _FPDFText_HasUnicodeMapError(text: Handle, index: number): number;
  _FPDFText_IsGenerated(text: Handle, index: number): number;
  _FPDFText_GetLooseCharBox(text: Handle, index: number, rectangle: Pointer): number;
  _FPDFText_GetCharOrigin(text: Handle, index: number, x: Pointer, y: Pointer): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, pixels: Pointer, stride: number): Handle;
  _FPDFBitmap_FillRect(bitmap: Handle, x: number, y: number, width: number, height: number, color: number): void;
  _FPDFBitmap_Destroy(bitmap: Handle): void;
  _FPDF_RenderPageBitmap(
    bitmap: Handle,
    page: Handle,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
}

/** Loads PDFium for this thread; takes some 50 ms, so threads keep it. */
export async function loadPdfium(): Promise<Pdfium> {
  const wasm = await readFile(assetPath("pdfium.wasm"));
  const silent = () => {};
  const options = { wasmBinary: new Uint8Array(wasm).buffer, locateFile: () => "", print: silent, printErr: silent };
  // The package types only the functions that its own classes call; the module has all of PDFium's.
  const module = (await PDFiumModule(options)) as unknown as Pdfium;
  module._FPDF_InitLibrary();
  return module;
}

/** Runs `use` with `size` bytes of PDFium's memory. */
export function withMemory<T>(pdfium: Pdfium, size: number, use: (pointer: Pointer) => T): T {
  const pointer = pdfium.wasmExports.malloc(size);
  if (!pointer) throw new RangeError("The memory limit is reached.");
  try {
    return use(pointer);
  } finally {
    pdfium.wasmExports.free(pointer);
  }
}

/**
 * A text that a function of PDFium writes in UTF-16 with a zero at its end.
 * @param most bytes that it may take
 * @param write writes it, and gives how many bytes it takes
 * @returns "" where there is none, or it is longer
 */
export function textFrom(pdfium: Pdfium, most: number, write: (memory: Pointer) => number): string {
  return withMemory(pdfium, most, (memory) => {
    const bytes = write(memory);
    if (bytes <= 2 || bytes > most) return "";
    return new TextDecoder("utf-16le").decode(pdfium.HEAPU8.slice(memory, memory + bytes - 2));
  });
}

/** A view of PDFium's memory as it is now: memory that grows moves. */
export const viewOf = (pdfium: Pdfium): DataView => new DataView(pdfium.HEAPU8.buffer);
