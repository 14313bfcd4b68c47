/**
 * Messages: their own text, with the names of what is attached, or with the text of it, where that is wanted.
 *
 * @module
 */

import { FinalError } from "../../../contracts/errors.ts";
import { attachmentBlock, EMPTY_LINE, type MessageAttachment, readMessage } from "./mail/read-eml.ts";
import { onePage } from "./open-parts.ts";
import type { OpenDocument, Opener, OpenOptions, PageContent, PageWarning } from "./opened-document.ts";
import { cutOff } from "./page-warnings.ts";
import { documentBlocks } from "./structure/document-blocks.ts";

/** Attachments that are read of one message. */
const MOST_ATTACHMENTS = 50;

/** What opening a message takes. */
export interface MessageOptions extends OpenOptions {
  /** Opens what is attached. */
  readonly open: Opener;
}

/** @throws DocumentCorruptError, DocumentTooLargeError */
export async function openMessage(bytes: Uint8Array, options: MessageOptions): Promise<OpenDocument> {
  const { blocks, attachments, isCutOff, isFirstOfMany, sealed } = await readMessage(bytes, options.limits);
  const warnings = [
    ...(isCutOff ? [cutOff("Its end is")] : []),
    ...(isFirstOfMany ? [OTHERS] : []),
    ...(sealed ? [sealedPart(sealed)] : []),
  ];
  if (!options.attachments || attachments.length === 0) {
    const names = attachments.length > 0 ? [EMPTY_LINE, ...attachments.map(attachmentBlock)] : [];
    return onePage("eml", [...blocks, ...names], warnings);
  }
  const parts = [onePage("eml", blocks, warnings)];
  let left = options.limits.pages;
  for (const [index, attachment] of attachments.entries()) {
    const opened = index < MOST_ATTACHMENTS ? await openAttachment(attachment, options, left) : tooMany(attachment);
    left -= opened.pages;
    parts.push(opened);
  }
  return joined(parts);
}

const OTHERS: PageWarning = {
  kind: "attachment_left_out",
  message: "The file holds several messages, of which the first is read: save each as a file of its own (EML).",
};

const sealedPart = (how: string): PageWarning => ({
  kind: "attachment_left_out",
  message: `What the message says, or a part of it, is ${how} and is not read: have it sent as text or HTML, or print it to PDF.`,
});

/** An attachment that cannot be read does not take the message along: it is named, with the reason. */
async function openAttachment(attachment: MessageAttachment, { open, ...options }: MessageOptions, pages: number) {
  const { fileName, bytes } = attachment;
  try {
    // The attachments of an attached message are listed: messages within messages would never end.
    const limits = { ...options.limits, pages };
    const document = await open(bytes, { ...options, fileName, limits, attachments: false });
    return named(attachment, document);
  } catch (error) {
    if (!(error instanceof FinalError)) throw error;
    return unread(attachment, error.message);
  }
}

const tooMany = (attachment: MessageAttachment) =>
  unread(attachment, `Of one message ${MOST_ATTACHMENTS} attachments are read: upload it by itself.`);

function unread(attachment: MessageAttachment, reason: string): OpenDocument {
  const message = `The attachment ${attachment.fileName} is left out. ${reason}`;
  return onePage("eml", [attachmentBlock(attachment)], [{ kind: "attachment_left_out", message }]);
}

/** The document with the line that names it before its first page, and its warnings with its name. */
function named(attachment: MessageAttachment, document: OpenDocument): OpenDocument {
  const line = attachmentBlock(attachment);
  const page = async (index: number): Promise<PageContent> => {
    const content = await document.page(index - 1);
    return content.warnings
      ? { ...content, warnings: content.warnings.map(inAttachment(attachment.fileName)) }
      : content;
  };
  const head: PageContent = { text: line.text, blocks: documentBlocks([line]), picture: null };
  return { ...document, pages: document.pages + 1, page: (index) => (index === 0 ? head : page(index)) };
}

const inAttachment = (fileName: string) => (warning: PageWarning) => ({
  ...warning,
  message: `In the attachment ${fileName}: ${warning.message}`,
});

function joined(parts: readonly OpenDocument[]): OpenDocument {
  const pages = parts.flatMap((part) => Array.from({ length: part.pages }, (_, index) => () => part.page(index)));
  const nothing: PageContent = { text: "", picture: null };
  return {
    format: "eml",
    pages: pages.length,
    page: (index) => pages[index]?.() ?? nothing,
    close: () => parts.forEach((part) => void part.close()),
  };
}
