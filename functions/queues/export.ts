import { queueHandler } from "../queue-handler.ts";
import * as exportAllFormats from "../tasks/export-all-formats.ts";
import * as exportToMarkdown from "../tasks/export-to-markdown.ts";
import * as exportToPdf from "../tasks/export-to-pdf.ts";
import * as exportToWord from "../tasks/export-to-word.ts";

export const handler = queueHandler("export", {
  export_to_markdown: exportToMarkdown,
  export_to_word: exportToWord,
  export_to_pdf: exportToPdf,
  export_all_formats: exportAllFormats,
});
