import { packageToJson } from '../../src/simulator/http/json';
import type { EventBody, EventPackage, Resource } from '../../src/simulator/http/resource';
import { packageToXml } from '../../src/simulator/http/xml';
import type { UcwaFormat } from '../../src/ucwa';
import type { HttpAnswer } from '../../src/ucwa/answer';

/** What happens to each of the people in a package: they come in, with all that is known of them, are listed as attendees, or go. */
export type Happening = 'come' | 'listed' | 'go';

const application = '/ucwa/oauth/v1/applications/103200000417';
const conversation = `${application}/communication/conversations/9d0c2f5e-7f0b-4f37-9a61-0f8a8a1b2c3d`;

/** Hrefs of the packages are resolved against it. */
export const eventsUrl = new URL(`https://web-a.contoso.com${application}/events?ack=1`);

/** Who we are. */
export const ownUri = 'sip:confer@contoso.com';

/** An answer of the event channel in which the same happens to `people` different people, one event each. */
export function packageAnswer(happening: Happening, people: number, format: UcwaFormat): HttpAnswer {
  const events = Array.from({ length: people }, (_, number) => eventOf(happening, number));
  const content: EventPackage = {
    self: `${application}/events?ack=1`,
    next: `${application}/events?ack=2`,
    sender: [{ rel: 'conversation', href: conversation, events }],
  };
  return {
    method: 'GET',
    url: eventsUrl,
    status: 200,
    headers: { 'content-type': contentTypes[format] },
    text: format === 'json' ? packageToJson(content) : packageToXml(content),
    sentAt: 0,
    receivedAt: 0,
  };
}

const contentTypes: Readonly<Record<UcwaFormat, string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/vnd.microsoft.com.ucwa+xml; charset=utf-8',
};

function eventOf(happening: Happening, number: number): EventBody {
  const account = `person.${String(number)}`;
  const link = { rel: 'participant', href: `${conversation}/participants/${account}@contoso.com`, title: account };
  switch (happening) {
    case 'come':
      return { link, type: 'added', embedded: { rel: 'participant', resource: personResource(account, link.href) } };
    case 'listed':
      return {
        link,
        type: 'added',
        in: { rel: 'attendees', href: `${conversation}/participants?filter=Attendees` },
      };
    case 'go':
      return { link, type: 'deleted' };
  }
}

function personResource(account: string, href: string): Resource {
  return {
    rel: 'participant',
    properties: {
      sourceNetwork: 'SameEnterprise',
      anonymous: false,
      local: false,
      inLobby: false,
      organizer: false,
      role: 'Attendee',
      name: account,
      uri: `sip:${account}@contoso.com`,
    },
    links: {
      self: { href },
      conversation: { href: conversation },
      participantAudio: { href: `${href}/participantAudio` },
      promote: { href: `${href}/promote` },
      eject: { href: `${href}/eject` },
    },
  };
}
