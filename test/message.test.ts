import { describe, expect, test } from 'vitest';
import { readAlertsMessage, readFailoverMessage, readNoticeMessage, UnreadableMessageError } from '../lib/message.ts';

const text = (value: unknown): string => JSON.stringify(value);
const without = (message: object, name: string): object => Object.fromEntries(Object.entries(message).filter(([key]) => key !== name));

const FAILOVER = { understudy: 'failover', targetId: 'orders', failoverId: 'fo-1', look: 2, dueAtMs: 1_000 };
const NOTICE = { understudy: 'notice', channelId: 'ops', notice: { key: 'fo-1/succeeded', kind: 'succeeded' } };
const DELIVERY = {
  understudy: 'delivery',
  source: 'am',
  contentType: 'application/json',
  headers: { 'ce-id': '1' },
  receivedAtMs: 1_000,
  body: '{}',
};

describe('a message on the failovers and polls queues', () => {
  test('comes back as it was sent, and nothing that was added', () => {
    expect(readFailoverMessage(text({ ...FAILOVER, more: 1 }))).toEqual(FAILOVER);
  });

  test.each([
    ['no JSON', 'nothing', 'body: not JSON'],
    ['a list', '[]', 'body: expected an object'],
    ['nothing', 'null', 'body: expected an object'],
    ['another message', text(NOTICE), 'understudy: expected "failover"'],
    ['no target', text(without(FAILOVER, 'targetId')), 'targetId: expected text'],
    ['a failover that is a number', text({ ...FAILOVER, failoverId: 7 }), 'failoverId: expected text'],
    ['a look that is a text', text({ ...FAILOVER, look: '2' }), 'look: expected a number'],
    ['a time that is none', text({ ...FAILOVER, dueAtMs: null }), 'dueAtMs: expected a number'],
    ['a time without end', text(FAILOVER).replace('1000', '1e999'), 'dueAtMs: expected a number'],
  ])('that is %s can never be processed', (_what, body, why) => {
    expect(() => readFailoverMessage(body)).toThrow(new UnreadableMessageError(why));
  });
});

describe('a message on the notices queue', () => {
  test('keeps its notice as our own steps wrote it', () => {
    expect(readNoticeMessage(text(NOTICE))).toEqual(NOTICE);
    expect(readNoticeMessage(text({ ...NOTICE, putOff: 2 }))).toEqual({ ...NOTICE, putOff: 2 });
  });

  test.each([
    ['another message', text(FAILOVER), 'notice: expected an object'],
    ['no notice', text(without(NOTICE, 'notice')), 'notice: expected an object'],
    ['a notice that is a text', text({ ...NOTICE, notice: 'x' }), 'notice: expected an object'],
    ['a notice without a key', text({ ...NOTICE, notice: {} }), 'key: expected text'],
    ['no channel', text(without(NOTICE, 'channelId')), 'channelId: expected text'],
    ['a count that is none', text({ ...NOTICE, putOff: 'twice' }), 'putOff: expected a number'],
  ])('that is %s can never be processed', (_what, body, why) => {
    expect(() => readNoticeMessage(body)).toThrow(new UnreadableMessageError(why));
  });
});

describe('a message on the alerts queue', () => {
  test.each<[what: string, message: object, read?: object]>([
    ['a delivery', DELIVERY],
    ['a delivery by a path that named no source', without(DELIVERY, 'source')],
    ['a delivery whose source is no text', { ...DELIVERY, source: 7 }, without(DELIVERY, 'source')],
    ['headers that are no texts', { ...DELIVERY, headers: { a: 1, b: 'x' } }, { ...DELIVERY, headers: { b: 'x' } }],
    ['headers that are no object', { ...DELIVERY, headers: 'x' }, { ...DELIVERY, headers: {} }],
    ['a look', { understudy: 'look', targetId: 'orders', dueAtMs: 5 }],
  ])('%s', (_what, message, read = message) => {
    expect(readAlertsMessage(text(message))).toEqual(read);
  });

  test.each([
    ['without our mark', '{"alerts":[]}'],
    ['with our mark far inside', text({ padding: 'x'.repeat(40), understudy: 'look' })],
    ['with another word at our mark', text({ understudy: 'rehearsed' })],
    ['cut off', text(DELIVERY).slice(0, -1)],
    ['as a list', text(['understudy'])],
    ['as a text', text('understudy')],
  ])('what comes %s is a monitoring system’s', (_what, body) => {
    expect(readAlertsMessage(body)).toBeUndefined();
  });

  test('one of ours that is broken is not taken for a monitoring system’s', () => {
    expect(() => readAlertsMessage(text(without(DELIVERY, 'receivedAtMs')))).toThrow('receivedAtMs: expected a number');
    expect(() => readAlertsMessage(text({ understudy: 'look', dueAtMs: 1 }))).toThrow('targetId: expected text');
  });
});
