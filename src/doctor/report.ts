import type { Line } from './finding';

/** Longest name of a check, for the column after it. */
const NAME_WIDTH = 12;

/** One line of text: level, check, what was found and what to do. */
export function formatLine(line: Line): string {
  const todo = 'todo' in line ? ` -> ${line.todo}` : '';
  return `${line.level.padEnd('not checked'.length)}  ${line.name.padEnd(NAME_WIDTH)}  ${oneLine(line.what)}${oneLine(todo)}`;
}

/** The last line of the report. */
export function formatSummary(lines: readonly Line[]): string {
  const problems = lines.filter(({ level }) => level === 'problem').length;
  const warnings = lines.filter(({ level }) => level === 'warning').length;
  if (problems === 0 && warnings === 0) return 'Nothing is wrong.';
  return `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}.`;
}

/** Blanks out what must not be seen: known secrets wherever they appear, and user names and passwords inside URLs. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => {
    const masked = known.reduce((masking, secret) => masking.replaceAll(secret, '****'), text);
    return masked.replaceAll(/\/\/[^/\s@]*@/gu, '//****@');
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
