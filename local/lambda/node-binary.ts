import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Functions run on the Node.js release that they are deployed on. */
const NODE_MAJOR = 24;

/** The Node.js of this process if it is new enough, else the one that the project installs. @throws {Error} if there is neither. */
export function nodeBinary(root: string): string {
  if (Number(process.versions.node.split('.')[0]) === NODE_MAJOR) return process.execPath;
  const installed = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(installed)) return installed;
  throw new Error(`Node.js ${String(NODE_MAJOR)} was not found: run npm ci, or start with Node.js ${String(NODE_MAJOR)}`);
}
