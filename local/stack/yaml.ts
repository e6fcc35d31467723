import { isCollection, isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';

/** CloudFormation's short forms whose long form carries no `Fn::` prefix. */
const BARE = new Set(['Ref', 'Condition']);

/**
 * Reads YAML with CloudFormation's short tags (`!Ref`, `!GetAtt`, `!Sub` …), each turned into its long form (`{ Ref: … }`, `{ 'Fn::GetAtt': … }`).
 *
 * @throws {Error} with the file's name and the line on a syntax error.
 */
export function parseTemplateYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent', merge: true });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Error(`${file}: ${problem.message}`);
  visit(document, { Node: (_key, node) => longForm(document, node) });
  return document.toJS();
}

function longForm(document: Document, node: unknown): Node | undefined {
  if (!isCollection(node) && !isScalar(node)) return undefined;
  const { tag } = node;
  if (tag?.startsWith('!') !== true || tag.startsWith('!!')) return undefined;
  const name = tag.slice(1);
  delete node.tag;
  const value = name === 'GetAtt' && isScalar(node) ? attributePath(String(node.value)) : node;
  const long = document.createNode({}) as Node;
  if (isMap(long))
    long.set(BARE.has(name) ? name : `Fn::${name}`, typeof value === 'object' && 'items' in value ? value : document.createNode(value));
  return long;
}

/** `Queue.Arn` → `['Queue', 'Arn']`: only the first dot separates. */
function attributePath(dotted: string): string[] {
  const dot = dotted.indexOf('.');
  return dot < 0 ? [dotted] : [dotted.slice(0, dot), dotted.slice(dot + 1)];
}
