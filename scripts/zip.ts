import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';

/** The zip format knows local time only, without a zone: this is its own zero wherever it is built. */
const ZIP_EPOCH = new Date(1980, 0, 1);
const UNIX = 3;
/** A regular file that all may read; Lambda runs the code as another user than the one who owns it. */
const READABLE_FILE = 0o100644 << 16;

/** A zip that depends on names and contents alone. @param files paths inside the zip → contents. */
export function reproducibleZip(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const sorted = Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted), { level: 9, mtime: ZIP_EPOCH, os: UNIX, attrs: READABLE_FILE });
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
