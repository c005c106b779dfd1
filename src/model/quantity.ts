// Kubernetes quantities: parsed once at the edge, written back as a manifest writes them.

const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};

/** The number behind a quantity ("250m" → 0.25, "1Gi" → 1073741824), or null when the text is no quantity. */
export function parseQuantity(text: string): number | null {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE]))?$/.exec(text.trim());
  if (match === null) return null;
  const number = Number(match[1]);
  if (match[2] !== undefined) return number * 10 ** Number(match[2].slice(1));
  const suffix = match[3] ?? '';
  const factor = binary[suffix] ?? decimal[suffix];
  return factor === undefined ? null : number * factor;
}

/** Bytes as the largest binary unit that divides them evenly, as the API server prints them ("384Mi"). */
export function formatBytes(bytes: number): string {
  for (const unit of ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki']) {
    const size = binary[unit] ?? 1;
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(Math.round(bytes));
}

/** Cores as whole numbers or millicores ("2", "250m"). */
export function formatCores(cores: number): string {
  const millicores = Math.round(cores * 1000);
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

/** Whether two quantities mean the same number; text that is no quantity is compared as text. */
export function sameQuantity(left: string, right: string): boolean {
  const a = parseQuantity(left);
  const b = parseQuantity(right);
  return a === null || b === null ? left === right : a === b;
}
