import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair, type ParsedNode } from 'yaml';
import { formatPath, type Fault, type LooseFault } from './faults.ts';

/** YAML text as plain data, and where in the text each part of it stands. */
export interface ReadYaml {
  readonly data: unknown;
  readonly faults: readonly Fault[];
  place(fault: LooseFault): Fault;
}

export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const place = (fault: LooseFault): Fault => {
    const { line, col } = lines.linePos(offsetOf(document, fault));
    const { message, remedy } = fault;
    return { path: formatPath(fault.path), line: Math.max(1, line), column: Math.max(1, col), message, remedy };
  };
  const faults = document.errors.map((error): Fault => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { path: '', line: Math.max(1, line), column: Math.max(1, col), ...syntaxFault(error.code, error.message) };
  });
  if (faults.length > 0) return { data: undefined, faults, place };
  return { ...readData(document, place), place };
}

function readData(document: Document, place: (fault: LooseFault) => Fault): { data: unknown; faults: readonly Fault[] } {
  try {
    return { data: document.toJS(), faults: [] };
  } catch {
    const message = 'An alias (*name) has no anchor, or aliases multiply without end';
    return { data: undefined, faults: [place({ path: [], message, remedy: 'Write the value out.' })] };
  }
}

function syntaxFault(code: string, message: string): Pick<Fault, 'message' | 'remedy'> {
  if (code === 'DUPLICATE_KEY') return { message: 'The key stands twice in the same map', remedy: 'Keep one of them.' };
  if (code === 'TAB_AS_INDENT') return { message: 'A tab is used as indentation', remedy: 'Indent with spaces.' };
  // The parser's messages speak of its tokens, never of the text.
  return {
    message: `This is not YAML: ${message.replace(/\n.*/s, '').replace(/[.:]$/, '')}`,
    remedy: 'Check indentation, quotes and brackets here.',
  };
}

/** Where the value (or the key) of a path begins; the nearest part that exists when it does not. */
function offsetOf(document: Document.Parsed, fault: LooseFault): number {
  let node: Node | null | undefined = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const [depth, part] of fault.path.entries()) {
    const found = step(resolve(node, document), part);
    if (found === undefined) break;
    const last = depth === fault.path.length - 1;
    [offset] = (last && fault.atKey === true ? found.key : (found.value ?? found.key)).range;
    node = found.value;
  }
  return offset;
}

function resolve(node: Node | null | undefined, document: Document.Parsed): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

/** What a part of a path leads to. An element of a list is its own key. */
function step(node: Node | null | undefined, part: string | number): { key: ParsedNode; value: ParsedNode | null } | undefined {
  if (isSeq<ParsedNode>(node) && typeof part === 'number') {
    const value = node.items[part];
    return value === undefined ? undefined : { key: value, value };
  }
  if (!isMap(node)) return undefined;
  const pair = (node.items as Pair<ParsedNode, ParsedNode | null>[]).find(({ key }) => isScalar(key) && String(key.value) === String(part));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}
