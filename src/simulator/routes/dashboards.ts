import { communicationResource, onlineMeetingsResource } from '../resources/application';

import { type ApplicationCall, type ApplicationRoute, checkPut, personOf } from './application-route';

/** The parts embedded in an application, read one by one. Source: Skype/UCWA/ApplicationDashboard.md. */
export const dashboardRoutes: readonly ApplicationRoute[] = [
  { method: 'GET', path: '/onlineMeetings', handle: readOnlineMeetings },
  { method: 'GET', path: '/communication', handle: readCommunication },
  { method: 'PUT', path: '/communication', handle: replaceCommunication },
  { method: 'GET', path: '/policies', handle: readPolicies },
  { method: 'POST', path: '/reportMyNetwork', handle: reportMyNetwork },
];

function readOnlineMeetings(call: ApplicationCall): void {
  personOf(call);
  call.exchange.resource(200, onlineMeetingsResource(call.world, call.application, call.hrefs));
}

function readCommunication({ exchange, world, application, hrefs }: ApplicationCall): void {
  exchange.resource(200, communicationResource(world, application, hrefs));
}

/** Nothing in it can be changed here, but the rules of every PUT hold. */
async function replaceCommunication(call: ApplicationCall): Promise<void> {
  const { exchange, world, application, hrefs } = call;
  const input = await exchange.input();
  const { etag = '' } = communicationResource(world, application, hrefs);
  checkPut(call, { etag, name: 'communication', hasInput: (name) => input.has(name) });
  exchange.empty(204);
}

/** Source: Skype/UCWA/policies_ref.md. */
function readPolicies({ exchange, hrefs }: ApplicationCall): void {
  exchange.resource(200, {
    rel: 'policies',
    properties: {
      messaging: 'Enabled',
      messagingUrls: 'Enabled',
      htmlMessaging: 'Enabled',
      emergencyDialing: 'Disabled',
      saveMessagingHistory: 'Enabled',
      logging: 'Disabled',
      endUserPhoto: 'Disabled',
    },
    links: { self: { href: hrefs.at('policies') } },
  });
}

/** Source: Skype/UCWA/reportMyNetwork_ref.md. */
async function reportMyNetwork({ exchange }: ApplicationCall): Promise<void> {
  await exchange.input();
  exchange.empty(204);
}
