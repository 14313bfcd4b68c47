import type { Nodes } from "mdast";
import type { Book, Warning } from "./book.ts";
import { type Picture, readPicture } from "./picture.ts";

/** The pictures of a book by their URLs, and warnings about those that are not shown. */
export interface Pictures {
  readonly byUrl: ReadonlyMap<string, Picture>;
  readonly warnings: readonly Warning[];
}

/** Reads the pictures of all chapters, each once. */
export function readPictures({ chapters }: Book): Pictures {
  const byUrl = new Map<string, Picture>();
  const warnings: Warning[] = [];
  for (const [index, { root, notes }] of chapters.entries()) {
    for (const { url, alt } of imagesIn([root, ...[...notes.values()].flat()])) {
      if (byUrl.has(url)) continue;
      const read = readPicture(url);
      if (typeof read !== "string") byUrl.set(url, read);
      else {
        const name = alt === "" ? shortened(url) : `"${shortened(alt)}"`;
        const message = `The picture ${name} is not shown: ${read}. Its description stands in its place.`;
        warnings.push({ code: "image_not_embedded", message, chapter: index + 1 });
      }
    }
  }
  return { byUrl, warnings };
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57).toWellFormed()}...` : text);

function imagesIn(nodes: readonly Nodes[]): { readonly url: string; readonly alt: string }[] {
  return nodes.flatMap((node) => {
    if (node.type === "image") return [{ url: node.url, alt: node.alt ?? "" }];
    return "children" in node ? imagesIn(node.children) : [];
  });
}
