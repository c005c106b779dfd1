// Quantities in the one form in which the API server returns them (apimachinery resource.Quantity, CanonicalizeBytes).

const scale = 10n ** 9n;
const binary: Readonly<Record<string, bigint>> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const decimalSuffix = new Map(Object.entries(decimalExponents).map(([suffix, exponent]) => [exponent, suffix]));

/** "0.25Gi" → "256Mi", "0.5" → "500m", "1024Mi" → "1Gi"; null when the text is no quantity. */
export function canonicalQuantity(text: string): string | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE]))?$/.exec(text);
  if (match === null || ((match[2] ?? '') === '' && (match[3] ?? '') === '')) return null;
  const negative = match[1] === '-';
  const suffix = match[5] ?? '';
  const digits = BigInt(`${match[2] ?? ''}${match[3] ?? ''}` || '0');
  const places = (match[3] ?? '').length;
  const unit = binary[suffix];
  const exponent = match[4] === undefined ? (decimalExponents[suffix] ?? 0) : Number(match[4].slice(1));
  if (Math.abs(exponent) > 30) return null;
  const nano = unit === undefined ? shifted(digits, 9 + exponent - places) : dividedUp(digits * unit * scale, places);
  if (nano === 0n) return '0';
  const body =
    unit !== undefined && nano % scale === 0n && nano / scale >= 1024n
      ? binaryText(nano / scale)
      : decimalText(nano, match[4] !== undefined);
  return negative ? `-${body}` : body;
}

function shifted(digits: bigint, places: number): bigint {
  return places >= 0 ? digits * 10n ** BigInt(places) : dividedUp(digits, -places);
}

/** Divides by a power of ten, rounding away from zero as the server does below a nano. */
function dividedUp(value: bigint, places: number): bigint {
  const divisor = 10n ** BigInt(places);
  return (value + divisor - 1n) / divisor;
}

function binaryText(value: bigint): string {
  let rest = value;
  let step = 0;
  while (step < 6 && rest % 1024n === 0n) {
    rest /= 1024n;
    step += 1;
  }
  return `${rest}${['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'][step] ?? ''}`;
}

function decimalText(nano: bigint, asExponent: boolean): string {
  let rest = nano;
  let exponent = -9;
  while (exponent < 18 && rest % 1000n === 0n) {
    rest /= 1000n;
    exponent += 3;
  }
  if (asExponent) return exponent === 0 ? String(rest) : `${rest}e${exponent}`;
  return `${rest}${decimalSuffix.get(exponent) ?? ''}`;
}
