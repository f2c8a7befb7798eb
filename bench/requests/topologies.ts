import type { SimulatorOptions } from '../../src/simulator';
import type { UcwaAccountOptions } from '../../src/ucwa';

/** Who signs in, and how. */
export type SignInKind = 'password' | 'modern' | 'anonymous';

/** One deployment, and the fewest requests in which anybody can sign in there. */
export interface Topology {
  readonly name: string;
  readonly kind: SignInKind;
  readonly format: NonNullable<UcwaAccountOptions['format']>;
  readonly simulator: Pick<SimulatorOptions, 'secondPool' | 'switches' | 'httpDiscovery'>;
  /** Fewest requests from nothing to an application, its event channel not counted. */
  readonly signIn: number;
  /** The collection of meetings holds links, which have to be read. */
  readonly linksOnly: boolean;
}

/** Where modern authentication is offered; nobody asks there, the benchmark makes the tokens itself. */
export const authorizationUri = 'https://login.contoso.com/common/oauth2/authorize';

/** The shortest way in: root, user without a token (401), token endpoint, user, applications. */
const onePool = 5;

/**
 * The fewest requests of a sign-in follow from what a client cannot know before it is told, because every href is opaque:
 *
 * - `root` names `user`; `user` asked without a token names the token endpoint (401); the endpoint gives the token; `user`
 *   asked with it names `applications`; the POST there makes the application: five. Source: Skype/UCWA/CreateAnApplication.md.
 * - An HTTP redirect of discovery, or a `redirect` link of `root`, costs one request. Source: Skype/UCWA/RootURL.md.
 * - A ticket is good only on the pool that gave it. Where `applications` is on another pool, that pool's challenge and its
 *   token endpoint cost two. Source: Skype/UCWA/AuthenticationInUCWA.md.
 * - A `redirect` link of `user` leads to a root, where everything before `applications` begins anew: four more.
 *   Source: Skype/UCWA/redirect_ref.md.
 * - An access token is got from the authority, not from the pool: one less. The second pool needs a token with itself as
 *   audience, which can be had without asking it, if it trusts the same authority. Source: Skype/UCWA/AuthenticationUsingAzureAD.md.
 * - A guest goes the way of a person. Source: Skype/UCWA/AuthenticationInUCWA.md, "Anonymous meeting join".
 */
export const topologies: readonly Topology[] = [
  topology('one pool', { signIn: onePool }),
  topology('one pool, XML', { signIn: onePool, format: 'xml' }),
  topology('HTTP discovery redirects to HTTPS', { signIn: onePool + 1, simulator: { httpDiscovery: true } }),
  topology('root links on to the root of another pool', {
    signIn: onePool + 1,
    simulator: { secondPool: true, switches: { discovery: 'redirect' } },
  }),
  topology('applications on another pool', { signIn: onePool + 2, simulator: { secondPool: true } }),
  topology('user links on to the root of another pool', {
    signIn: onePool + 4,
    simulator: { secondPool: true, switches: { userRedirect: true } },
  }),
  topology('modern authentication', { kind: 'modern', signIn: onePool - 1, simulator: modern({}) }),
  topology('modern authentication, applications on another pool', {
    kind: 'modern',
    signIn: onePool - 1,
    simulator: modern({ secondPool: true }),
  }),
  topology('guest', { kind: 'anonymous', signIn: onePool, simulator: { switches: { anonApplications: true } } }),
  topology('one pool, meetings listed as links', {
    signIn: onePool,
    linksOnly: true,
    simulator: { switches: { linksOnlyCollection: true } },
  }),
];

function topology(name: string, given: Partial<Topology> & Pick<Topology, 'signIn'>): Topology {
  return { name, kind: 'password', format: 'json', simulator: {}, linksOnly: false, ...given };
}

function modern(simulator: Topology['simulator']): Topology['simulator'] {
  return { ...simulator, switches: { ...simulator.switches, authorizationUri } };
}
