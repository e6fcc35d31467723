import { inFolder, lineOf, withoutComments } from './tree.ts';
import type { Finding, SourceFile } from './tree.ts';

interface Word {
  readonly pattern: RegExp;
  readonly fault: string;
  readonly where: (path: string) => boolean;
}

const anywhere = (): boolean => true;
const inTests = (path: string): boolean => inFolder(path, 'test', 'bench');

/** Assembled, so that this file does not hold what it forbids. */
const WORDS: readonly Word[] = [
  { pattern: new RegExp(['\\bfarm', '-'].join(''), 'g'), fault: 'names a tool of the machine that it was written on', where: anywhere },
  {
    pattern: new RegExp(['(?<![\\w.:*-])/(?:work|root|home|Users)', '/[\\w.]'].join(''), 'g'),
    fault: 'names a path of one machine',
    where: anywhere,
  },
  {
    pattern: new RegExp(['\\.\\./sha', 'red\\b|\\.libr', 'ary\\b'].join(''), 'g'),
    fault: 'names a place outside of the repository',
    where: anywhere,
  },
  {
    pattern: /\b(?:it|test|describe|suite|bench)(?:\.concurrent|\.each)?\.(?:only|skip|todo|skipIf|runIf|fails)\b/g,
    fault: 'leaves tests out',
    where: inTests,
  },
];

/** The parts that must work for any provider, channel and monitoring system: a vendor's name there is knowledge in the wrong place. */
const NEUTRAL = ['lib/decide', 'lib/poll', 'lib/drill', 'lib/watch', 'lib/store', 'lib/operate', 'functions'];
const VENDORS =
  /\b(?:gauss ?db|polardb|huawei|alibaba|aliyun|slack|dingtalk|feishu|pagerduty|opsgenie|wecom|alertmanager|cloudwatch|zabbix|grafana)\b/gi;

export function wordFindings(files: readonly SourceFile[]): readonly Finding[] {
  const words = files.flatMap((file) => WORDS.filter(({ where }) => where(file.path)).flatMap((word) => occurrences(file, word)));
  const neutral = files.filter(({ path }) => inFolder(path, ...NEUTRAL)).map((file) => ({ ...file, text: withoutComments(file.text) }));
  return [
    ...words,
    ...neutral.flatMap((file) => occurrences(file, { pattern: VENDORS, fault: 'names a vendor outside of its own files' })),
  ];
}

function occurrences({ path, text }: SourceFile, { pattern, fault }: Omit<Word, 'where'>): readonly Finding[] {
  return [...text.matchAll(pattern)].map((match) => ({
    path: `${path}:${String(lineOf(text, match.index))}`,
    fault: `${fault} (${match[0]})`,
  }));
}
