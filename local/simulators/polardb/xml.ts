const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ESCAPES[mark] ?? mark);
}

/** The gateway's XML: an element a field, a list as repeated elements of the same name. */
export function toXml(root: string, value: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${element(root, value)}`;
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function element(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => element(name, one)).join('');
  if (typeof value !== 'object' || value === null) return `<${name}>${escape(scalar(value))}</${name}>`;
  const inner = Object.entries(value).map(([key, one]) => element(key, one));
  return `<${name}>${inner.join('')}</${name}>`;
}
