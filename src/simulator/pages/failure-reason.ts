import type { RequestDetail } from '../request-log';

/** Why a request failed, in the words of its answer; undefined when it did not, or the answer gives none. */
export function failureReason(detail: RequestDetail): string | undefined {
  const { status } = detail;
  if (status !== 0 && status < 400) return undefined;
  const words = status === 0 ? 'The connection ended without an answer.' : wordsOf(detail);
  return detail.faulty ? ['An ordered fault.', words].filter((part) => part !== '').join(' ') : words;
}

function wordsOf({ response }: RequestDetail): string {
  const challenged = response.headers.some(([name]) => name.toLowerCase() === 'www-authenticate');
  if (challenged) return 'Asks for a ticket.';
  const { code, subcode, message, parameters = [] } = facts(response.body);
  const names = [code, subcode].filter((name) => name !== undefined && name !== '').join('/');
  return [names, parameters.length > 0 ? parameters.join(' ') : (message ?? '')]
    .filter((part) => part !== '')
    .join(': ');
}

interface Facts {
  readonly code?: string | undefined;
  readonly subcode?: string | undefined;
  readonly message?: string | undefined;
  /** `name: reason` of each refused input. */
  readonly parameters?: readonly string[];
}

function facts(body: string): Facts {
  const json = jsonFacts(body);
  if (json !== undefined) return json;
  const element = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  return { code: element('code'), subcode: element('subcode'), message: element('message') ?? element('title') };
}

function jsonFacts(body: string): Facts | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const parameters = isRecord(value) && Array.isArray(value.parameters) ? value.parameters : [];
    return {
      code: read(value, 'code') ?? read(value, 'error'),
      subcode: read(value, 'subcode'),
      message: read(value, 'message') ?? read(value, 'error_description'),
      parameters: parameters.map((entry: unknown) => `${read(entry, 'name') ?? ''}: ${read(entry, 'reason') ?? ''}`),
    };
  } catch {
    return undefined;
  }
}

function read(value: unknown, name: string): string | undefined {
  const text = isRecord(value) ? value[name] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
