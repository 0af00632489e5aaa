import { expect, it } from 'vitest';
import { realUid } from '../../../local/samba/cache-folder.ts';

it.each([
  ['outside any user namespace', '         0          0 4294967295\n', 1000, 1000],
  ['as root of a namespace that an ordinary user made', '         0       1000          1\n', 0, 1000],
  ['in the second range of a map', '0 100000 1000\n1000 5000 10\n', 1003, 5003],
  ['where the map does not mention the user', '0 1000 1\n', 65534, 65534],
])('knows the real user id %s', (_name, map, uid, expected) => {
  expect(realUid(map, uid)).toBe(expected);
});
