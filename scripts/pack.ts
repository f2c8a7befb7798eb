/**
 * `npm run pack:ucwa` and `npm run pack:simulator`: make build/packages/<name>-<version>.tgz, install it in an empty
 * project outside the repository, and use it there. Ends with code 1 unless all of that works. Needs the npm registry,
 * or what npm has kept of it.
 */
import { relative } from 'node:path';

import { makePackage } from './pack/build';
import { PackError } from './pack/errors';
import { packages } from './pack/packages';
import { proveSimulator } from './pack/prove-simulator';
import { proveUcwa } from './pack/prove-ucwa';

/** Enough for a slow registry; nothing here takes long by itself. */
const TIME_LIMIT_MS = 5 * 60_000;

const proofs = { ucwa: proveUcwa, simulator: proveSimulator } as const;

async function main(): Promise<void> {
  const which = process.argv[2] ?? '';
  if (which !== 'ucwa' && which !== 'simulator') throw new PackError('Say which one: ucwa or simulator.');
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const packed = await makePackage(packages[which], signal);
  console.log(`Packed ${relative(process.cwd(), packed.file)}, ${String(packed.entries.length)} files.`);
  await proofs[which](packed, {
    signal,
    tell: (line) => {
      console.log(`  proved: ${line}`);
    },
  });
  console.log(`${packed.name} ${packed.version} works in an empty project.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof PackError ? error.message : error);
  process.exitCode = 1;
});
