import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { reserveAddress } from '../../../local/samba/addresses.ts';

it('gives everybody who asks at the same time an address of their own, and never 127.0.0.1', async () => {
  const reservations = await Promise.all(Array.from({ length: 8 }, () => reserveAddress()));
  const addresses = reservations.map(({ address }) => address);
  expect(new Set(addresses).size).toBe(8);
  for (const address of addresses) expect(address).toMatch(/^127\.0\.0\.(?!1$)\d+$/);
  await Promise.all(reservations.map(({ release }) => release()));
});

it('refuses an address that is reserved, and gives it once it is released', async () => {
  const { address, release } = await reserveAddress();
  await expect(reserveAddress(address)).rejects.toThrow(`${address} is not free`);
  await release();
  const again = await reserveAddress(address);
  expect(again.address).toBe(address);
  await again.release();
});

it.each([389, 636, 3268, 3269])('refuses an address where a stranger listens on port %i', async (port) => {
  const { address, release } = await reserveAddress();
  const stranger = createServer().listen(port, address);
  await once(stranger, 'listening');
  await release();
  try {
    await expect(reserveAddress(address)).rejects.toThrow(`${address} is not free`);
  } finally {
    stranger.close();
  }
});
