import { ACCEPTED } from './accepted.ts';

/** What cdk-nag finds and stays, with its reason, for the page on the supply chain. */
export function renderAccepted(): string {
  const rows = ACCEPTED.map(({ rule, resource, reason }) => `| ${codeOf(rule)} | ${codeOf(resource)} | ${reason} |`);
  return ['', '| rule | resource | why it stays |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** A pattern as people write it: without its anchors and escapes, with `…` for the parts that vary. */
function codeOf({ source }: RegExp): string {
  const readable = source
    .replaceAll(/^\^|\$$/g, '')
    .replaceAll(/\[\\w-\]\+|\\w\+/g, '…')
    .replaceAll('(?:', '(')
    .replaceAll('<AWS::Region>:<AWS::AccountId>', '…')
    .replaceAll('<AWS::Partition>', 'aws')
    .replaceAll('\\', '')
    .replaceAll('|', ' or ');
  return `\`${readable}\``;
}
