import { type Zippable, zipSync } from 'fflate';

/** Files by their name in the archive, with forward slashes. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** The earliest moment a zip can hold. fflate writes local time, so local midnight is the same bytes everywhere. */
const noTime = new Date(1980, 0, 1);

const unix = 3;
const readableFile = 0o100644 << 16;

/** A zip archive that depends on nothing but the files: no times, no order of a folder, no user. */
export function zip(files: Files): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const contents = files[name];
    if (contents) entries[name] = [contents, { os: unix, attrs: readableFile }];
  }
  return zipSync(entries, { level: 9, mtime: noTime });
}
