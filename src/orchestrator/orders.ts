// Spots orders in text that anybody may have written: imperatives to an assistant or administrator, and commands to the cluster.

const addressed =
  /\b(assistant|administrator|admin|operator|advisor|model|agent|nemotron|llm|system)\b[^.\n]{0,60}\b(please|must|should|now|immediately|scale|delete|drain|restart|remove|run|execute|apply|patch|cordon|ignore|disregard|approve|grant|set)\b/i;
const commands =
  /\b(kubectl|helm|oc|crictl|docker)\s+(-\S+\s+\S*\s*)*(delete|scale|drain|apply|patch|exec|rollout|cordon|set|edit|create|uninstall|upgrade|run|rm)\b/i;
const overrides =
  /\b(ignore|disregard|forget)\b[^.\n]{0,40}\b(previous|prior|above|all|earlier|your)\b[^.\n]{0,40}\b(instructions?|rules?|prompts?|orders?|policy|guardian)\b/i;
const imperatives =
  /(^|[.:;!>\]"]\s*)(please\s+)?(scale|delete|drain|remove|restart|cordon|terminate|destroy|wipe|shut down)\s+(the\s+)?(namespace|deployment|statefulset|daemonset|pods?|nodes?|workload|cluster|all|every|[a-z0-9-]+\/[a-z0-9-]+)\b/i;

/** True when the text tries to give an order. It is only a mark for people: untrusted text is never followed either way. */
export function givesOrder(text: string): boolean {
  const plain = text.normalize('NFKC').replaceAll(/[\p{Cf}]/gu, '');
  return [addressed, commands, overrides, imperatives].some((one) => one.test(plain));
}
