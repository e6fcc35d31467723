import type { Readable } from 'node:stream';

/**
 * Splits a function's output into lines. A line that starts with NUL is the runtime's mark that the invocation of that id has written all it
 * will: the stream and the Runtime API are two ways, and only this tells which came first.
 */
export function readLines(stream: Readable, onLine: (line: string) => void, onMark: (requestId: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line, onLine, onMark);
  });
  stream.on('end', () => {
    if (rest !== '') takeLine(rest, onLine, onMark);
  });
}

function takeLine(line: string, onLine: (line: string) => void, onMark: (requestId: string) => void): void {
  const mark = line.indexOf('\0');
  const text = mark < 0 ? line : line.slice(0, mark);
  if (text !== '') onLine(text);
  if (mark >= 0) onMark(line.slice(mark + 1));
}
