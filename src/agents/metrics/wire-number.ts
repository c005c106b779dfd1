// Reads a decimal number from bytes, rounded as the language rounds it, without making a string for it.
// Up to 15 digits with a small power of ten are exact in one operation (Clinger 1990). Longer ones are computed with
// twice the digits of a double (Dekker 1971) and taken when the rounding cannot be in doubt (Ziv 1991); else the slow way is gone.

const zero = 0x30;
const nine = 0x39;
const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
/** Measurements lie within; the few beyond take the slow way. */
const mostExponent = 64;
const headDigits = 15;
/** Larger than the error of the double-double product, which is below 2^-102. */
const doubt = 2 ** -98;

const tenHigh = new Float64Array(2 * mostExponent + 1);
const tenLow = new Float64Array(2 * mostExponent + 1);
for (let exponent = -mostExponent; exponent <= mostExponent; exponent += 1) fillPower(exponent);

/**
 * Writes the number between `from` and `to` to `out[0]`: what `Number()` gives for the same text. Answers false, and
 * leaves NaN there, when that is no finite decimal number.
 */
export function readDecimal(bytes: Uint8Array, from: number, to: number, out: Float64Array): boolean {
  let at = from;
  let isNegative = false;
  const first = bytes[at];
  if (at < to && (first === minus || first === plus)) {
    isNegative = first === minus;
    at += 1;
  }
  let head = 0;
  let headCount = 0;
  let tail = 0;
  let tailCount = 0;
  let exponent = 0;
  let hasPoint = false;
  let hasDigit = false;
  for (; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= zero && byte <= nine) {
      hasDigit = true;
      if (hasPoint) exponent -= 1;
      if (headCount < headDigits) {
        head = head * 10 + (byte - zero);
        if (head > 0) headCount += 1;
      } else if (tailCount < headDigits) {
        tail = tail * 10 + (byte - zero);
        tailCount += 1;
      } else return slowly(bytes, from, to, out);
    } else if (byte === point && !hasPoint) hasPoint = true;
    else break;
  }
  if (!hasDigit) return slowly(bytes, from, to, out);
  if (at < to) {
    const power = exponentAt(bytes, at, to);
    if (Math.abs(power) > mostExponent) return slowly(bytes, from, to, out);
    exponent += power;
  }
  if (tailCount === 0 && exponent >= -22 && exponent <= 0) {
    const value = exponent === 0 ? head : head / (tenHigh[mostExponent - exponent] ?? Number.NaN);
    out[0] = isNegative ? -value : value;
    return true;
  }
  if (Math.abs(exponent) > mostExponent) return slowly(bytes, from, to, out);

  // head × 10^tailCount + tail, as the sum of two doubles.
  const lift = tenHigh[mostExponent + tailCount] ?? Number.NaN;
  const lifted = head * lift;
  const sum = lifted + tail;
  const low = productError(head, lift, lifted) + (tail - (sum - lifted));
  // Times 10^exponent, again as the sum of two doubles.
  const high = tenHigh[mostExponent + exponent] ?? Number.NaN;
  const product = sum * high;
  const error = productError(sum, high, product) + (sum * (tenLow[mostExponent + exponent] ?? Number.NaN) + low * high);
  const margin = product * doubt;
  const value = product + (error - margin);
  if (value !== product + (error + margin)) return slowly(bytes, from, to, out);
  out[0] = isNegative ? -value : value;
  return true;
}

/** The power of ten from its `e` on; infinity, which is within no bound, when it is none of at most three digits. */
function exponentAt(bytes: Uint8Array, from: number, to: number): number {
  if (((bytes[from] ?? 0) | 0x20) !== 0x65) return Number.POSITIVE_INFINITY;
  const sign = bytes[from + 1];
  const start = sign === minus || sign === plus ? from + 2 : from + 1;
  if (start >= to || to - start > 3) return Number.POSITIVE_INFINITY;
  let power = 0;
  for (let at = start; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return Number.POSITIVE_INFINITY;
    power = power * 10 + digit;
  }
  return sign === minus ? -power : power;
}

/** What the rounded product of two doubles leaves out (Dekker's product). */
function productError(left: number, right: number, product: number): number {
  const leftSplit = left * 134_217_729;
  const leftHigh = leftSplit - (leftSplit - left);
  const leftLow = left - leftHigh;
  const rightSplit = right * 134_217_729;
  const rightHigh = rightSplit - (rightSplit - right);
  const rightLow = right - rightHigh;
  return leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow);
}

function slowly(bytes: Uint8Array, from: number, to: number, out: Float64Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u.test(text) ? Number(text) : Number.NaN;
  const isNumber = Number.isFinite(value);
  out[0] = isNumber ? value : Number.NaN;
  return isNumber;
}

/** 10^exponent as the sum of two doubles, the second from the exact rest. */
function fillPower(exponent: number): void {
  const high = Number(`1e${exponent}`);
  tenHigh[mostExponent + exponent] = high;
  tenLow[mostExponent + exponent] = Number(restOf(high, exponent));
}

/** 10^exponent − high, exact to the 120th decimal: both sides scaled to integers by a power of two and a power of ten. */
function restOf(high: number, exponent: number): string {
  // high = mantissa × 2^power, exactly.
  let power = Math.floor(Math.log2(high)) - 52;
  let mantissa = high / 2 ** power;
  while (!Number.isInteger(mantissa)) {
    power -= 1;
    mantissa = high / 2 ** power;
  }
  const twos = 2n ** BigInt(Math.abs(power));
  const tens = 10n ** BigInt(Math.abs(exponent));
  const extra = 10n ** 120n;
  const exact = exponent >= 0 ? tens * extra : extra / tens;
  const rounded = power >= 0 ? BigInt(mantissa) * twos * extra : (BigInt(mantissa) * extra) / twos;
  return `${exact - rounded}e-120`;
}
