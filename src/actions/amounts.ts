// Amounts of memory and CPU as parameters: read once, compared by value, and written the way the API server gives them back (writes.md A.5).
import { z } from 'zod';
import { formatBytes, formatCores, parseQuantity } from '../model/quantity.ts';

export const amountNames = ['memory', 'cpu'] as const;
export type AmountName = (typeof amountNames)[number];

/** Decimal suffixes of bytes, largest first, as the server prints amounts that were written without `i`. */
const decimals: readonly (readonly [string, number])[] = [
  ['E', 1e18],
  ['P', 1e15],
  ['T', 1e12],
  ['G', 1e9],
  ['M', 1e6],
  ['k', 1e3],
];

/** The parameter `limits` or `requests`: at least one amount above zero, in whole bytes and whole millicores. */
export function amounts(of: string) {
  return z
    .strictObject(
      {
        memory: z.exactOptional(
          z
            .string(`${of}.memory must be text such as 384Mi`)
            .refine((text) => isWhole(parseQuantity(text)), `${of}.memory must be whole bytes above 0, such as 384Mi`),
        ),
        cpu: z.exactOptional(
          z
            .string(`${of}.cpu must be text such as 500m`)
            .refine(
              (text) => isWhole(millicores(text)),
              `${of}.cpu must be whole millicores above 0, such as 500m or 2`,
            ),
        ),
      },
      `${of} may hold memory and cpu, nothing else`,
    )
    .refine((given) => Object.keys(given).length > 0, `${of} names no amount: leave it out or give memory or cpu`);
}

/** `0.25Gi` → `256Mi`, `0.5` → `500m`, `1500M` → `1500M`: the canonical form of the same number. */
export function canonical(resource: AmountName, text: string): string {
  const number = parseQuantity(text);
  if (number === null) return text;
  if (resource === 'cpu') return formatCores(number);
  if (text.endsWith('i')) return formatBytes(number);
  if (/[eE][+-]?\d+$/.test(text)) return text;
  const [suffix, size] = decimals.find(([, one]) => number >= one && number % one === 0) ?? ['', 1];
  return `${number / size}${suffix}`;
}

/** Binary floating point leaves a rest in products such as 0.29 × 1000. */
function millicores(text: string): number | null {
  const cores = parseQuantity(text);
  if (cores === null) return null;
  const rounded = Math.round(cores * 1000);
  return Math.abs(cores * 1000 - rounded) < 1e-6 ? rounded : null;
}

function isWhole(value: number | null): boolean {
  return value !== null && value > 0 && Number.isSafeInteger(value);
}
