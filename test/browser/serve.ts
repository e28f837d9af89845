import { open } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * Serves folders on this machine, with ranges.
 * @param mounts folders by the first part of their address
 */
export async function serve(mounts: Readonly<Record<string, string>>): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const [, mount = '', ...rest] = path.split('/');
    const folder = mounts[mount];
    if (folder === undefined) void end(response, 404);
    else void send(response, join(folder, ...rest), request.method === 'HEAD', request.headers.range);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

async function send(response: ServerResponse, path: string, isHead: boolean, range: string | undefined): Promise<void> {
  const file = await open(path).catch(() => undefined);
  const size = (await file?.stat())?.size;
  if (!file || size === undefined) return end(response, 404);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  const [start, length] = from === undefined ? [0, size] : [Number(from), Number(to) - Number(from) + 1];
  response.writeHead(from === undefined ? 200 : 206, {
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-length': length,
  });
  const { buffer } = await file.read(Buffer.alloc(isHead ? 0 : length), 0, isHead ? 0 : length, start);
  await file.close();
  response.end(buffer);
}

async function end(response: ServerResponse, status: number): Promise<void> {
  response.writeHead(status);
  response.end();
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
