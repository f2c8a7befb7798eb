/** Libraries that index.html loads before the modules. */
declare const AdaptiveCards: typeof import('adaptivecards');
declare const markdownit: (options: { html: boolean; linkify: boolean; breaks: boolean }) => MarkdownIt;

interface MarkdownIt {
  disable(rules: string[]): MarkdownIt;
  render(text: string): string;
  renderInline(text: string): string;
}
