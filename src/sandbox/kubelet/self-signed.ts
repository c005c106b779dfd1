// A self-signed certificate for a simulated kubelet: API servers speak TLS to kubelets and, unless told otherwise, do not check who signed it.
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export type ServerCertificate = { readonly key: string; readonly cert: string };

/** An ECDSA P-256 certificate for 127.0.0.1 and localhost, valid from a day before `nowMs` for ten years (X.509 v3, RFC 5280). */
export function selfSignedCertificate(commonName: string, nowMs: number): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid([1, 2, 840, 10045, 4, 3, 2]));
  const name = sequence(tagged(0x31, sequence(oid([2, 5, 4, 3]), tagged(0x0c, Buffer.from(commonName)))));
  const day = 86_400_000;
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1, ...Buffer.from(nowMs.toString(16).padStart(12, '0'), 'hex')])),
    algorithm,
    name,
    sequence(time(nowMs - day), time(nowMs + 3_650 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(subjectAlternativeNames())),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return { key: pem(privateKey), cert: pemText('CERTIFICATE', certificate) };
}

function subjectAlternativeNames(): Buffer {
  const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  return sequence(oid([2, 5, 29, 17]), tagged(0x04, names));
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return tagged(0x06, Buffer.from(bytes));
}

/** GeneralizedTime, which RFC 5280 asks for only from 2050 on but every reader takes; UTCTime before. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
  return Number(text.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(`${text.slice(2)}Z`))
    : tagged(0x18, Buffer.from(`${text}Z`));
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function pemText(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
