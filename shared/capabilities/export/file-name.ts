const LONGEST = 80;
const SPELLED: Readonly<Record<string, string>> = {
  ...{ ä: "ae", ö: "oe", ü: "ue", Ä: "Ae", Ö: "Oe", Ü: "Ue", ß: "ss", ẞ: "SS" },
  ...{ æ: "ae", Æ: "Ae", ø: "o", Ø: "O", đ: "d", Đ: "D", ł: "l", Ł: "L", œ: "oe", Œ: "Oe" },
};

/** The name of a file for a title, without its extension: letters of ASCII, digits and hyphens; `book` when none are left. */
export function fileNameOf(title: string): string {
  const ascii = title
    .normalize("NFC")
    .replace(/[^\p{ASCII}]/gu, (char) => SPELLED[char] ?? char)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[’']/g, "");
  const name = ascii
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
  return name === "" ? "book" : name;
}
