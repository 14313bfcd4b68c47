import { posix } from "node:path";
import { attribute, scanXml } from "./scan-xml.ts";
import type { ZipFile } from "./zip.ts";

/** How the parts of an Office file refer to each other (ECMA-376 part 2, OPC). */
export interface Relationship {
  /** Last word of the relationship's type, the same in the transitional and the strict variant. */
  readonly kind: string;
  /** Name of the part within the container. */
  readonly target: string;
}

/** @param part the part that refers, "" for the file itself */
export function relationshipsOf(zip: ZipFile, part: string): Relationship[] {
  const folder = posix.dirname(part);
  const content = zip.read(posix.join(folder, "_rels", `${posix.basename(part)}.rels`));
  const found: Relationship[] = [];
  if (!content) return found;
  scanXml(decodeXml(content), {
    open(name, attributes) {
      const target = attribute(attributes, "Target");
      if (name !== "Relationship" || !target || attribute(attributes, "TargetMode") === "External") return;
      const kind = attribute(attributes, "Type")?.split("/").at(-1) ?? "";
      found.push({ kind, target: target.startsWith("/") ? target.slice(1) : posix.join(folder, target) });
    },
    close() {},
    text() {},
  });
  return found;
}

/** XML is UTF-8 unless a byte order mark says UTF-16. */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : bytes[0] === 0xff ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
