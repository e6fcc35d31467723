import { describe, expect, test } from 'vitest';
import { Fields, InvalidRequestError } from '../../lib/operate/read-request.ts';

const refused = (act: () => unknown): string => {
  try {
    return `not refused: ${String(act())}`;
  } catch (error) {
    return error instanceof InvalidRequestError ? error.message : `another error: ${String(error)}`;
  }
};

test.each([null, undefined, 'text', 7, []])('a request that is %j is no object of fields', (request) => {
  expect(refused(() => new Fields(request))).toBe('the request is not a JSON object');
});

describe('the fields of a request', () => {
  const fields = new Fields({ text: 'a secret', number: 7, flag: true, nothing: null, endless: Number.POSITIVE_INFINITY });

  test('are read as what they are', () => {
    expect([fields.text('text'), fields.number('number'), fields.flag('flag')]).toEqual(['a secret', 7, true]);
  });

  test('may be left out where that is allowed, and null is left out', () => {
    for (const name of ['absent', 'nothing'])
      expect([fields.optionalText(name), fields.optionalNumber(name), fields.flag(name)]).toEqual([undefined, undefined, false]);
  });

  test.each<[what: string, act: () => unknown, why: string]>([
    ['a text that is missing', () => fields.text('absent'), 'absent is missing'],
    ['a text that is null', () => fields.text('nothing'), 'nothing is missing'],
    ['a name that every object has', () => fields.text('constructor'), 'constructor is missing'],
    ['a number in place of a text', () => fields.text('number'), 'number is not text'],
    ['a number that is missing', () => fields.number('absent'), 'absent is missing'],
    ['a text in place of a number', () => fields.number('text'), 'text is not a number'],
    ['a number without end', () => fields.number('endless'), 'endless is not a number'],
    ['a text in place of a flag', () => fields.flag('text'), 'text is neither true nor false'],
    ['a field that nobody asked for', () => fields.only(['text', 'number']), 'there is no field flag; there are text, number'],
  ])('%s is refused by its name, never by its value', (_what, act, why) => {
    expect(refused(act)).toBe(why);
  });

  test('are all known where all are', () => {
    expect(refused(() => fields.only(['text', 'number', 'flag', 'nothing', 'endless']))).toBe('not refused: undefined');
  });
});
