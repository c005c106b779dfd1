// The process's own environment as plain data; apart from the configuration, so that help is printed without loading a schema.

export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return { ...process.env };
}
