import { PackError } from './errors';

/** Sections of a README from here on are for people who have the whole repository. */
const INSIDE = '## In this repository';

/**
 * The README of a package: without the part about the repository, its links to files of the source leading into `dist`.
 *
 * @param isPacked - whether the package has a file of this path.
 * @throws PackError for a link to something that the package does not have.
 */
export function packageReadme(readme: string, isPacked: (path: string) => boolean): string {
  const [outside = ''] = readme.split(`\n${INSIDE}\n`);
  const text = outside.replace(/\]\((?!\w+:|#)([^)]+)\)/gu, (_, target: string) => {
    if (!isPacked(`dist/${target}`)) throw new PackError(`The README links to ${target}, which is not in the package.`);
    return `](dist/${target})`;
  });
  return `${text.trimEnd()}\n`;
}

/** The first piece of code in a README, which is its example: an ES module that is TypeScript as well. */
export function exampleOf(readme: string): string {
  const example = /^```(?:js|ts)\n(.*?)^```$/msu.exec(readme)?.[1];
  if (example === undefined) throw new PackError('The README has no example.');
  return example;
}

/** The same example for CommonJS, which has neither `import` nor `await` at the top. */
export function asCommonJs(example: string): string {
  const required = example.replace(/^import (\{.*\}) from ('.*');$/gmu, 'const $1 = require($2);');
  return `(async () => {\n${required}})();\n`;
}
