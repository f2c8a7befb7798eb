/** Languages Confer can speak. English is complete by definition; the others may follow word by word. */
export const LANGUAGES = ['en'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/**
 * Keeps the words of one folder in every language, English first.
 *
 * The type of the English words is the type of all: a language that forgets a sentence does not compile.
 * @returns a function from a BCP 47 locale such as `de-AT` to the words in the nearest language.
 */
export function defineTexts<Words extends object>(words: { en: Words } & Partial<Record<Language, Words>>) {
  const known = new Map<string, Words>(Object.entries(words));
  return (locale: string): Words => known.get(languageOf(locale)) ?? words.en;
}

function languageOf(locale: string): string {
  return locale.toLowerCase().split('-')[0] ?? 'en';
}
