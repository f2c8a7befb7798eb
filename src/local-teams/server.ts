import { type Socket } from 'node:net';

import { createServer, type Request, type Response, type Server } from 'restify';

import { EventStream } from './api/event-stream';
import { mountApi } from './api/routes';
import { Faults } from './connector/faults';
import { mountConnector } from './connector/routes';
import { InvalidSettingError, PortInUseError } from './errors';
import { guardLoopback, isLoopback } from './http/guard';
import { mountPage } from './http/page-files';
import { isObject } from './json';
import { type LocalTeamsOptions, type RunningLocalTeams } from './options';
import { BotClient } from './outbound/bot-client';
import { Courier } from './outbound/courier';
import { Installer } from './outbound/installer';
import { Scenes } from './outbound/scenes';
import { Traffic } from './traffic';
import { createWorld } from './world/seed';
import { loadWorld, StateFile } from './world/state-file';
import { WorldStore } from './world/store';

const defaultTimeoutMs = 15_000;

/**
 * Builds the parts, listens, and returns the handle that stops it all.
 *
 * @throws PortInUseError, InvalidSettingError, StateFileError, PagePartMissingError
 */
export async function startServer(options: LocalTeamsOptions): Promise<RunningLocalTeams> {
  const { host = '127.0.0.1', port = 0, botEndpoint, stateFile } = options;
  checkSettings(host, botEndpoint);
  const now = (): number => Date.now();
  const store = new WorldStore(stateFile === undefined ? createWorld() : await loadWorld(stateFile), now);

  const server = createServer({ name: 'local-teams' });
  const sockets = trackSockets(server);
  server.pre(guardLoopback);
  logRequests(server, options);
  mountPage(server);
  const origin = await listen(server, host, port);

  const bot = { id: options.botId ?? '28:confer', name: options.botName ?? 'Confer' };
  const serviceUrl = `${origin}/connector/`;
  const traffic = new Traffic();
  const faults = new Faults();
  const events = new EventStream(store);
  const client = new BotClient({
    endpoint: botEndpoint,
    timeoutMs: options.fetchTimeoutMs ?? defaultTimeoutMs,
    traffic,
    now,
  });
  const scenes = new Scenes(store, { bot, serviceUrl, now });
  const installer = new Installer(store, client, scenes);
  const courier = new Courier({ store, client, scenes, installer });
  const commands = options.commands ?? [];
  mountConnector(server, { store, bot, serviceUrl, faults, traffic, now, sleep });
  mountApi(server, { store, courier, installer, events, faults, traffic, bot, serviceUrl, commands });
  const file = stateFile === undefined ? undefined : new StateFile(stateFile, store);

  return {
    url: `${origin}/`,
    serviceUrl,
    stop: async () => {
      client.stop();
      events.stop();
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      for (const socket of sockets) socket.destroy();
      await closed;
      await file?.stop();
    },
  };
}

function checkSettings(host: string, botEndpoint: string): void {
  if (!isLoopback(host)) {
    throw new InvalidSettingError(`The local Teams listens on this machine only, not on "${host}".`);
  }
  if (!URL.canParse(botEndpoint) || !/^https?:$/.test(new URL(botEndpoint).protocol)) {
    throw new InvalidSettingError(`The bot's address must be an http or https URL, got "${botEndpoint}".`);
  }
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: unknown) => {
      reject(isObject(error) && error.code === 'EADDRINUSE' ? new PortInUseError(port, error) : asError(error));
    });
    server.listen(port, host, () => {
      resolve();
    });
  });
  const { port: actual } = server.address();
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(actual)}`;
}

function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function logRequests(server: Server, { log }: LocalTeamsOptions): void {
  if (log === undefined) return;
  server.pre((request: Request, response: Response, next: () => void) => {
    const startedAt = Date.now();
    response.once('finish', () => {
      const path = (request.url ?? '').replace(/\?.*/, '');
      log({ method: request.method ?? '', path, status: response.statusCode, ms: Date.now() - startedAt });
    });
    next();
  });
}

async function sleep(ms: number): Promise<void> {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new InvalidSettingError(String(error));
}
