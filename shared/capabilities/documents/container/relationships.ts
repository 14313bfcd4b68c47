import { posix } from "node:path";
import { attribute, scanXml } from "./scan-xml.ts";
import type { ZipFile } from "./zip.ts";

/** How the parts of an Office file refer to each other (ECMA-376 part 2, OPC). */
export interface Relationship {
  /** Last word of the relationship's type, the same in the transitional and the strict variant. */
  readonly kind: string;
  /** How the part names it. */
  readonly id: string;
  /** Name of the part within the container, or an address outside. */
  readonly target: string;
  readonly external: boolean;
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
      if (name !== "Relationship" || !target) return;
      const kind = attribute(attributes, "Type")?.split("/").at(-1) ?? "";
      const id = attribute(attributes, "Id") ?? "";
      const external = attribute(attributes, "TargetMode") === "External";
      const part = target.startsWith("/") ? target.slice(1) : posix.join(folder, target);
      found.push({ kind, id, external, target: external ? target : part });
    },
    close() {},
    text() {},
  });
  return found;
}

/** The relationship that an element names, such as `r:id`; "" when it names none. Its own `id` is another thing. */
export const relationId = (attributes: string): string => attribute(attributes, "\\w+:id") ?? "";

/** XML is UTF-8 unless a byte order mark says UTF-16. */
export function decodeXml(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : bytes[0] === 0xff ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
