// Noise in which nothing is wrong (detection.md 20.3), one value a minute, from seeded numbers.
import { createChance, wandering } from '../detect/chance.ts';

export type Noise = {
  readonly name: string;
  /** Bars hold for noise that is continuous and keeps its law; counts and walks are shown beside it. */
  readonly isHeld: boolean;
  readonly make: (seed: number) => (minute: number) => number;
};

const day = 1440;

const plain =
  (draw: (chance: ReturnType<typeof createChance>) => number) =>
  (seed: number): (() => number) => {
    const chance = createChance(seed);
    return () => draw(chance);
  };

const remembering =
  (memory: number) =>
  (seed: number): (() => number) =>
    wandering(createChance(seed), memory, 1);

export const noises: readonly Noise[] = [
  { name: 'white', isHeld: true, make: plain((chance) => chance.normal()) },
  { name: 'Student t(3)', isHeld: true, make: plain((chance) => chance.heavy(3)) },
  { name: 'lognormal(.8)', isHeld: true, make: plain((chance) => Math.exp(0.8 * chance.normal())) },
  { name: 'AR(.9)', isHeld: true, make: remembering(0.9) },
  { name: 'AR(.99)', isHeld: true, make: remembering(0.99) },
  {
    name: 'daily season + AR(.8)',
    isHeld: true,
    make: (seed) => {
      const next = remembering(0.8)(seed);
      return (minute) => 4 * Math.sin((2 * Math.PI * (minute % day)) / day) + next();
    },
  },
  {
    name: 'sawtooth with jitter',
    isHeld: true,
    make: (seed) => {
      const chance = createChance(seed);
      let filled = chance.next();
      return () => {
        filled += chance.between(0.5, 1.5) / 40;
        if (filled >= 1) filled = 0;
        return 4 * filled + 0.2 * chance.normal();
      };
    },
  },
  {
    name: 'random walk',
    isHeld: false,
    make: (seed) => {
      const chance = createChance(seed);
      let value = 0;
      return () => (value += 0.05 * chance.normal());
    },
  },
  { name: 'Poisson(.3)', isHeld: false, make: plain((chance) => chance.poisson(0.3)) },
  { name: 'one event in 2,000 min', isHeld: false, make: plain((chance) => chance.poisson(1 / 2000)) },
];
