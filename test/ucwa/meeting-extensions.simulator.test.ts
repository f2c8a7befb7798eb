import assert from 'node:assert/strict';

import type { SimulatorOptions } from '../../src/simulator';
import {
  type OnlineMeetingExtension,
  type UcwaAccount,
  UcwaNotFoundError,
  UcwaPreconditionFailedError,
  UcwaResponseError,
  UcwaUnknownOutcomeError,
} from '../../src/ucwa';

import { Company } from './support/on-simulator';
import { anySignal } from './support/pool';

const meetingId = '7QX2MZ4K';
const notes = {
  id: 'notes',
  type: 'RoamedOrganizerData',
  properties: { page: 'https://contoso.com/?a=1&b=<2>' },
} as const;
const clock = { now: Date.now, sleep: async (): Promise<void> => Promise.resolve() };

const contentOf = ({ id, type, properties }: OnlineMeetingExtension): unknown => ({ id, type, properties });

const variants: [string, SimulatorOptions][] = [
  ['one pool', {}],
  [
    'links only, 204 for a PUT, a pass-back name per resource',
    { switches: { linksOnlyCollection: true, putStatus204: true, passBackPerResource: true } },
  ],
  ['hrefs of the reference pages', { switches: { pathStyle: 'reference', hrefForm: 'double-slash' } }],
];

for (const format of ['json', 'xml'] as const) {
  const onCompany = async (
    test: (extensions: UcwaAccount['extensions'], company: Company, account: UcwaAccount) => Promise<void>,
    options: SimulatorOptions = {},
  ): Promise<void> => {
    const company = await Company.open(options, { format, clock });
    try {
      const account = company.account();
      await test(account.extensions, company, account);
    } finally {
      await company.close();
    }
  };

  describe(`Extensions of meetings, in ${format}`, () => {
    for (const [name, options] of variants) {
      it(`are added, listed, read, changed and removed with ${name}`, async () => {
        await onCompany(async (extensions) => {
          const made = await extensions.create(meetingId, notes, anySignal());
          assert.deepEqual(contentOf(made), notes);

          assert.deepEqual((await extensions.list(meetingId, anySignal())).map(contentOf), [notes]);
          const current = await extensions.get(meetingId, 'notes', anySignal());
          const changes = { type: 'RoamedParticipantData', properties: { page: undefined, color: 'red' } } as const;
          const changed = await extensions.update(current, changes, anySignal());
          const wanted = { id: 'notes', type: 'RoamedParticipantData', properties: { color: 'red' } };
          assert.deepEqual(contentOf(changed), wanted);
          assert.notEqual(changed.etag, current.etag);

          await extensions.remove(meetingId, 'notes', anySignal());
          await extensions.remove(meetingId, 'notes', anySignal());
          await assert.rejects(extensions.get(meetingId, 'notes', anySignal()), UcwaNotFoundError);
          assert.deepEqual(await extensions.list(meetingId, anySignal()), []);
        }, options);
      });
    }

    it('survive an edit of their meeting', async () => {
      await onCompany(async (extensions, _company, { meetings }) => {
        await extensions.create(meetingId, notes, anySignal());

        const current = await meetings.get(meetingId, anySignal());
        await meetings.update(current, { subject: 'Moved' }, anySignal());

        assert.deepEqual(contentOf(await extensions.get(meetingId, 'notes', anySignal())), notes);
      });
    });

    it('do not take an id twice', async () => {
      await onCompany(async (extensions) => {
        await extensions.create(meetingId, notes, anySignal());

        await assert.rejects(
          extensions.create(meetingId, { ...notes, properties: {} }, anySignal()),
          (error: unknown) => error instanceof UcwaResponseError && error.subcode === 'AlreadyExists',
        );
      });
    });

    it('are not changed over the change of somebody else', async () => {
      await onCompany(async (extensions) => {
        const made = await extensions.create(meetingId, notes, anySignal());
        await extensions.update(made, { properties: { page: '1' } }, anySignal());

        await assert.rejects(
          extensions.update(made, { properties: { page: '2' } }, anySignal()),
          UcwaPreconditionFailedError,
        );
      });
    });

    it('are made once when the answer is lost', async () => {
      await onCompany(async (extensions, company) => {
        await extensions.list(meetingId, anySignal());
        await company.control('faults', { match: { method: 'POST', path: '/extensions$' }, cut: 'after' });

        const made = await extensions.create(meetingId, notes, anySignal());

        assert.deepEqual(contentOf(made), notes);
        assert.equal(company.count('POST', '/extensions'), 1);
      });
    });

    it('leave it open when the request may never have arrived', async () => {
      await onCompany(async (extensions, company) => {
        await company.control('faults', { match: { method: 'POST', path: '/extensions$' }, cut: 'before' });

        await assert.rejects(extensions.create(meetingId, notes, anySignal()), UcwaUnknownOutcomeError);
        assert.equal(company.count('POST', '/extensions'), 1);
      });
    });

    it('count as changed when the change arrived and its answer was lost', async () => {
      await onCompany(async (extensions, company) => {
        const made = await extensions.create(meetingId, notes, anySignal());
        await company.control('faults', { match: { method: 'PUT' }, cut: 'after' });

        const changed = await extensions.update(made, { properties: { page: '1' } }, anySignal());

        assert.deepEqual(changed.properties, { page: '1' });
      });
    });

    it('are found again in a new application', async () => {
      await onCompany(async (extensions, company) => {
        const made = await extensions.create(meetingId, notes, anySignal());
        await company.control('applications/expire');
        await extensions.list(meetingId, anySignal());

        const changed = await extensions.update(made, { properties: { page: '1' } }, anySignal());

        assert.deepEqual(changed.properties, { page: '1' });
      });
    });

    it('need a meeting', async () => {
      await onCompany(async (extensions) => {
        await assert.rejects(extensions.list('NOTHERE1', anySignal()), UcwaNotFoundError);
      });
    });
  });

  describe(`The texts of invitations, in ${format}`, () => {
    it('are read once', async () => {
      await onCompany(async (_extensions, company, account) => {
        const { helpUrl, legalUrl, footerText } = company.simulator.company.invitation;

        const customization = await account.invitationCustomization(anySignal());
        await account.invitationCustomization(anySignal());

        assert.deepEqual(customization, {
          invitationHelpUrl: helpUrl,
          invitationLegalUrl: legalUrl,
          invitationFooterText: footerText,
        });
        assert.equal(company.count('GET', '/customInvitation'), 1);
      });
    });
  });
}
