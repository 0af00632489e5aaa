import { hash } from 'node:crypto';
import type { Seed } from '../tenant/ids.ts';

/** Draws a number in [0, 1). */
export type Draw = () => number;

/** A stream of draws that depends only on the seed and its name, so that every run repeats. */
export const createDraw = (seed: Seed, name: string): Draw => {
  let count = 0;
  return () => Number.parseInt(hash('sha256', `${seed}/${name}/${count++}`, 'hex').slice(0, 8), 16) / 2 ** 32;
};

/** How often something unpleasant happens: to the next few, or at random. */
export type Chance = { probability: number; next: number };

/** Whether it happens this time; uses up one of `next`. */
export const happens = (chance: Chance, draw: Draw): boolean => {
  if (chance.next > 0) {
    chance.next -= 1;
    return true;
  }
  return chance.probability > 0 && draw() < chance.probability;
};
