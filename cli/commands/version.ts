import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, tell, type Command } from '../command.ts';

export const version: Command = {
  name: 'version',
  summary: 'The version of Understudy, and of the Node that runs it',
  usage: '',
  options: {},
  async run(context) {
    const manifest = JSON.parse(await readFile(join(context.root, 'package.json'), 'utf8')) as { readonly version: string };
    const versions = { understudy: manifest.version, node: process.versions.node };
    tell(context, versions, [`understudy ${versions.understudy} (Node ${versions.node})`]);
    return EXIT.ok;
  },
};
