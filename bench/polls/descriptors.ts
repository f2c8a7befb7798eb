import { readdirSync, readFileSync } from 'node:fs';

import { UsageError } from '../arguments';

/** What a process has open besides. */
const otherDescriptors = 100;

/** How many descriptors this process has open; `undefined` where the system does not tell. */
export function openDescriptors(): number | undefined {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : undefined;
}

/** How many descriptors this process may have open; infinite where the system does not tell. */
export function allowedDescriptors(): number {
  const limits = process.platform === 'linux' ? readFileSync('/proc/self/limits', 'utf8') : '';
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
}

/** @throws UsageError when so many polls take more descriptors than are allowed. */
export function assertEnoughDescriptors(polls: number, allowed: number): void {
  const wanted = polls + otherDescriptors;
  if (wanted <= allowed) return;
  const sentence = `${String(polls)} polls take ${String(wanted)} descriptors, and ${String(allowed)} are allowed`;
  throw new UsageError(`${sentence}: see ulimit -n, or take fewer with --polls.`);
}
