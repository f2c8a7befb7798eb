import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize, sep } from 'node:path';

import { type Request, type Response, type Server } from 'restify';

import { PagePartMissingError } from '../errors';

import { pathParameter } from './exchange';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Everything from this server alone; `data:` pictures so that cards can carry one. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageFolder = join(__dirname, '..', 'page');

/** Libraries of the page, served from their npm packages. */
const vendored = new Map<string, readonly [packageName: string, file: string]>([
  ['adaptivecards.js', ['adaptivecards', 'dist/adaptivecards.min.js']],
  ['markdown-it.js', ['markdown-it', 'dist/markdown-it.min.js']],
]);

/**
 * Adds the chat page at `/`, its files under `/page/` and its libraries under `/vendor/`.
 *
 * @throws PagePartMissingError
 */
export function mountPage(server: Server): void {
  const libraries = new Map([...vendored].map(([name, source]) => [name, findInPackage(...source)]));
  server.get('/', async (_request: Request, response: Response) => sendFile(response, join(pageFolder, 'index.html')));
  server.get('/page/*', async (request: Request, response: Response) => sendFile(response, pageFile(request)));
  server.get('/vendor/:name', async (request: Request, response: Response) =>
    sendFile(response, libraries.get(pathParameter(request, 'name'))),
  );
}

async function sendFile(response: Response, path: string | undefined): Promise<void> {
  const content = path === undefined ? undefined : await readFile(path).catch(() => undefined);
  response.setHeader('content-security-policy', contentSecurityPolicy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cache-control', 'no-cache');
  if (path === undefined || content === undefined) {
    response.sendRaw(404, 'Not found', { 'content-type': 'text/plain; charset=utf-8' });
    return;
  }
  response.sendRaw(200, content, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
}

function pageFile(request: Request): string | undefined {
  const path = normalize(join(pageFolder, pathParameter(request, '*')));
  const isInside = path.startsWith(pageFolder + sep);
  return isInside && types[extname(path)] !== undefined ? path : undefined;
}

/** The nearest `node_modules` on the way up; the packages' own entry points cannot be loaded on Node. */
function findInPackage(packageName: string, file: string): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', packageName, file);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new PagePartMissingError(packageName);
  }
}
