import type { Company, Person } from '../company';

/** Who a ticket stands for: a person of the company, or a guest of one meeting. */
export type Principal =
  | {
      readonly kind: 'person';
      readonly person: Person;
      /** Of the access token; a ticket has none. */
      readonly scopes?: readonly string[];
    }
  | { readonly kind: 'guest'; readonly uri: string; readonly conferenceUri: string };

/** The SIP URI of whoever it is. */
export function uriOf(principal: Principal): string {
  return principal.kind === 'person' ? principal.person.uri : principal.uri;
}

/** Finds a person by what people type as user name: UPN, SIP URI, account name, or `DOMAIN\account`. */
export function personByUsername(company: Company, username: string): Person | undefined {
  const wanted = username
    .trim()
    .toLowerCase()
    .replace(/^sip:/, '')
    .replace(/^[^\\@]+\\/, '');
  return company.people.find(
    ({ uri, account }) => uri.toLowerCase() === `sip:${wanted}` || account.toLowerCase() === wanted,
  );
}
