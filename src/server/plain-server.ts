// The bare HTTP server: limits, schemas checked by zod, and faults answered in three sentences without a stack.
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Failure, type Problem } from '../model/failure.ts';
import type { Identity } from './identity.ts';
import { badRequest, bodyOf, internalFault, statusOf } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | null;
  }
}

export type Server = ReturnType<typeof plainServer>;

const bodyBytes = 64 * 1024;
const requestTimeoutMs = 30_000;

/** `onFault` is told of what was answered as an internal fault. */
export function plainServer(onFault: (error: unknown, requestId: string) => void) {
  const server = fastify({
    logger: false,
    bodyLimit: bodyBytes,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    genReqId: () => randomUUID(),
    frameworkErrors: (error, _request, reply) => {
      const { problem } = badRequest(error.message);
      reply.raw.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(bodyOf(problem)));
    },
  });
  // JSON only: a form of another page can send plain text without asking.
  server.removeContentTypeParser('text/plain');
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.decorateRequest('identity', null);
  server.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error) ?? internalFault(request.id);
    if (problem.code === 'internal-fault') onFault(error, request.id);
    await reply.code(statusOf(problem)).type('application/problem+json').send(bodyOf(problem));
  });
  return server.withTypeProvider<ZodTypeProvider>();
}

/** Null when it is a fault of ours. */
function problemOf(error: unknown): Problem | null {
  if (error instanceof Failure) return error.problem;
  const { statusCode, code, message } = faultOf(error);
  const said = badRequest(message).problem;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { ...said, code: 'body-too-large', why: `the body is larger than ${bodyBytes} bytes` };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return { ...said, code: 'not-json', why: 'the body must be JSON (content-type: application/json)' };
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY') return { ...said, why: 'the body is not JSON' };
  if (statusCode !== null && statusCode >= 400 && statusCode < 500) return said;
  return null;
}

function faultOf(error: unknown): { statusCode: number | null; code: string; message: string } {
  if (!(error instanceof Error)) return { statusCode: null, code: '', message: '' };
  const statusCode = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { statusCode, code, message: error.message };
}
