import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Partial<Record<string, string>>>;

/** Reads typed values and collects what is wrong, so that one start shows every mistake. */
export class EnvReader {
  readonly problems: string[] = [];
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  /** The value, or undefined when it is unset or empty. */
  text(name: string): string | undefined {
    const raw = this.#env[name]?.trim() ?? '';
    return raw === '' ? undefined : raw;
  }

  integer(name: string, range: { fallback: number; min: number; max: number }): number {
    const raw = this.text(name);
    if (raw === undefined) return range.fallback;
    const value = /^\d{1,9}$/u.test(raw) ? Number(raw) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    this.problems.push(
      `${name} must be a whole number from ${String(range.min)} to ${String(range.max)}, got "${raw}"`,
    );
    return range.fallback;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const raw = this.text(name);
    if (raw === undefined) return fallback;
    const chosen = choices.find((choice) => choice.toLowerCase() === raw.toLowerCase());
    if (chosen !== undefined) return chosen;
    this.problems.push(`${name} must be one of ${choices.join(', ')}, got "${raw}"`);
    return fallback;
  }

  url(name: string): URL | undefined {
    const raw = this.text(name);
    if (raw === undefined) return undefined;
    if (URL.canParse(raw) && /^https?:$/u.test(new URL(raw).protocol)) return new URL(raw);
    this.problems.push(`${name} must be an absolute http or https URL`);
    return undefined;
  }

  /** Comma-separated, lower case. */
  hosts(name: string): string[] {
    const hosts = (this.text(name) ?? '').split(',').map((host) => host.trim().toLowerCase());
    const bad = hosts.find((host) => host !== '' && !/^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/u.test(host));
    if (bad !== undefined) this.problems.push(`${name} must be host names with commas between them, got "${bad}"`);
    return hosts.filter((host) => host !== '').map((host) => host.replace(/:443$/u, ''));
  }

  /** Whether a secret is set, in one way or the other of {@link secret}. */
  hasSecret(name: string): boolean {
    return this.text(name) !== undefined || this.text(`${name}_FILE`) !== undefined;
  }

  /** A secret: the variable itself, or better the content of the file that `<name>_FILE` names. Never both. */
  secret(name: string): string | undefined {
    const inline = this.text(name);
    const content = this.file(`${name}_FILE`);
    if (inline !== undefined && this.text(`${name}_FILE`) !== undefined) {
      this.problems.push(`Set ${name} or ${name}_FILE, not both`);
    }
    if (content?.trim() === '') this.problems.push(`${name}_FILE names an empty file`);
    return inline ?? content;
  }

  /** Comma-separated addresses and ranges of them. */
  addresses(name: string): string[] {
    const ranges = (this.text(name) ?? '').split(',').map((range) => range.trim());
    const bad = ranges.find((range) => range !== '' && !isRange(range));
    if (bad !== undefined) {
      this.problems.push(
        `${name} must be addresses or ranges such as 10.0.0.0/8 with commas between them, got "${bad}"`,
      );
    }
    return ranges.filter((range) => range !== '' && range !== bad);
  }

  /** The content of the file a variable names, without the line end. */
  file(name: string): string | undefined {
    const path = this.text(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8').replace(/\r?\n$/u, '');
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      this.problems.push(`${name} names a file that cannot be read (${reason}): ${path}`);
      return undefined;
    }
  }
}

function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  const isPrefix = bits === undefined || (/^\d{1,3}$/u.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
  return family !== 0 && isPrefix && more.length === 0;
}
