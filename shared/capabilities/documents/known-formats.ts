/** First bytes of files in formats that are not supported, so that the error can name the format and say what to do. */
interface Signature {
  readonly name: string;
  readonly bytes: string;
  /** Where the bytes are; 0 when not given. */
  readonly at?: number;
  /** What to save or export it as. */
  readonly as?: string;
}

const PICTURE = "save it as PNG, JPEG or PDF";
const PRINTED = "save or print it as PDF";
const UNPACK = "unpack it and upload the documents in it";

const SIGNATURES: readonly Signature[] = [
  { name: "a WebP image", bytes: "WEBP", at: 8, as: PICTURE },
  { name: "a HEIC image", bytes: "ftyphei", at: 4, as: PICTURE },
  { name: "a HEIC image", bytes: "ftypmif1", at: 4, as: PICTURE },
  { name: "an AVIF image", bytes: "ftypavi", at: 4, as: PICTURE },
  { name: "a JPEG 2000 image", bytes: "\0\0\0\x0cjP  ", as: PICTURE },
  { name: "a Photoshop image", bytes: "8BPS", as: PICTURE },
  { name: "an icon", bytes: "\0\0\x01\0", as: PICTURE },
  { name: "a document of Word 2", bytes: "\xdb\xa5\x2d\0", as: "save it as DOCX or PDF" },
  { name: "a document of Write or Word for DOS", bytes: "1\xbe\0\0", as: "save it as DOCX or PDF" },
  { name: "a WordPerfect document", bytes: "\xffWPC", as: "save it as DOCX or PDF" },
  { name: "a DjVu document", bytes: "AT&TFORM", as: PRINTED },
  { name: "PostScript", bytes: "%!PS", as: PRINTED },
  { name: "a print file (PCL)", bytes: "\x1b%-12345X", as: PRINTED },
  { name: "an AutoCAD drawing", bytes: "AC10", as: PRINTED },
  { name: "an XPS document", bytes: "FixedDocSeq", as: PRINTED },
  { name: "an Outlook winmail.dat", bytes: "\x78\x9f\x3e\x22", as: "save its attachments, or the message as EML" },
  { name: "an Outlook data file", bytes: "!BDN", as: "save its messages as EML" },
  { name: "a video or audio file", bytes: "ftyp", at: 4 },
  { name: "a video or audio file", bytes: "RIFF" },
  { name: "an audio file", bytes: "ID3" },
  { name: "an audio file", bytes: "OggS" },
  { name: "an audio file", bytes: "fLaC" },
  { name: "a gzip file", bytes: "\x1f\x8b", as: UNPACK },
  { name: "a bzip2 file", bytes: "BZh", as: UNPACK },
  { name: "an XZ file", bytes: "\xfd7zXZ", as: UNPACK },
  { name: "a Zstandard file", bytes: "\x28\xb5\x2f\xfd", as: UNPACK },
  { name: "a RAR archive", bytes: "Rar!", as: UNPACK },
  { name: "a 7z archive", bytes: "7z\xbc\xaf", as: UNPACK },
  { name: "a tar archive", bytes: "ustar", at: 257, as: UNPACK },
  { name: "a cabinet archive", bytes: "MSCF", as: UNPACK },
  { name: "a database", bytes: "SQLite format 3\0" },
  { name: "a program", bytes: "\x7fELF" },
  { name: "a program", bytes: "MZ" },
  { name: "a WebAssembly program", bytes: "\0asm" },
];
/** Two or three letters begin many a text: these count for what is not text. */
const SHORT = 4;

/**
 * Names a format that is not read.
 * @param head the first bytes as Latin-1
 * @param isText whether the bytes could as well be text
 * @returns a sentence with the way out, or undefined when the format is not known
 */
export function nameUnread(head: string, isText: boolean): string | undefined {
  const found = SIGNATURES.find(
    ({ bytes, at = 0 }) => head.startsWith(bytes, at) && (!isText || (at === 0 && bytes.length >= SHORT)),
  );
  return found && `The file is ${found.name}, which is not read${found.as ? `: ${found.as}` : ""}.`;
}
