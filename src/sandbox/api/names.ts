// Names as the API server judges them: each check answers with what is wrong, in the server's words, or null.

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const namePartText =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

export function wrongWithLabel(name: string): string | null {
  if (name.length > 63) return 'must be no more than 63 characters';
  return label.test(name) ? null : labelText;
}

export function wrongWithSubdomain(name: string): string | null {
  if (name.length > 253) return 'must be no more than 253 characters';
  return subdomain.test(name) ? null : subdomainText;
}

export function wrongWithLabelValue(value: string): string | null {
  if (value.length > 63) return 'must be no more than 63 characters';
  return labelValue.test(value) ? null : labelValueText;
}

/** A key of labels, annotations and selectors: a name, or a domain and a name. */
export function wrongWithKey(key: string): string | null {
  const cut = key.indexOf('/');
  const name = cut < 0 ? key : key.slice(cut + 1);
  if (cut >= 0) {
    const prefix = wrongWithSubdomain(key.slice(0, cut));
    if (prefix !== null) return `prefix part ${prefix}`;
  }
  if (name === '') return 'name part must be non-empty';
  if (name.length > 63) return 'name part must be no more than 63 characters';
  return namePart.test(name) ? null : namePartText;
}

/** The name of a port, by which Services and probes find it. */
export function wrongWithPortName(name: string): string | null {
  if (name.length > 15) return 'must be no more than 15 characters';
  if (!/^[-a-z0-9]+$/.test(name)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)';
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)';
  if (name.includes('--')) return 'must not contain consecutive hyphens';
  return /^-|-$/.test(name) ? 'must not begin or end with a hyphen' : null;
}

export function wrongWithVariable(name: string): string | null {
  return /^[ -<>-~]+$/.test(name)
    ? null
    : "a valid environment variable name must consist only of printable ASCII characters other than '='";
}
