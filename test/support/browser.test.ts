import assert from 'node:assert/strict';

import {
  type BrowserChoice,
  BrowserMissingError,
  findBrowser,
  launchBrowser,
  type Machine,
  thisMachine,
} from './browser';

const bundled: BrowserChoice = {
  executablePath: '/cache/chromium',
  env: { LD_LIBRARY_PATH: '/cache/lib' },
  sandbox: false,
};

/** A Linux x64 machine with the given files on it and nothing else. */
function machineWith(files: readonly string[], changes: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    arch: 'x64',
    env: { PATH: '/opt/bin:/usr/local/bin' },
    isFile: (path) => files.includes(path),
    unpackBundled: async () => Promise.resolve(bundled),
    ...changes,
  };
}

/** The bundled browser is for Linux x64; there it has to work also where another one is installed. */
const BROWSERS: readonly { which: string; machine: Machine }[] = [
  { which: 'the one it finds', machine: thisMachine() },
  ...(process.platform === 'linux' && process.arch === 'x64'
    ? [{ which: 'the bundled one', machine: { ...thisMachine(), env: {}, isFile: (): boolean => false } }]
    : []),
];

describe('browser of the tests', () => {
  it('takes CHROME_PATH before anything installed', async () => {
    const machine = machineWith(['/my/chrome', '/opt/bin/chromium'], {
      env: { PATH: '/opt/bin', CHROME_PATH: '/my/chrome' },
    });

    assert.deepEqual(await findBrowser(machine), { executablePath: '/my/chrome', env: {}, sandbox: true });
  });

  it('fails when CHROME_PATH names no file, even when another browser is there', async () => {
    const machine = machineWith(['/usr/bin/chromium'], { env: { CHROME_PATH: '/gone/chrome' } });

    await assert.rejects(findBrowser(machine), (error: unknown) => {
      assert.ok(error instanceof BrowserMissingError);
      assert.equal(error.message, 'CHROME_PATH is "/gone/chrome", but there is no such file.');
      return true;
    });
  });

  it('treats an empty CHROME_PATH as absent', async () => {
    const machine = machineWith(['/opt/bin/chromium'], { env: { PATH: '/opt/bin', CHROME_PATH: '' } });

    assert.equal((await findBrowser(machine)).executablePath, '/opt/bin/chromium');
  });

  it('prefers Chromium to Chrome wherever on PATH they are', async () => {
    const machine = machineWith(['/opt/bin/google-chrome', '/usr/local/bin/chromium']);

    assert.equal((await findBrowser(machine)).executablePath, '/usr/local/bin/chromium');
  });

  it('looks in the usual places of Linux after PATH', async () => {
    const machine = machineWith(['/opt/google/chrome/chrome']);

    assert.equal((await findBrowser(machine)).executablePath, '/opt/google/chrome/chrome');
  });

  it('finds the applications of macOS, those of the person included', async () => {
    const path = '/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium';
    const machine = machineWith([path], { platform: 'darwin', env: { HOME: '/Users/ada' } });

    assert.equal((await findBrowser(machine)).executablePath, path);
  });

  it('finds the programs of Windows', async () => {
    const path = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
    const machine = machineWith([path], {
      platform: 'win32',
      env: { Path: 'C:\\Windows;C:\\Tools', PROGRAMFILES: 'C:\\Program Files' },
    });

    assert.equal((await findBrowser(machine)).executablePath, path);
  });

  it('unpacks the bundled Chromium when nothing is installed', async () => {
    assert.deepEqual(await findBrowser(machineWith([])), bundled);
  });

  for (const [platform, arch] of [
    ['linux', 'arm64'],
    ['darwin', 'x64'],
    ['win32', 'x64'],
  ] as const) {
    it(`says in one sentence how to get a browser on ${platform} ${arch} without one`, async () => {
      await assert.rejects(findBrowser(machineWith([], { platform, arch, env: {} })), (error: unknown) => {
        assert.ok(error instanceof BrowserMissingError);
        assert.match(error.message, /^The browser tests need Chromium .* set CHROME_PATH [^.]*\.$/);
        return true;
      });
    });
  }

  for (const { which, machine } of BROWSERS) {
    it(`starts and renders a page: ${which}`, async function () {
      this.timeout(60_000);
      const browser = await launchBrowser(machine);
      try {
        const page = await browser.newPage();
        await page.setContent('<input type="date"><button onclick="this.textContent = 6 * 7">?</button>');
        await page.getByRole('button').click();

        assert.equal(await page.getByRole('button').textContent(), '42');
      } finally {
        await browser.close();
      }
    });
  }
});
