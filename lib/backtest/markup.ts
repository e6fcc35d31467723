/** Text that is safe between tags and in quoted attributes: everything that came from outside goes through here. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => String(ENTITIES[char]));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** One element. `content` is markup already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => (value === undefined ? '' : ` ${key}="${escaped(shown(value))}"`));
  return `<${name}${written.join('')}>${content}</${name}>`;
}

/** Coordinates need no more than a tenth. */
function shown(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : value;
}

export function text(content: string, attributes: Attributes): string {
  return element('text', attributes, escaped(content));
}
