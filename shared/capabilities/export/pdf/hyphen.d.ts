declare module "hyphen/*" {
  interface Hyphenation {
    /** Puts `hyphenChar` where a word may be divided. */
    hyphenateSync(text: string, options?: { readonly hyphenChar?: string; readonly minWordLength?: number }): string;
  }
  const hyphenation: Hyphenation;
  export default hyphenation;
}
