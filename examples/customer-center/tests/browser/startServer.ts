import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts Deskgraph with the built app and fresh demo data on a free port. The tests find it at `process.env.CENTER_URL`. */
export default async function startServer(): Promise<() => Promise<void>> {
  const program = process.env.DESKGRAPH;
  if (program === undefined) throw new Error('Set DESKGRAPH to the path of the program deskgraph.');

  const folder = mkdtempSync(join(tmpdir(), 'customer-center-'));
  const deskgraph = spawn(resolve(program), ['serve', '--demo'], {
    cwd: folder,
    env: {
      ...process.env,
      DESKGRAPH_HTTP__LISTEN: '127.0.0.1:0',
      DESKGRAPH_GROUPS__CUSTOMER_GROUP_SUPPORT: 'true',
      DESKGRAPH_LOG: 'warn',
      DESKGRAPH_HTTP__STATIC_DIR: resolve('dist'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.env.CENTER_URL = await addressOf(createInterface(deskgraph.stdout));

  return async () => {
    deskgraph.kill();
    await once(deskgraph, 'exit');
    rmSync(folder, { recursive: true });
  };
}

async function addressOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = /answers at (http:\/\/[^/]+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('Deskgraph did not start.');
}
