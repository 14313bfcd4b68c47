/** The labels of a book in its language. */
export interface Labels {
  readonly contents: string;
  readonly sources: string;
  readonly notes: string;
  readonly picture: string;
}

const english: Labels = { contents: "Contents", sources: "Sources", notes: "Notes", picture: "Picture" };
const labels: Readonly<Record<string, Labels>> = {
  en: english,
  de: { contents: "Inhalt", sources: "Quellen", notes: "Anmerkungen", picture: "Bild" },
};

/** The words of a language; English ones where it has none here. */
export const labelsOf = (language: string): Labels => labels[language] ?? english;
