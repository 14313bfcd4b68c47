import { DocumentCorruptError } from "../../../../contracts/documents/errors.ts";

/** Told what a document holds, in its order. Names come without their prefix. */
export interface XmlHandlers {
  open(name: string, attributes: string): void;
  close(name: string): void;
  text(value: string): void;
}

/** From behind "<name" to the ">" that is not within quotes. */
const REST_OF_TAG = /(?:[^>"']|"[^"]*"|'[^']*')*>/y;
const NAME = /[^\s/>]+/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * Runs through XML in linear time. It knows no document type definitions, so no entity can grow and nothing is loaded.
 * @throws DocumentCorruptError when the markup ends within a tag or an element
 */
export function scanXml(xml: string, handlers: XmlHandlers): void {
  let [at, depth] = [0, 0];
  const counting: XmlHandlers = {
    open(name, attributes) {
      depth++;
      handlers.open(name, attributes);
    },
    close(name) {
      depth--;
      handlers.close(name);
    },
    text: (value) => handlers.text(value),
  };
  while (at < xml.length) {
    const tag = xml.indexOf("<", at);
    if (tag < 0) break;
    if (tag > at) handlers.text(decodeEntities(xml.slice(at, tag)));
    at =
      xml.startsWith("<!", tag) || xml.startsWith("<?", tag) ? skip(xml, tag, handlers) : element(xml, tag, counting);
  }
  if (depth > 0) throw new DocumentCorruptError("A part of the document ends before its elements do.");
}

function element(xml: string, tag: number, handlers: XmlHandlers): number {
  const closing = xml[tag + 1] === "/";
  NAME.lastIndex = tag + (closing ? 2 : 1);
  const name = NAME.exec(xml)?.[0] ?? "";
  REST_OF_TAG.lastIndex = NAME.lastIndex || tag + 1;
  const rest = REST_OF_TAG.exec(xml)?.[0];
  // What is opened may be read within its handler, by the same expressions.
  const end = REST_OF_TAG.lastIndex;
  if (rest === undefined) throw new DocumentCorruptError("A part of the document ends within a tag.");
  const local = name.slice(name.indexOf(":") + 1);
  if (closing) handlers.close(local);
  else {
    handlers.open(local, rest);
    if (rest.endsWith("/>")) handlers.close(local);
  }
  return end;
}

/** Comments, processing instructions and declarations say nothing; a CDATA section is text. */
function skip(xml: string, tag: number, handlers: XmlHandlers): number {
  const CDATA = "<![CDATA[";
  const [opening, closing] = xml.startsWith(CDATA, tag)
    ? [CDATA, "]]>"]
    : xml.startsWith("<!--", tag)
      ? ["<!--", "-->"]
      : ["<", ">"];
  const end = xml.indexOf(closing, tag + opening.length);
  if (end < 0) throw new DocumentCorruptError("A part of the document ends within a tag.");
  if (opening === CDATA) handlers.text(xml.slice(tag + opening.length, end));
  return end + closing.length;
}

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (...[whole, decimal, hex, name]: [string, string?, string?, string?]) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const code = Number.parseInt(decimal ?? hex ?? "", decimal ? 10 : 16);
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : "";
    },
  );
}

const patterns = new Map<string, RegExp>();

/** The value of an attribute, whatever its prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const found = pattern.exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? undefined : decodeEntities(value);
}
