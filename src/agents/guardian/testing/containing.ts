// A text that must be part of a sentence, as an asymmetric matcher of the test runner.

export function containing(text: string): { readonly asymmetricMatch: (other: unknown) => boolean } {
  return { asymmetricMatch: (other) => typeof other === 'string' && other.includes(text) };
}
