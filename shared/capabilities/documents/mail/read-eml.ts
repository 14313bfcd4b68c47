/**
 * Reads an e-mail (EML, RFC 5322 and MIME): its headers as a mail program shows them, its body, and what is attached.
 *
 * @module
 */

import PostalMime, { type Address, type Attachment, type Email } from "postal-mime";
import { DocumentCorruptError } from "../../../../contracts/documents/errors.ts";
import { htmlBlocks } from "../html/html-blocks.ts";
import type { Limits } from "../limits.ts";
import type { Block } from "../structure/blocks.ts";
import { asUtf8 } from "./as-utf8.ts";
import { firstMessage, withoutSeparator } from "./first-message.ts";

const LINE = /^(?:[!-9;-~]+:[^\n]*|[ \t]+[^\n]*)$/;
const HEADERS =
  /^(?:from|to|subject|date|message-id|received|return-path|mime-version|delivered-to|reply-to|cc|content-type|x-[\w-]+):/i;
/** Headers that a message has, and a text that only looks like one hardly. */
const TELLING = /^(?:message-id|received|return-path|mime-version|delivered-to):/i;
/** Lines at the beginning in which headers are looked for. */
const LINES = 200;

/** Whether a text is a message: lines of headers, some of them known, before anything else. */
export function isMessage(head: string): boolean {
  const lines = withoutSeparator(head).split(/\r?\n/).slice(0, LINES);
  const end = lines.findIndex((line) => !LINE.test(line));
  const headers = end < 0 ? lines : lines.slice(0, end);
  // The last line may be cut in the middle.
  if (end >= 0 && lines[end] !== "" && end < lines.length - 1) return false;
  const known = new Set(headers.filter((line) => HEADERS.test(line)).map((line) => line.split(":")[0]?.toLowerCase()));
  const isMarked = headers.some((line) => TELLING.test(line));
  return known.has("from") && known.size >= (isMarked ? 3 : 4) && (isMarked || known.has("date"));
}

/** Whether what its name says to be a message is one: a few headers are enough. */
export function isNamedMessage(head: string): boolean {
  const [headers = ""] = withoutSeparator(head).split(/\r?\n\r?\n/, 1);
  const lines = headers.split(/\r?\n/);
  return lines.every((line) => LINE.test(line)) && lines.filter((line) => HEADERS.test(line)).length >= 2;
}

/** What is attached to a message. */
export interface MessageAttachment {
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A message: its headers and body, and what is attached. */
export interface Message {
  readonly blocks: readonly Block[];
  readonly attachments: readonly MessageAttachment[];
  /** Whether it ends before its last part does. */
  readonly isCutOff: boolean;
  /** Whether other messages follow in the file. */
  readonly isFirstOfMany: boolean;
  /** What of it is sealed, such as `encrypted (PGP)`; undefined where all can be read. */
  readonly sealed: string | undefined;
}

/** Types of parts that hold what a message says, and that are not read. */
const SEALED: Readonly<Record<string, string>> = {
  "application/pkcs7-mime": "encrypted, or signed together with its text (S/MIME)",
  "application/x-pkcs7-mime": "encrypted, or signed together with its text (S/MIME)",
  "application/pgp-encrypted": "encrypted (PGP)",
  "application/ms-tnef": "in a form that only Outlook reads (winmail.dat)",
  "application/vnd.ms-tnef": "in a form that only Outlook reads (winmail.dat)",
};
const PGP = /^-----BEGIN PGP MESSAGE-----\s*$/m;

function sealedOf(text: string, attachments: readonly MessageAttachment[]): string | undefined {
  if (PGP.test(text)) return SEALED["application/pgp-encrypted"];
  const types = attachments.map(({ contentType, fileName }) =>
    /^winmail\.dat$/i.test(fileName) ? "application/ms-tnef" : contentType.toLowerCase(),
  );
  return types.map((type) => SEALED[type]).find((reason) => reason !== undefined);
}

/** @throws DocumentCorruptError, DocumentTooLargeError */
export async function readMessage(bytes: Uint8Array, limits: Limits): Promise<Message> {
  const { bytes: message, isFirstOfMany } = firstMessage(bytes);
  const email = await parsed(message);
  const text = asUtf8(email.text ?? "");
  const body = email.html ? htmlBlocks(asUtf8(email.html), limits) : textBlocks(text);
  const attached = email.attachments.filter(({ related, filename }) => !(related && filename === null));
  const attachments = attached.map(attachmentOf);
  return {
    blocks: [...headerBlocks(email), EMPTY_LINE, ...body],
    attachments,
    isCutOff: isCutOff(message),
    isFirstOfMany,
    sealed: sealedOf(text, attachments),
  };
}

/** Where the headers of a message end, at the latest. */
const MOST_HEADERS = 64 * 1_024;
const BOUNDARY = /^content-type:\s*multipart\/(?:[^\n]|\n[ \t])*?boundary=(?:"([^"\r\n]+)"|([^\s";]+))/im;

/** Whether the mark is missing that ends the last part (RFC 2046, 5.1.1). */
function isCutOff(bytes: Uint8Array): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [headers = ""] = all.toString("latin1", 0, MOST_HEADERS).split(/\r?\n\r?\n/, 1);
  const [, quoted, bare] = BOUNDARY.exec(headers) ?? [];
  const boundary = quoted ?? bare;
  return boundary !== undefined && !all.includes(`--${boundary}--`, headers.length, "latin1");
}

/** The line that names an attachment. */
export function attachmentBlock({ fileName, contentType, bytes: { byteLength } }: MessageAttachment) {
  const size = byteLength < 1_024 ? `${byteLength} bytes` : `${Math.round(byteLength / 1_024)} KB`;
  return { kind: "paragraph", text: `Attachment: ${fileName} (${contentType}, ${size})` } as const;
}

/** Parts within parts; a message that people write has three levels of them. */
const MOST_NESTED = 50;

async function parsed(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { maxNestingDepth: MOST_NESTED, rfc822Attachments: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentCorruptError(`The message is damaged (${reason}).`, { cause: error });
  }
}

/** A line between the parts of a message. */
export const EMPTY_LINE: Block = { kind: "paragraph", text: "" };

function headerBlocks({ subject, from, to, cc, headers }: Email): Block[] {
  // As it was sent, with the sender's time zone.
  const date = headers.find(({ key }) => key === "date")?.value;
  const lines = [
    ["From", addresses(from ? [from] : [])],
    ["To", addresses(to)],
    ["Cc", addresses(cc)],
    ["Date", date ?? ""],
    ["Subject", subject ?? ""],
  ] as const;
  return lines
    .filter(([, value]) => value.trim() !== "")
    .map(([name, value]) => ({ kind: "paragraph", text: `${name}: ${value.trim()}` }));
}

const addresses = (list: readonly Address[] = []): string => list.map(addressOf).join(", ");

function addressOf({ name, address, group }: Address): string {
  if (group) return `${name}: ${addresses(group)}`;
  return name === "" || name === address ? (address ?? "") : `${name} <${address}>`;
}

const textBlocks = (text: string): Block[] =>
  text.split(/\r\n?|\n/).map((line) => ({ kind: "paragraph", text: line.trimEnd() }));

function attachmentOf({ filename, mimeType, content }: Attachment): MessageAttachment {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  return { fileName: filename ?? "unnamed", contentType: mimeType, bytes };
}
