import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnyTime, parseBasicIso, parseDotted, parseEpoch, parseIso, parseMonthFirst, parseUsEnglish } from '../../lib/alert/time.ts';
import { wallClockToEpochMs } from '../../lib/alert/zone.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);

/** The table of alerts §13, each format by its own reader. */
describe('every format that senders use', () => {
  test.each([
    ['Alertmanager, nanoseconds', parseIso('2020-08-08T14:32:08.326990857Z'), utc('2020-08-08T14:32:08.326')],
    ['an offset with a colon', parseIso('2017-08-03T15:17:37.804-04:00'), utc('2017-08-03T19:17:37.804')],
    ['CloudWatch, an offset without', parseIso('2019-02-15T23:53:45.093+0000'), utc('2019-02-15T23:53:45.093')],
    ['seconds only', parseIso('2024-01-12T16:51:26Z'), utc('2024-01-12T16:51:26')],
    ['Azure, seven digits', parseIso('2019-03-22T13:58:24.3713213Z'), utc('2019-03-22T13:58:24.371')],
    ['ARMS, nine digits', parseIso('2021-02-22T07:27:15.404000000Z'), utc('2021-02-22T07:27:15.404')],
    ['one digit of fraction', parseIso('2021-02-22T07:27:15.4Z'), utc('2021-02-22T07:27:15.400')],
    ['two digits', parseIso('2021-02-22T07:27:15.04Z'), utc('2021-02-22T07:27:15.040')],
    ['Alibaba, basic form', parseBasicIso('20240109T140533.642+0800'), utc('2024-01-09T06:05:33.642')],
    ['Cloud Eye, month first', parseMonthFirst('01 12, 2024 13:51:16 GMT-03:00'), utc('2024-01-12T16:51:16')],
    ['month first in Greenwich', parseMonthFirst('01 12, 2024 13:51:16 GMT'), utc('2024-01-12T13:51:16')],
    ['Uptime-Kuma in its zone', parseIso('2022-08-26 01:02:24', 'Asia/Shanghai'), utc('2022-08-25T17:02:24')],
    ['Uptime-Kuma with milliseconds', parseIso('2022-08-26 01:02:24.512', 'UTC'), utc('2022-08-26T01:02:24.512')],
    ['Zabbix in its zone', parseDotted('2024.05.06', '07:08:09', 'Europe/Berlin'), utc('2024-05-06T05:08:09')],
    ['Azure log alert', parseUsEnglish('3/22/2019 1:36:31 PM', 'UTC'), utc('2019-03-22T13:36:31')],
    ['noon', parseUsEnglish('3/22/2019 12:00:00 PM', 'UTC'), utc('2019-03-22T12:00:00')],
    ['midnight', parseUsEnglish('3/22/2019 12:00:00 AM', 'UTC'), utc('2019-03-22T00:00:00')],
    ['an SQS attribute', parseEpoch('1758041957206'), 1_758_041_957_206],
    ['seconds', parseEpoch(1_577_840_461), 1_577_840_461_000],
    ['seconds as text', parseEpoch('1508136760'), 1_508_136_760_000],
    ['seconds with a fraction', parseEpoch(1_577_840_461.5), 1_577_840_461_500],
    ['microseconds', parseEpoch('1758041957206123'), 1_758_041_957_206],
    ['nanoseconds beyond 2^53', parseEpoch('1758041957206123456'), 1_758_041_957_206],
  ])('%s', (_case, read, expected) => {
    expect(read).toBe(expected);
  });

  test.each([
    ['year one', parseIso('0001-01-01T00:00:00Z')],
    ['epoch zero', parseEpoch(0)],
    ['a unit behind the number', parseEpoch('157145442000s')],
    ['twelve digits', parseEpoch('157145442000')],
    ['a month 13', parseIso('2024-13-01T00:00:00Z')],
    ['30 February', parseIso('2024-02-30T00:00:00Z')],
    ['29 February of a common year', parseIso('2023-02-29T00:00:00Z')],
    ['29 February 2100 is beyond and does not exist', parseIso('2100-02-29T00:00:00Z')],
    ['an hour 24', parseIso('2024-01-01T24:00:00Z')],
    ['a minute 60', parseIso('2024-01-01T00:60:00Z')],
    ['an offset of 19 hours', parseIso('2024-01-01T00:00:00+19:00')],
    ['text after the zone', parseIso('2024-01-01T00:00:00Z and more')],
    ['a fraction without end', parseIso(`2024-01-01T00:00:00.${'1'.repeat(1_000)}Z`)],
    ['full-width digits', parseIso('２０２４-01-01T00:00:00Z')],
    ['an unrendered macro', parseDotted('{EVENT.DATE}', '{EVENT.TIME}', 'UTC')],
    ['13 o’clock PM', parseUsEnglish('3/22/2019 13:36:31 PM', 'UTC')],
    ['not a number', parseEpoch(Number.NaN)],
    ['infinity', parseEpoch(Number.POSITIVE_INFINITY)],
    ['null', parseIso(null)],
    ['an object', parseIso({})],
  ])('%s is refused', (_case, read) => {
    expect(read).toBe('bad-time');
  });

  test.each([
    ['ISO', parseIso('2022-08-26 01:02:24')],
    ['Zabbix', parseDotted('2024.05.06', '07:08:09')],
    ['United States', parseUsEnglish('3/22/2019 1:36:31 PM')],
    ['an unknown zone', parseIso('2022-08-26 01:02:24', 'Mars/Olympus')],
  ])('%s without a zone is refused by that name, whatever the zone of this host', (_case, read) => {
    expect(read).toBe('zone-needed');
  });

  test('29 February 2024 exists, and so does a leap second', () => {
    expect(parseIso('2024-02-29T00:00:00Z')).toBe(utc('2024-02-29T00:00:00'));
    expect(parseIso('2016-12-31T23:59:60Z')).toBe(utc('2017-01-01T00:00:00'));
  });
});

describe('a wall clock in a zone', () => {
  test.each([
    ['winter', '2026-01-15T12:00:00', 'Europe/Berlin', '2026-01-15T11:00:00'],
    ['summer', '2026-07-15T12:00:00', 'Europe/Berlin', '2026-07-15T10:00:00'],
    ['the hour that comes twice: its first', '2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00'],
    ['the hour that is left out: the offset before', '2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00'],
    ['half an hour from the hour', '2026-01-15T12:00:00', 'Asia/Kolkata', '2026-01-15T06:30:00'],
    ['south of the equator', '2026-01-15T12:00:00', 'America/Sao_Paulo', '2026-01-15T15:00:00'],
    ['across the date line', '2026-01-15T12:00:00', 'Pacific/Kiritimati', '2026-01-14T22:00:00'],
  ])('%s', (_case, wall, zone, expected) => {
    expect(wallClockToEpochMs(utc(wall), zone)).toBe(utc(expected));
  });
});

const MOMENT = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2099, 11, 30) });

describe('properties', () => {
  test('what the calendar writes is read back, with any offset', () => {
    fc.assert(
      fc.property(MOMENT, fc.integer({ min: -18 * 60, max: 18 * 60 }), fc.boolean(), (ms, offset, colon) => {
        const sign = offset < 0 ? '-' : '+';
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((n) => String(n).padStart(2, '0'));
        const wall = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
        expect(parseIso(`${wall}${sign}${hours}${colon ? ':' : ''}${minutes}`)).toBe(ms);
      }),
    );
  });

  test('every unit of a count gives the same moment', () => {
    fc.assert(
      fc.property(MOMENT, (ms) => {
        expect(parseEpoch(ms)).toBe(ms);
        expect(parseEpoch(`${ms}456`)).toBe(ms);
        expect(parseEpoch(`${ms}456789`)).toBe(ms);
        expect(parseEpoch(Math.floor(ms / 1_000))).toBe(ms - (ms % 1_000));
      }),
    );
  });

  test('no text is read as a time outside this century, and none throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-0-9:TZ+./ APM,]{0,45}$/)), (text) => {
        for (const read of [parseAnyTime(text), parseAnyTime(text, 'Europe/Berlin'), parseDotted(text, text, 'UTC'), parseEpoch(text)]) {
          expect(typeof read === 'number' ? read >= Date.UTC(2000, 0, 1) && read < Date.UTC(2100, 0, 1) : read).toBeTruthy();
        }
      }),
    );
  });

  test('a time of unknown format is read as its own reader reads it', () => {
    expect(parseAnyTime('20240109T140533.642+0800')).toBe(utc('2024-01-09T06:05:33.642'));
    expect(parseAnyTime('2024.05.06 07:08:09', 'Europe/Berlin')).toBe(utc('2024-05-06T05:08:09'));
    expect(parseAnyTime('01 12, 2024 13:51:16 GMT-03:00')).toBe(utc('2024-01-12T16:51:16'));
    expect(parseAnyTime('3/22/2019 1:36:31 PM', 'UTC')).toBe(utc('2019-03-22T13:36:31'));
    expect(parseAnyTime(1_758_041_957)).toBe(1_758_041_957_000);
    expect(parseAnyTime(' 1758041957206 ')).toBe(1_758_041_957_206);
  });
});
