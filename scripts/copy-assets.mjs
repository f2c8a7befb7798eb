/**
 * The last part of `npm run build`: puts the files that the compiler does not produce (pages, styles, pictures) into
 * dist, at the same place as in src.
 */
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Whether a file of src belongs into dist as it is. */
function isAsset(path) {
  return !path.endsWith('.ts') && !/^tsconfig.*\.json$/.test(basename(path));
}

await cp(join(root, 'src'), join(root, 'dist'), { recursive: true, filter: isAsset });
