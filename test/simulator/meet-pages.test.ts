import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { Pool, send } from './client';

const path = '/meet/anna.berg/B6N1SL0Q';

describe('simulator join pages', () => {
  const pool = new Pool();

  afterEach(async () => {
    await pool.stop();
  });

  for (const accept of [
    'Application/vnd.microsoft.lync.meeting+xml',
    'application/vnd.microsoft.lync.meeting+xml; q=1',
  ]) {
    it(`answers ${accept} with the conference URI`, async () => {
      const { origin } = await pool.start();

      const answer = await send('GET', `${origin}${path}`, { headers: { Accept: accept } });

      assert.equal(answer.status, 200);
      assert.match(answer.headers['content-type'] ?? '', /^application\/vnd\.microsoft\.lync\.meeting\+xml/);
      assert.match(answer.text, /^<\?xml version="1\.0" encoding="utf-8"\?><conf-info .*<\/conf-info>$/);
      const uri = /<conf-uri>(.*?)<\/conf-uri>/.exec(answer.text)?.[1];
      assert.equal(uri, 'sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:B6N1SL0Q');
    });
  }

  it('puts publicMeetOrigin into join URLs', async () => {
    await pool.start({ publicMeetOrigin: 'https://meet.contoso.com' });
    const client = await pool.signIn();

    const { json } = await client.send('GET', `${client.meetings}/7QX2MZ4K`);

    assert.equal(json.joinUrl, 'https://meet.contoso.com/meet/confer/7QX2MZ4K');
  });

  it('tells people which meeting it is', async () => {
    const { origin } = await pool.start();

    const page = await send('GET', `${origin}${path}`, { headers: { Accept: 'text/html' } });

    assert.equal(page.status, 200);
    for (const words of [
      'Finance weekly',
      'Anna Berg',
      'People of the company',
      '+493055550100',
      'Not running',
      'demo',
    ]) {
      assert.ok(page.text.includes(words), words);
    }
  });

  it('allows nothing but its own style', async () => {
    const { origin } = await pool.start();

    const page = await send('GET', `${origin}${path}`);

    const style = /<style>([^]*)<\/style>/.exec(page.text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = String(page.headers['content-security-policy']);
    assert.ok(policy.startsWith("default-src 'none'"));
    assert.ok(policy.includes(`style-src 'sha256-${hash}'`));
    assert.ok(!/https?:\/\//.test(page.text), 'no address of anywhere else');
  });

  it('escapes what people typed', async () => {
    const { origin } = await pool.start();
    const client = await pool.signIn();
    await pool.control('/meetings/7QX2MZ4K/touch', { subject: `<b>"x"&'`, description: '<script>1</script>' });

    const page = await client.send('GET', `${origin}/meet/confer/7QX2MZ4K`);

    assert.ok(page.text.includes('&lt;b&gt;&quot;x&quot;&amp;&#39;'));
    assert.ok(page.text.includes('&lt;script&gt;'));
  });

  for (const wrong of ['/meet/anna.berg/NOSUCHID', '/meet/lukas.holm/B6N1SL0Q']) {
    it(`answers ${wrong} with a 404 page`, async () => {
      const { origin } = await pool.start();

      const page = await send('GET', `${origin}${wrong}`);

      assert.equal(page.status, 404);
      assert.match(page.text, /This meeting is not here/);
    });
  }

  it('lets a chosen person join, so that whoever is in sees them come', async () => {
    const { origin } = await pool.start();
    const client = await pool.signIn();
    await client.join('sip:anna.berg@contoso.com;gruu;opaque=app:conf:focus:id:B6N1SL0Q');
    await client.eventsUntil(({ name }) => name === 'completed onlineMeetingInvitation');

    const pressed = await send('POST', `${origin}${path}/join`, {
      headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'person=sip%3Alukas.holm%40contoso.com',
    });
    const seen = await client.eventsUntil(({ name }) => name === 'added participant');
    const page = await send('GET', `${origin}${pressed.headers.location ?? ''}`);

    assert.equal(pressed.status, 303);
    assert.ok(seen.some(({ href }) => href.endsWith('/lukas.holm@contoso.com')));
    assert.ok(page.text.includes('Running now'));
    assert.ok(page.text.includes('<td>Lukas Holm</td>'));
  });

  it('keeps a visitor from outside in the lobby', async () => {
    const { origin } = await pool.start();

    await send('POST', `${origin}${path}/join`, { body: 'person=sip%3Avisitor%40fabrikam.com' });

    assert.match((await send('GET', `${origin}${path}`)).text, /waiting in the lobby/);
  });

  it('lets the person leave again', async () => {
    const { origin } = await pool.start();
    const body = 'person=sip%3Alukas.holm%40contoso.com';

    await send('POST', `${origin}${path}/join`, { body });
    await send('POST', `${origin}${path}/leave`, { body });

    assert.match((await send('GET', `${origin}${path}`)).text, /Not running/);
  });

  it('refuses a join that another site sent', async () => {
    const { origin } = await pool.start();

    const answer = await send('POST', `${origin}${path}/join`, {
      headers: { Origin: 'https://evil.example' },
      body: 'person=sip%3Alukas.holm%40contoso.com',
    });

    assert.equal(answer.status, 403);
  });
});
