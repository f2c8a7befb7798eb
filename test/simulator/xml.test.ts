import assert from 'node:assert/strict';

import { readXmlInput } from '../../src/simulator/http/xml-input';

import { Pool } from './client';

const vendor = 'application/vnd.microsoft.com.ucwa+xml';

/** The request of the reference page of startOnlineMeeting. */
const startInput = `<?xml version="1.0" encoding="utf-8"?>
<input xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa">
  <property name="operationId">74cb7404e0a247d5a2d4eb0376a47dbf</property>
  <property name="importance">Urgent</property>
  <property name="subject">Skype for Business</property>
  <property name="threadId">292e0aaef36c426a97757f43dda19d06</property>
</input>
`;

describe('simulator XML', () => {
  describe('representation', () => {
    const pool = new Pool();

    afterEach(async () => {
      await pool.stop();
    });

    it('writes a resource with links, properties, lists and embedded resources', async () => {
      await pool.start();
      const client = await pool.signIn();

      const answer = await client.send('GET', client.meetings, { headers: { Accept: 'application/xml' } });

      assert.equal(answer.headers['content-type'], 'application/xml; charset=utf-8');
      assert.match(
        answer.text,
        /^<\?xml version="1\.0" encoding="utf-8"\?><resource rel="myOnlineMeetings" href="\/ucwa/,
      );
      assert.match(answer.text, /xmlns="http:\/\/schemas\.microsoft\.com\/rtc\/2012\/03\/ucwa"/);
      assert.equal(answer.text.match(/<resource rel="myOnlineMeeting" href="/g)?.length, 4);
      assert.match(answer.text, /<propertyList name="attendees"><item>sip:anna\.berg@contoso\.com<\/item>/);
      assert.match(answer.text, /<property name="expirationTime">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z<\/property>/);
      assert.match(answer.text, /<property name="rel">myOnlineMeeting<\/property>/);
    });

    it('escapes text once', async () => {
      await pool.start();
      const client = await pool.signIn();
      await pool.control('/meetings/7QX2MZ4K/touch', { subject: `We'll <see> & "hear"` });

      const answer = await client.send('GET', `${client.meetings}/7QX2MZ4K`, { headers: { Accept: vendor } });

      assert.match(
        answer.headers['content-type'] ?? '',
        /^application\/vnd\.microsoft\.com\.ucwa\+xml; charset=utf-8$/,
      );
      assert.ok(answer.text.includes('We&#39;ll &lt;see&gt; &amp; &quot;hear&quot;'));
    });

    it('takes a resource back as it was read', async () => {
      await pool.start();
      const client = await pool.signIn();
      const href = `${client.meetings}/7QX2MZ4K`;
      const before = await client.send('GET', href);
      const asXml = await client.send('GET', href, { headers: { Accept: 'application/xml' } });

      const answer = await client.send('PUT', href, {
        headers: { 'Content-Type': 'application/xml', 'If-Match': asXml.headers.etag ?? '' },
        body: asXml.text.replace('Budget sync', 'Budget &amp; more'),
      });

      assert.equal(answer.status, 200);
      assert.deepEqual({ ...answer.json, etag: '' }, { ...before.json, etag: '', subject: 'Budget & more' });
    });

    it('takes the input of the reference page', async () => {
      await pool.start();
      const client = await pool.signIn();

      const answer = await client.send('POST', client.link('startOnlineMeeting', 'communication'), {
        headers: { 'Content-Type': 'application/xml' },
        body: startInput,
      });
      const seen = await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');

      assert.equal(answer.status, 201);
      assert.equal(seen.at(-1)?.embedded?.operationId, '74cb7404e0a247d5a2d4eb0376a47dbf');
      assert.equal(seen.at(-1)?.embedded?.subject, 'Skype for Business');
    });

    it('writes errors as XML', async () => {
      await pool.start();
      const client = await pool.signIn();

      const answer = await client.send('POST', client.meetings, {
        headers: { Accept: 'application/xml' },
        body: { subject: 5 },
      });

      assert.equal(answer.status, 400);
      assert.match(
        answer.text,
        /<reason xmlns="[^"]+"><code>BadRequest<\/code><subcode>ParameterValidationFailure<\/subcode>/,
      );
      assert.match(answer.text, /<parameters><property name="subject">/);
    });

    it('prefers what Accept prefers', async () => {
      await pool.start();
      const client = await pool.signIn();

      const answer = await client.send('GET', client.self, {
        headers: { Accept: 'application/json;q=0.5, application/xml' },
      });

      assert.match(answer.headers['content-type'] ?? '', /^application\/xml/);
    });
  });

  describe('readXmlInput', () => {
    it('reads properties, lists, CDATA, entities and prefixes, and skips resources inside', () => {
      const xml = `\uFEFF<?xml version="1.0"?><!-- c --><u:input xmlns:u="x"><u:property name="a">1 &amp; &#x41;<![CDATA[<b>]]></u:property>
      <propertyList name='l'><item>x</item><item/></propertyList><propertyList name="none" />
      <resource rel="r"><property name="a">inner</property></resource></u:input>`;

      assert.deepEqual(readXmlInput(xml), { a: '1 & A<b>', l: ['x', ''], none: [] });
    });

    for (const [title, xml] of [
      ['a DTD', '<!DOCTYPE input [<!ENTITY x "y">]><input/>'],
      ['an unknown entity', '<input><property name="a">&x;</property></input>'],
      ['crossed elements', '<input><property name="a"></input></property>'],
      ['an open end', '<input><property name="a">'],
      ['another root', '<output/>'],
      ['a second root', '<input/><input/>'],
      ['text outside', '<input/>more'],
      ['no XML', '{"a":1}'],
    ] as const) {
      it(`refuses ${title}`, () => {
        assert.equal(readXmlInput(xml), undefined);
      });
    }
  });
});
