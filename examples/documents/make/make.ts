/**
 * Makes the demo's documents from the pages beside this file. Needs LibreOffice: `node examples/documents/make/make.ts`.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { encodePng } from "../../../shared/capabilities/documents/image/encode-png.ts";
import type { GrayImage } from "../../../shared/capabilities/documents/image/gray-image.ts";
import { defaultLimits } from "../../../shared/capabilities/documents/limits.ts";
import { loadPdfium } from "../../../shared/capabilities/documents/pdf/pdfium.ts";
import { renderPage } from "../../../shared/capabilities/documents/pdf/render.ts";

const sources = import.meta.dirname;
const target = join(sources, "..");
const scratch = await mkdtemp(join(tmpdir(), "sluice-examples-"));

/** @returns path of the converted file */
function convert(name: string, format: string, folder: string): string {
  const extension = format.split(":")[0];
  const filter = "--infilter=HTML (StarWriter)";
  const profile = `-env:UserInstallation=file://${scratch}/profile`;
  const args = [
    profile,
    "--headless",
    filter,
    "--convert-to",
    format,
    "--outdir",
    folder,
    join(sources, `${name}.html`),
  ];
  execFileSync("soffice", args, { stdio: "ignore" });
  return join(folder, `${name}.${extension}`);
}

/** The first page as a scanner sees it: at 150 dpi, a little turned, with grain and specks of dust. */
async function scan(path: string, degrees: number): Promise<GrayImage> {
  const pdfium = await loadPdfium();
  const bytes = await readFile(path);
  const memory = pdfium.wasmExports.malloc(bytes.length);
  pdfium.HEAPU8.set(bytes, memory);
  const page = pdfium._FPDF_LoadPage(pdfium._FPDF_LoadMemDocument(memory, bytes.length, 0), 0);
  return age(renderPage(pdfium, page, { resolution: 150, limits: defaultLimits }), degrees);
}

function age({ width, height, pixels }: GrayImage, degrees: number): GrayImage {
  const random = seeded(7);
  const turn = { sin: Math.sin((degrees * Math.PI) / 180), cos: Math.cos((degrees * Math.PI) / 180) };
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? (pixels[y * width + x] ?? 255) : 255;
  const aged = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const [sx, sy] = [dx * turn.cos - dy * turn.sin + width / 2, dx * turn.sin + dy * turn.cos + height / 2];
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - left, sy - top];
      const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
      const lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
      const dust = random() < 0.0008 ? 60 + random() * 80 : 255;
      // Sixteen shades keep the files small.
      aged[y * width + x] = Math.round(Math.min(upper * (1 - fy) + lower * fy, dust) / 17) * 17;
    }
  }
  return { width, height, pixels: aged };
}

/** mulberry32: the same documents every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Rows of four bits a pixel. */
function packed({ width, height, pixels }: GrayImage): Buffer {
  const stride = Math.ceil(width / 2);
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = y * stride + (x >> 1);
      rows[place] = (rows[place] ?? 0) | (((pixels[y * width + x] ?? 255) / 17) << (x % 2 === 0 ? 4 : 0));
    }
  }
  return deflateSync(rows, { level: 9 });
}

/** A PDF of one page that is a picture, as scanners write it. */
function scannedPdf(image: GrayImage): Buffer {
  const { width, height } = image;
  const data = packed(image);
  const draw = Buffer.from("q 595 0 0 842 0 0 cm /Scan Do Q");
  const objects = [
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from("<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
    Buffer.from(
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /Scan 5 0 R >> >> /Contents 4 0 R >>",
    ),
    Buffer.concat([Buffer.from(`<< /Length ${draw.length} >>\nstream\n`), draw, Buffer.from("\nendstream")]),
    Buffer.concat([
      Buffer.from(
        `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray ` +
          `/BitsPerComponent 4 /Filter /FlateDecode /Length ${data.length} >>\nstream\n`,
      ),
      data,
      Buffer.from("\nendstream"),
    ]),
  ];
  const parts = [Buffer.from("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  const offsets: number[] = [];
  const size = () => parts.reduce((sum, part) => sum + part.length, 0);
  for (const [index, object] of objects.entries()) {
    offsets.push(size());
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n"));
  }
  const start = size();
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${end}`)]);
}

convert("annual-report", "pdf", target);
convert("mietvertrag-werkstatt", "docx:MS Word 2007 XML", target);
convert("workshop-minutes", "doc:MS Word 97", target);
await writeFile(
  join(target, "brief-stadtwerke-scan.png"),
  await encodePng(await scan(convert("brief-stadtwerke", "pdf", scratch), 0.6), 4),
);
await writeFile(
  join(target, "rechnung-dachdecker-scan.pdf"),
  scannedPdf(await scan(convert("rechnung-dachdecker", "pdf", scratch), -0.4)),
);
const rules = (await readFile(join(sources, "hausordnung.html"), "utf8")).replace(/<p>|<\/p>/g, "");
await writeFile(join(target, "hausordnung.latin1.txt"), Buffer.from(rules, "latin1"));
await rm(scratch, { recursive: true });
