/** Control characters, line separators, and the invisible marks that turn text around or hide it: alert text is a stranger's text. */
const UNSEEN = /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]+/g;
const ELLIPSIS = '…';
/** Anything that a clean line does not have. */
const UNCLEAN = new RegExp(`${UNSEEN.source}| {2}|^ | $`);

/** One line that shows what it holds. Nearly every text is one already. */
export function oneLine(text: string): string {
  if (text.isWellFormed() && !UNCLEAN.test(text)) return text;
  return text.toWellFormed().replace(UNSEEN, ' ').replace(/ {2,}/g, ' ').trim();
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

/** Cuts to at most `maxBytes` of UTF-8, never inside a character, with an ellipsis at the end when something was cut. */
export function cutBytes(text: string, maxBytes: number): string {
  if (text.length * UTF8_BYTES_MAX <= maxBytes || byteLength(text) <= maxBytes) return text;
  const roomBytes = maxBytes - byteLength(ELLIPSIS);
  if (roomBytes < 0) return '';
  const bytes = Buffer.from(text, 'utf8');
  let end = roomBytes;
  // A UTF-8 continuation byte is 10xxxxxx: the cut moves back to the beginning of the character.
  while (end > 0 && (bytes.readUInt8(end) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end) + ELLIPSIS;
}
