import { RehearsalError } from './errors';

/** One instruction: its word, in capitals, and the rest of its line. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** What begins with FROM. */
export interface Stage {
  /** Undefined for the last one. */
  readonly name: string | undefined;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile that keeps to one line for each instruction, as ours does. */
export function parseDockerfile(text: string): readonly Stage[] {
  const stages: { name: string | undefined; base: string; instructions: Instruction[] }[] = [];
  const args = new Map<string, string>();
  for (const { word, rest } of instructionsIn(text)) {
    if (word === 'ARG') args.set(...pairOf(rest));
    else if (word === 'FROM') stages.push({ ...stageOf(rest, args), instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

function instructionsIn(text: string): readonly Instruction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, word, rest] = /^([A-Z]+) (.*)$/u.exec(line) ?? [];
    if (word === undefined || rest === undefined) throw new RehearsalError(`Not understood: ${line}`);
    return { word, rest };
  });
}

function pairOf(rest: string): [string, string] {
  const [name = '', value = ''] = rest.split('=');
  return [name, value];
}

function stageOf(rest: string, args: ReadonlyMap<string, string>): Pick<Stage, 'name' | 'base'> {
  const [base = '', , name] = rest.split(' ');
  return { base: base.replaceAll(/\$\{(\w+)\}/gu, (_, arg: string) => args.get(arg) ?? ''), name };
}

/** What follows CMD, ENTRYPOINT and HEALTHCHECK … CMD in square brackets. @throws RehearsalError for the form with a shell. */
export function execForm(rest: string): readonly string[] {
  const list: unknown = /^[^[]*(\[.*\])$/u.test(rest) ? JSON.parse(rest.slice(rest.indexOf('['))) : undefined;
  if (!Array.isArray(list)) throw new RehearsalError(`A shell would be between: ${rest}`);
  return list.map(String);
}
