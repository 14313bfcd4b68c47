import { attribute, scanXml } from "../container/scan-xml.ts";
import { ListStyleReader, type ListStyles } from "./odf-lists.ts";

/** What the text of an OpenDocument file depends on beside itself. */
export interface OdfStyles {
  readonly lists: ListStyles;
  /** Names of styles whose text, or sheet, is hidden. */
  readonly hidden: ReadonlySet<string>;
}

/** Reads the styles of the parts that have some. */
export function readOdfStyles(parts: readonly string[]): OdfStyles {
  const lists: ListStyles = new Map();
  const hidden = new Set<string>();
  for (const part of parts) {
    const reader = new ListStyleReader(lists);
    let style = "";
    scanXml(part, {
      open(name, attributes) {
        reader.open(name, attributes);
        if (name === "style") style = attribute(attributes, "style:name") ?? "";
        else if (name === "text-properties" && attribute(attributes, "text:display") === "none") hidden.add(style);
        else if (name === "table-properties" && attribute(attributes, "table:display") === "false") hidden.add(style);
      },
      close(name) {
        reader.close(name);
      },
      text() {},
    });
  }
  return { lists, hidden };
}
