import type { SimulatorOptions } from '../../../../src/simulator';

/** A legal way for a pool to be. No variant, and no mixture of them, is a reason for a call to fail. */
export interface Variant {
  readonly name: string;
  readonly options: Pick<SimulatorOptions, 'secondPool' | 'switches'>;
}

const switched = (name: string, switches: SimulatorOptions['switches'] = {}): Variant => ({
  name,
  options: { switches },
});

/** Somebody who is at home on the pool that is not asked first. */
export const withSecondPool: Variant = { name: 'a second pool', options: { secondPool: true } };

/** All ways for a pool to be that the simulator knows and a scheduling client can notice. */
export const variants: readonly Variant[] = [
  switched('the defaults'),
  switched('events before the 201', { startedBefore201: true }),
  switched('only completed', { onlyCompleted: true }),
  switched('events without _embedded', { eventsWithoutEmbedded: true }),
  switched('the same sender several times', { splitSenders: true }),
  switched('the whole meeting in its event', { fullOnlineMeetingInEvent: true }),
  switched('a key in the events URL', { eventsKey: true }),
  switched('joining without delay', { stepMs: 0 }),
  switched('a collection of links', { linksOnlyCollection: true }),
  switched('links instead of embedded resources', { embedding: 'links' }),
  switched('embedded resources instead of links', { embedding: 'embedded' }),
  switched('200 for a creation', { createStatus200: true }),
  switched('204 for a PUT', { putStatus204: true }),
  switched('one pass-back name per resource', { passBackPerResource: true }),
  switched('the pass-back property in the collection', { passBackInCollection: true }),
  switched('meetings without a date', { undatedMeetings: true }),
  switched('unknown properties and enum values', { extraProperties: true }),
  switched('paths of the reference pages', { pathStyle: 'reference' }),
  switched('absolute hrefs', { hrefForm: 'absolute' }),
  switched('double-slash hrefs', { hrefForm: 'double-slash' }),
  switched('people as links', { peopleForm: 'links' }),
  switched('people embedded', { peopleForm: 'embedded' }),
  switched('an unquoted token href', { unquotedTokenHref: true }),
  switched('all challenges in one header', { joinedChallenges: true }),
  switched('Windows authentication of the web server too', { negotiateBeside: true }),
  switched('an empty authorization_uri', { emptyAuthorizationUri: true }),
  switched('modern authentication offered too', { authorizationUri: 'https://login.example/authorize' }),
  switched('tokens of two minutes', { tokenLifetimeSeconds: 120 }),
  switched('410 for an application that expired', { expiredApplicationStatus: 410 }),
  withSecondPool,
  {
    name: "tickets from the other pool's endpoint",
    options: { secondPool: true, switches: { foreignTokenEndpoint: true } },
  },
  {
    name: 'a second pool that wants to be named',
    options: { secondPool: true, switches: { requireTokenResource: true } },
  },
  { name: 'a user sent to the second pool', options: { secondPool: true, switches: { userRedirect: true } } },
  switched('a redirecting root', { discovery: 'redirect' }),
  {
    name: 'a chain of redirects',
    options: { secondPool: true, switches: { discovery: 'redirect', userRedirect: true } },
  },
];

/** Several variants as one pool. */
export function optionsOf(chosen: readonly Variant[]): Variant['options'] {
  return {
    secondPool: chosen.some(({ options }) => options.secondPool === true),
    switches: Object.assign({}, ...chosen.map(({ options }) => options.switches)) as SimulatorOptions['switches'] &
      object,
  };
}
