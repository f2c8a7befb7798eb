import { type JsonObject, readText, readTextList } from '../json';
import type { Me } from '../surface';

import { embeddedOf, type Link, linkOf } from './resource';

/** The dashboards this client uses. Source: Skype/UCWA/application_ref.md, "Embedded". */
export type Dashboard = 'onlineMeetings' | 'communication';

/** The link of a dashboard, as embedded in an `application`. */
export function dashboardLink(application: JsonObject, dashboard: Dashboard, rel: string): Link | undefined {
  for (const embedded of embeddedOf(application, dashboard)) {
    const link = linkOf(embedded, rel);
    if (link !== undefined) return link;
  }
  return undefined;
}

/** Where a dashboard itself can be read: its own `self`, or the application's link to it. */
export function dashboardSelf(application: JsonObject, dashboard: Dashboard): Link | undefined {
  const [embedded] = embeddedOf(application, dashboard);
  return (embedded === undefined ? undefined : linkOf(embedded, 'self')) ?? linkOf(application, dashboard);
}

/** Reads a `me` resource; what is missing is empty. Source: Skype/UCWA/me_ref.md. */
export function decodeMe(raw: JsonObject): Me {
  return {
    name: readText(raw, 'name') ?? '',
    uri: readText(raw, 'uri') ?? '',
    emailAddresses: readTextList(raw, 'emailAddresses'),
  };
}
