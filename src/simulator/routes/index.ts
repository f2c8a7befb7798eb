import type { World } from '../world';

import { applicationRoutes, applicationsRoutes } from './application';
import { mount } from './application-route';
import { batchRoutes } from './batch';
import { conversationRoutes } from './conversations';
import { dashboardRoutes } from './dashboards';
import { eventsRoutes } from './events';
import { meRoutes } from './me';
import { meetingExtensionRoutes } from './meeting-extensions';
import { meetingInformationRoutes } from './meeting-information';
import { myOnlineMeetingRoutes } from './my-online-meeting';
import { myOnlineMeetingsRoutes } from './my-online-meetings';
import { onlineMeetingInvitationRoutes } from './online-meeting-invitations';
import { participantRoutes } from './participants';
import { rootRoutes } from './root';
import type { Route } from './route';
import { tokenRoutes } from './token';
import { userRoutes } from './user';

/** Everything that a pool answers for UCWA clients, one entry per resource. */
export function ucwaRoutes(world: World): Route[] {
  return [
    ...rootRoutes(world),
    ...userRoutes(world),
    ...tokenRoutes(world),
    ...applicationsRoutes(world),
    ...mount(world, [
      ...applicationRoutes,
      ...eventsRoutes,
      ...batchRoutes,
      ...meRoutes,
      ...dashboardRoutes,
      ...myOnlineMeetingsRoutes,
      ...myOnlineMeetingRoutes,
      ...meetingExtensionRoutes,
      ...meetingInformationRoutes,
      ...onlineMeetingInvitationRoutes,
      ...conversationRoutes,
      ...participantRoutes,
    ]),
  ];
}
