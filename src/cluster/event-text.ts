// Times and texts in the form that the API server takes for Lease and Event.

/** RFC 3339 with exactly six fraction digits, the only form of MicroTime that the server takes. */
export function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/Z$/, '000Z');
}

/** At most `bytes` of UTF-8, cut between characters. */
export function shortened(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  let end = bytes;
  // A continuation byte (10xxxxxx) belongs to the character before it.
  while (end > 0 && ((encoded[end] ?? 0) & 0b1100_0000) === 0b1000_0000) end -= 1;
  return new TextDecoder().decode(encoded.subarray(0, end));
}
