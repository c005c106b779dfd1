// Answers of Prometheus for the load of the scale benchmarks, byte for byte as `/api/v1/query` writes them, in pieces of 64 KiB.
import { replicas } from '../kernel/load.ts';

const pieceBytes = 64 * 1024;
const seriesAtOnce = 2_000;

/** What a server sends when every series of the load has these values at this time. Labels as cAdvisor's, 330 bytes a series. */
export function wireForm(values: Float64Array, atMs: number): readonly Uint8Array[] {
  const workloads = Math.max(1, Math.floor(values.length / replicas));
  const parts: Buffer[] = [Buffer.from('{"status":"success","data":{"resultType":"vector","result":[')];
  for (let from = 0; from < values.length; from += seriesAtOnce) {
    let text = '';
    for (let slot = from; slot < Math.min(values.length, from + seriesAtOnce); slot += 1)
      text += `${slot === 0 ? '' : ','}${seriesText(slot % workloads, Math.floor(slot / workloads), values[slot]!, atMs)}`;
    parts.push(Buffer.from(text));
  }
  parts.push(Buffer.from(']}}'));
  const whole = Buffer.concat(parts);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < whole.length; from += pieceBytes) pieces.push(whole.subarray(from, from + pieceBytes));
  return pieces;
}

/** The id that the load gave the series with these labels. */
export function idOf(labels: Readonly<Record<string, string>>): string {
  return `${labels['workload'] ?? ''}/${labels['replica'] ?? ''}`;
}

function seriesText(workload: number, replica: number, value: number, atMs: number): string {
  const hash = ((workload * 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
  return `{"metric":{"__name__":"container_memory_working_set_bytes","container":"app","id":"/kubepods/burstable/pod${hash}/${replica}","image":"registry.example.com/team/app:1.2.${workload % 40}","instance":"10.0.${workload % 250}.7:10250","job":"kubelet","namespace":"team-${workload % 97}","node":"node-${(workload + replica) % 500}","replica":"replica-${replica}","workload":"workload-${workload}"},"value":[${atMs / 1000},"${value}"]}`;
}
