import { communicationResource, onlineMeetingsResource } from '../resources/application';

import { type ApplicationRoute, checkPut, personOf } from './application-route';

/** The parts embedded in an application, read one by one. Source: Skype/UCWA/ApplicationDashboard.md. */
export const dashboardRoutes: readonly ApplicationRoute[] = [
  {
    method: 'GET',
    path: '/onlineMeetings',
    handle: (call) => {
      personOf(call);
      call.exchange.resource(200, onlineMeetingsResource(call.world, call.application, call.hrefs));
    },
  },
  {
    method: 'GET',
    path: '/communication',
    handle: ({ exchange, world, application, hrefs }) => {
      exchange.resource(200, communicationResource(world, application, hrefs));
    },
  },
  {
    method: 'PUT',
    path: '/communication',
    handle: async (call) => {
      const { exchange, world, application, hrefs } = call;
      const input = await exchange.input();
      const { etag = '' } = communicationResource(world, application, hrefs);
      checkPut(call, { etag, name: 'communication', hasInput: (name) => input.has(name) });
      exchange.empty(204);
    },
  },
  {
    method: 'GET',
    path: '/policies',
    handle: ({ exchange, hrefs }) => {
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
    },
  },
  {
    method: 'POST',
    path: '/reportMyNetwork',
    handle: async ({ exchange }) => {
      await exchange.input();
      exchange.empty(204);
    },
  },
];
