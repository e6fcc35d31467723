import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { channelKindOf, channelKinds } from '../../lib/notify/channels.ts';

const files = (folder: string) =>
  readdirSync(new URL(folder, import.meta.url))
    .map((file) => file.replace(/(\.test)?\.ts$/, ''))
    .filter((name) => name !== 'robot');

test('every channel file is in the list, under its own name, and is held to the contract', () => {
  const kinds = channelKinds.map(({ kind }) => kind).sort();
  expect(files('../../lib/notify/channels').sort()).toEqual(kinds);
  expect(files('./channels').sort()).toEqual(kinds);
});

test('a kind is found by its name alone', () => {
  expect(channelKindOf('slack')?.kind).toBe('slack');
  expect(channelKindOf('constructor')).toBeUndefined();
});
