import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { SimulatorStateError } from './errors';
import type { SavedMeeting } from './model/meeting-book';

/** The file in which meetings outlive a restart. Writes are complete or not there: a new file is renamed over the old. */
export class StateFile {
  private readonly path: string;
  private writing: Promise<void> = Promise.resolve();
  private waiting: readonly SavedMeeting[] | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The saved meetings; undefined when nothing was saved yet.
   *
   * @throws SimulatorStateError when the file is not one of ours.
   */
  async load(): Promise<readonly SavedMeeting[] | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new SimulatorStateError(`The simulator cannot read its state file ${this.path}.`);
    }
    const meetings = parse(text);
    if (meetings === undefined) throw new SimulatorStateError(`${this.path} is not a state file of the simulator.`);
    return meetings;
  }

  /** Saves soon; of several states that wait for a write in progress only the last is written. */
  save(meetings: readonly SavedMeeting[]): void {
    const alreadyWaiting = this.waiting !== undefined;
    this.waiting = meetings;
    if (!alreadyWaiting) this.writing = this.writing.then(async () => this.write());
  }

  /** Resolves when everything given to `save` is on disk. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async write(): Promise<void> {
    const meetings = this.waiting;
    this.waiting = undefined;
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(`${this.path}.new`, JSON.stringify({ version: 1, meetings }, undefined, 2));
    await rename(`${this.path}.new`, this.path);
  }
}

function parse(text: string): readonly SavedMeeting[] | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const meetings: unknown = isRecord(content) && content.version === 1 ? content.meetings : undefined;
    return Array.isArray(meetings) && meetings.every(isSavedMeeting) ? meetings : undefined;
  } catch {
    return undefined;
  }
}

function isSavedMeeting(value: unknown): value is SavedMeeting {
  if (!isRecord(value) || !isRecord(value.settings)) return false;
  const { settings } = value;
  const texts = ['id', 'organizer', 'kind', 'conferenceId', 'etag'].map((name) => value[name]);
  const lists = ['attendees', 'leaders'].map((name) => settings[name]);
  const isWhole = texts.every((text) => typeof text === 'string') && lists.every((list) => Array.isArray(list));
  return isWhole && (value.extensions === undefined || isExtensions(value.extensions));
}

function isExtensions(value: unknown): boolean {
  const names = ['id', 'type', 'etag'];
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        isRecord(entry) && isRecord(entry.properties) && names.every((name) => typeof entry[name] === 'string'),
    )
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isMissing(error: unknown): boolean {
  return isRecord(error) && error.code === 'ENOENT';
}
