import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { preview } from 'vite';

/** Whether Deskgraph serves the app by itself (`http.static_dir`), or `vite preview` in front of it. */
const IS_SERVED_BY_DESKGRAPH = false;

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; form-action 'self'";

/** Starts Deskgraph with fresh demo data on a free port. The tests find it at `process.env.CENTER_URL`. */
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
      ...(IS_SERVED_BY_DESKGRAPH ? { DESKGRAPH_HTTP__STATIC_DIR: resolve('dist') } : {}),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(createInterface(deskgraph.stdout));
  process.env.CENTER_URL = IS_SERVED_BY_DESKGRAPH ? url : await startPreview(url);

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

async function startPreview(target: string): Promise<string> {
  const server = await preview({
    preview: {
      host: '127.0.0.1',
      port: 0,
      headers: { 'content-security-policy': CONTENT_SECURITY_POLICY },
      proxy: { '/graphql': { target, ws: true } },
    },
  });
  return server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
}
