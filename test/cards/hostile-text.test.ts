import assert from 'node:assert/strict';

import { type Card, type CardJson, cards } from '../../src/cards';
import { BotHarness } from '../support/bot-harness';
import { inputsOf, isRecord, nodesOf } from '../support/card-reading';
import type { Posted } from '../support/chat';
import { FakeGateway } from '../support/fake-gateway';
import { conferenceUri, liveMeeting, meeting } from '../support/meetings';

/** Found in everything a stranger could have written. */
const CANARY = 'CANARY';

const HOSTILE = [
  `**${CANARY}** [click](https://evil.example) ![x](https://evil.example/x.png) # h \`code\``,
  `<at>${CANARY}</at> <b>bold</b> <script>alert(1)</script>`,
  `{{DATE(2026-12-24T17:00:00Z,SHORT)}} {{{TIME(2026-12-24T17:00:00Z)}} {{DA\u200BTE(x)}} ${CANARY}`,
  `\${subject} \${$root} \${$host.join} \${if(true,'x','y')} ${CANARY} $\{json('{}')}`,
  `\u202E${CANARY}\u202C \u2066a\u2069 \u200B\u0000\u0007 \u061C\uFEFF`,
  `${CANARY} ${'x'.repeat(10_000)}`,
  `${CANARY}\n\n- list\n1. one\n> quote\n\n---`,
] as const;

const CASES = HOSTILE.map((text) => ({ title: JSON.stringify(text).slice(0, 50), text }));

/** Beginnings and ends that do something in Markdown, HTML, templates, card functions, or to the eye. */
const FRAGMENTS = [
  ...['[Join](https://evil.example) ', '![x](http://evil.example/p.png)', '<at>CEO</at>', '<at id="0">CEO', '</at>'],
  ...['<a href="https://evil.example">x</a>', '<img src=x onerror=alert(1)>', '<!--', 'https://evil.example/ ', '\\['],
  ...['**', '__', '~~', '`', '```\n', '\n# ', '\n> ', '\n- ', '|a|b|\n|-|-|\n', '[x]: https://evil.example\n'],
  ...[
    '${$root}',
    '${json(\'{"type":"Image"}\')}',
    '{{DATE(2026-12-24T17:00:00Z)}}',
    '{{TIME(',
    '{{{',
    '}}',
    '","type":"Image"',
  ],
  ...[
    '\u202E',
    '\u2066',
    '\u200B',
    '\u2060',
    '\uFEFF',
    '\u0000',
    '\u001B[31m',
    '\r\n',
    '\u2028',
    '\uD800',
    '&lt;b&gt;',
    '%0d%0a',
  ],
] as const;

/** Five hundred of their combinations, the same ones each time: each fragment before and behind many others. */
const FIVE_HUNDRED = FRAGMENTS.flatMap((before, index) =>
  Array.from({ length: 13 }, (_, step) => {
    const behind = FRAGMENTS[(index + 3 * step + 1) % FRAGMENTS.length] ?? '';
    return `${before}${CANARY}${behind}`;
  }),
).slice(0, 500);

/** So many of them in one test. */
const PORTION = 50;

const PORTIONS = Array.from({ length: FIVE_HUNDRED.length / PORTION }, (_, index) => ({
  title: `strings ${String(index * PORTION + 1)} to ${String((index + 1) * PORTION)}`,
  texts: FIVE_HUNDRED.slice(index * PORTION, (index + 1) * PORTION),
}));

/** Every card reached with hostile words in every place where a person or a server can put them. */
async function everyReply(text: string): Promise<Posted[]> {
  const hostile = meeting({
    ...{ subject: text, description: text, attendees: [text, 'a@b.c'], leaders: [text] },
    ...{ organizer: text, organizerName: text, conferenceId: text },
  });
  const gateway = new FakeGateway(hostile, meeting({ id: 'OTHER001', subject: text }));
  gateway.phones = { regions: [{ name: text, number: text }] };
  const theirs = liveMeeting({
    ...hostile,
    id: 'THEIRS01',
    conferenceUri: conferenceUri('THEIRS01'),
    disclaimer: text,
  });
  gateway.foreign.set(conferenceUri('THEIRS01'), theirs);
  const bot = new BotHarness({ gateway });
  const as = { id: '29:x', aadObjectId: 'a0000000-0000-0000-0000-00000000000a', name: text };
  const said = [
    ...['show IB88RLLY', 'list', 'show', 'edit IB88RLLY', 'cancel IB88RLLY', `strat ${text}`, `show ${text}`],
    ...[
      `start ${text}`,
      `new "${text.slice(0, 200)}" desc="${text.slice(0, 300)}"`,
      `join ${conferenceUri('THEIRS01')}`,
    ],
    ...[`new x lobby=${text.replace(/\s/gu, '')}`, `new x expires=${text.replace(/\s/gu, '')}`, `edit THEIRS01`],
  ];
  const replies: Posted[] = [];
  for (const words of said) replies.push(...(await bot.say(words, { as })));
  const clicked = await clicks(bot, replies, text);
  return [...replies, ...clicked];
}

/** What comes of the buttons: the form again, the question of a conflict, the tombstone. */
async function clicks(bot: BotHarness, replies: readonly Posted[], text: string): Promise<Posted[]> {
  const form = replies.find(({ card }) => inputsOf(card ?? {}).untilDate !== undefined);
  const question = replies.find(({ card }) => JSON.stringify(card ?? {}).includes('cancel.confirm'));
  assert.ok(form !== undefined && question !== undefined);
  const bad = await bot.click(form, 'Save', { inputs: { subject: text, attendees: text } });
  bot.gateway.touch('IB88RLLY', { subject: `${text} theirs`, description: `${text} theirs` });
  const conflict = await bot.click(form, 'Save', {
    inputs: { subject: text.slice(0, 240), description: `${text.slice(0, 200)} mine`, attendees: '', leaders: '' },
  });
  const gone = await bot.click(question, 'Yes, cancel it');
  return [bad, conflict, gone].flatMap(({ shown }) => (shown === undefined ? [] : [shown]));
}

describe('hostile text', () => {
  for (const { title, text } of CASES) {
    it(`A-21: stays text on every card: ${title}`, async function () {
      this.timeout(5000);
      const replies = await everyReply(text);
      const rendered = replies.flatMap(({ card }) => (card === undefined ? [] : [card]));

      assert.ok(rendered.filter((card) => JSON.stringify(card).includes(CANARY)).length >= 7);
      for (const card of rendered) assertHarmless(card);
    });

    it(`A-21: is sent as plain text outside of cards: ${title}`, async () => {
      const replies = (await everyReply(text)).filter(({ card }) => card === undefined);

      assert.ok(replies.length > 0);
      for (const { activity } of replies) {
        assert.equal(activity.textFormat, 'plain');
        assert.ok((activity.text ?? '').length < 1000);
      }
    });
  }

  for (const { title, texts } of PORTIONS) {
    it(`A-21: stays text in every place of every card: ${title}`, async () => {
      for (const text of texts) {
        const replies = await everyReply(text);

        for (const { card, activity } of replies) {
          if (card === undefined) assert.equal(activity.textFormat, 'plain');
          else assertHarmless(card);
        }
        const shown = nodesOf(replies[0]?.card).flatMap(({ node }) => (node.type === 'TextRun' ? [node.text] : []));
        assert.ok(shown.map(visible).includes(visible(text)), JSON.stringify([text, shown]));
      }
    }).timeout(60_000);
  }

  it('A-21: five hundred of them are tried', () => {
    assert.equal(new Set(FIVE_HUNDRED).size, 500);
  });

  it('shows the words a person typed, unchanged where they are harmless', async () => {
    const bot = new BotHarness();

    const { card } = await bot.ask('new **Q4** [x](y) ${subject} <b> 5 > 3');

    assert.ok(
      nodesOf(card).some(({ node }) => node.type === 'TextRun' && node.text === '**Q4** [x](y) ${subject} 5 > 3'),
    );
  });

  it('A-21: is not read as a template when it comes out of a view', () => {
    for (const card of cards) {
      const view = withHostileText(card.sample, '${json(\'{"a":1}\')}');
      const rendered = (card as unknown as Card<object>).render(view, 'en');

      assert.match(JSON.stringify(rendered), /\$\{json\(/u, card.name);
    }
  });
});

/** Places that read Markdown hold only words of ours; the others hold nothing that acts. */
function assertHarmless(card: CardJson): void {
  for (const { node, under } of nodesOf(card)) {
    const where = JSON.stringify(node).slice(0, 200);
    if (node.type === 'TextBlock' || node.type === 'Fact' || under === 'facts') {
      assert.doesNotMatch(JSON.stringify(node), new RegExp(CANARY, 'u'), where);
    }
    if (node.type === 'TextRun' || String(node.type).startsWith('Action.')) {
      for (const shown of [node.text, node.title]) assertPlain(shown, where);
    }
    if (node.type === 'Action.OpenUrl')
      assert.match(String(node.url), /^(?:https:\/\/meet\.contoso\.com\/|tel:[+\d]*$)/u);
  }
  assert.ok(Buffer.byteLength(JSON.stringify(card)) < 80_000, 'a card beyond what Teams takes');
}

/** No card function of a stranger, no invisible character, no wall of text. */
function assertPlain(shown: unknown, where: string): void {
  if (typeof shown !== 'string') return;
  if (shown.includes(CANARY)) assert.doesNotMatch(shown, /\{\{/u, where);
  assert.doesNotMatch(shown, /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\u061C]/u, where);
  assert.ok(shown.length <= 1600, where);
}

function withHostileText(value: unknown, text: string): object {
  const replace = (inner: unknown): unknown => {
    if (typeof inner === 'string') return text;
    if (Array.isArray(inner)) return inner.map(replace);
    return isRecord(inner)
      ? Object.fromEntries(Object.entries(inner).map(([key, entry]) => [key, replace(entry)]))
      : inner;
  };
  return replace(value) as object;
}

/** What somebody sees of a text on one line. */
function visible(text: unknown): string {
  return String(text)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .trim();
}
