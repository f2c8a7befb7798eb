/** What the server of a polls benchmark is asked for, and answers, over the channel between the processes. */
export interface ServerReport {
  /** Discovery root. */
  readonly rootUrl: string;
  /** Processor time so far, in milliseconds. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** The people of the benchmark, by number. All of them have the same password. */
export const accountOf = (number: number): string => `person.${String(number)}`;

/** Of the people of the benchmark. */
export const password = 'Kastanie-71';

/** Their SIP domain. */
export const sipDomain = 'contoso.com';
