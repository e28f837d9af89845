import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderForAll } from '../support/testFolders.ts';
import { openFetchFolder } from './fetchFolder.ts';
import { serve } from './serve.ts';

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

describe('a model folder behind a URL', () => {
  const folder = folderForAll();
  let server: Awaited<ReturnType<typeof serve>>;
  let url: string;

  beforeAll(async () => {
    await writeFile(join(folder.path, 'config.json'), '{"a": "ü"}');
    await writeFile(join(folder.path, 'weights 1.bin'), BYTES);
    server = await serve({ model: folder.path });
    url = `${server.origin}/model/`;
  });
  afterAll(() => server.close());

  it('gives texts, and parts of files', async () => {
    expect(await openFetchFolder(url).readText('config.json')).toBe('{"a": "ü"}');
    const file = await openFetchFolder(url).openFile('weights 1.bin');
    expect(file.size).toBe(1000);
    expect(await file.read(300, 5)).toEqual(BYTES.slice(300, 305));
    expect(await file.read(1000, 0)).toEqual(new Uint8Array(0));
    await file.close();
  });

  it('says what is missing, cut short or out of reach', async () => {
    const model = openFetchFolder(url);
    expect(await model.readText('tokenizer.json')).toBeUndefined();
    await expect(model.openFile('model.safetensors')).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringContaining('is missing'),
    });
    const file = await model.openFile('weights 1.bin');
    await expect(file.read(990, 11)).rejects.toMatchObject({ code: 'bad-model', message: expect.stringContaining('cut short') });
    const gone = openFetchFolder('http://127.0.0.1:9/');
    await expect(gone.readText('config.json')).rejects.toMatchObject({ code: 'bad-model' });
  });

  it.each(['../secret', 'a/../../secret', '/secret', 'a//b', './a', ''])('refuses the name %j', async (name) => {
    await expect(openFetchFolder(url).readText(name)).rejects.toMatchObject({
      code: 'bad-model',
      message: expect.stringContaining('outside'),
    });
  });

  it('asks a server that knows no ranges for the file once', async () => {
    let bodies = 0;
    const plain = createServer((request, response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      if (request.method !== 'HEAD') bodies++;
      response.end(request.method === 'HEAD' ? undefined : BYTES);
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as AddressInfo;
    const file = await openFetchFolder(`http://127.0.0.1:${port}/`).openFile('weights');
    expect(await file.read(10, 4)).toEqual(BYTES.slice(10, 14));
    expect(await file.read(990, 10)).toEqual(BYTES.slice(990));
    expect(bodies).toBe(1);
    plain.closeAllConnections();
    await new Promise((resolve) => plain.close(resolve));
  });
});
