import assert from 'node:assert/strict';

import { EnvReader } from '../../src/config/env-reader';
import { readTracing } from '../../src/config/tracing-settings';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';

describe('readTracing', () => {
  it('traces nothing unless there is a collector', () => {
    assert.equal(readTracing(new EnvReader({ OTEL_SERVICE_NAME: 'confer-test' })), undefined);
  });

  it('finds the place for traces at the collector', () => {
    const reader = new EnvReader({ [ENDPOINT]: 'http://collector:4318' });
    const below = new EnvReader({ [ENDPOINT]: 'https://contoso.com/otlp/', OTEL_SERVICE_NAME: 'confer-test' });

    assert.deepEqual(readTracing(reader), {
      ...{ url: 'http://collector:4318/v1/traces', headers: {}, serviceName: 'confer' },
    });
    assert.deepEqual(readTracing(below), {
      ...{ url: 'https://contoso.com/otlp/v1/traces', headers: {}, serviceName: 'confer-test' },
    });
  });

  it('reads headers as OpenTelemetry writes them', () => {
    const reader = new EnvReader({
      [ENDPOINT]: 'https://contoso.com',
      [HEADERS]: 'api-key=k1, Authorization=Basic%20eA==',
    });

    assert.deepEqual(readTracing(reader)?.headers, { 'api-key': 'k1', Authorization: 'Basic eA==' });
  });

  for (const [name, env, problem] of [
    [
      'an address without a scheme',
      { [ENDPOINT]: 'collector:4318' },
      /^OTEL_EXPORTER_OTLP_ENDPOINT must be an absolute http or https URL$/u,
    ],
    [
      'a password in the address',
      { [ENDPOINT]: 'https://me:s3cret@contoso.com' },
      /^OTEL_EXPORTER_OTLP_ENDPOINT must not hold a user name/u,
    ],
    [
      'a key over plain http',
      { [ENDPOINT]: 'http://contoso.com', [HEADERS]: 'api-key=s3cret' },
      /^OTEL_EXPORTER_OTLP_ENDPOINT must be https/u,
    ],
    [
      'a header without a name',
      { [ENDPOINT]: 'https://contoso.com', [HEADERS]: 's3cret' },
      /^OTEL_EXPORTER_OTLP_HEADERS must be like/u,
    ],
    [
      'a value that is not encoded',
      { [ENDPOINT]: 'https://contoso.com', [HEADERS]: 'a=%s3cret' },
      /^OTEL_EXPORTER_OTLP_HEADERS must be like/u,
    ],
    [
      'headers here and in a file',
      { [HEADERS]: 'a=b', [`${HEADERS}_FILE`]: 'package.json' },
      /^Set OTEL_EXPORTER_OTLP_HEADERS or OTEL/u,
    ],
  ] as const) {
    it(`refuses ${name} in one sentence that repeats no secret`, () => {
      const reader = new EnvReader(env);

      readTracing(reader);

      assert.match(reader.problems[0] ?? '', problem);
      assert.doesNotMatch(reader.problems.join('\n'), /s3cret/u);
    });
  }
});
