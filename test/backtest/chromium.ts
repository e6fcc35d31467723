import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Rendered {
  /** The document after the browser has built it, as markup. */
  readonly dom: string;
  /** What the browser has to say: refused styles and scripts among it. */
  readonly log: string;
}

/** Opens a page in a real browser. The browser comes with the system (.ci/run installs it). */
export async function rendered(html: string): Promise<Rendered> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-page-'));
  try {
    const file = join(folder, 'page.html');
    writeFileSync(file, html);
    const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${join(folder, 'profile')}`];
    const { stdout, stderr } = await promisify(execFile)(
      'chromium',
      [...args, '--enable-logging=stderr', '--window-size=1240,1600', '--dump-dom', `file://${file}`],
      { maxBuffer: 64_000_000, timeout: 90_000 },
    );
    return { dom: stdout, log: stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
