import { conflict, forbidden, invalidParameters } from '../http/problem';
import { meResource } from '../resources/application';

import { type ApplicationCall, type ApplicationRoute, personOf } from './application-route';

const availabilities = ['Online', 'Busy', 'DoNotDisturb', 'BeRightBack', 'Away', 'Offwork'];
const modalities = ['Messaging', 'PhoneAudio'];

/** The signed-in person. Source: Skype/UCWA/me_ref.md, makeMeAvailable_ref.md, reportMyActivity_ref.md. */
export const meRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: '/me', handle: read },
  { method: 'POST', path: '/me/makeMeAvailable', handle: makeMeAvailable },
  { method: 'POST', path: '/me/reportMyActivity', handle: reportMyActivity },
  // Where the reference pages print it; clients that build the address themselves send it here.
  { method: 'POST', path: '/reportMyActivity', handle: reportMyActivity },
];

function read({ exchange, application, hrefs }: ApplicationCall): void {
  exchange.resource(200, meResource(application, hrefs));
}

function reportMyActivity(call: ApplicationCall): void {
  personOf(call);
  if (!call.application.madeAvailable) {
    throw conflict('MakeMeAvailableRequired', 'makeMeAvailable has to be called first.');
  }
  call.exchange.empty(204);
}

async function makeMeAvailable(call: ApplicationCall): Promise<void> {
  const { exchange, application, world } = call;
  personOf(call);
  const input = await exchange.input();
  input.choice('signInAs', availabilities);
  const asked = input.get('supportedModalities') ?? [];
  if (!Array.isArray(asked))
    throw invalidParameters({ name: 'supportedModalities', reason: 'The value is not a list.' });
  if (asked.some((entry) => !modalities.includes(String(entry)))) {
    throw forbidden('None', 'Only Messaging and PhoneAudio are supported.');
  }
  if (application.madeAvailable) throw conflict('AlreadyExists', 'makeMeAvailable has been called already.');
  application.madeAvailable = true;
  exchange.empty(204);
  world.announcer.me(application);
}
