import type * as adaptiveCards from 'adaptivecards';

/** The part of markdown-it that the page uses. */
interface MarkdownIt {
  disable(rules: string[]): MarkdownIt;
  render(text: string): string;
}

/** Libraries that index.html loads before the modules. */
declare global {
  // eslint-disable-next-line @typescript-eslint/naming-convention -- the library's own name
  const AdaptiveCards: typeof adaptiveCards;
  const markdownit: (options: { html: boolean; linkify: boolean; breaks: boolean }) => MarkdownIt;
}
