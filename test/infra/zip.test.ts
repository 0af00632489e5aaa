import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { zip } from '../../infra/package/zip.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test('an archive holds the files it was given', () => {
  const files = { 'host.json': text('{}'), 'folder/index.mjs': text('export {};') };
  expect(unzipSync(zip(files))).toEqual(files);
});

test('the order in which files are named does not change the archive', () => {
  const one = zip({ a: text('1'), b: text('2') });
  const other = zip({ b: text('2'), a: text('1') });
  expect(other).toEqual(one);
});

test('files carry the first moment a zip knows, in every time zone', () => {
  const archive = zip({ a: text('1') });
  const view = new DataView(archive.buffer, archive.byteOffset);
  expect({ time: view.getUint16(10, true), date: view.getUint16(12, true) }).toEqual({
    time: 0,
    date: (1 << 5) | 1,
  });
});

test('files can be read by any user of a Unix machine', () => {
  const archive = zip({ a: text('1') });
  const view = new DataView(archive.buffer, archive.byteOffset);
  const directory = view.getUint32(archive.length - 6, true);
  expect(view.getUint32(directory + 38, true) >>> 16).toBe(0o100644);
});
