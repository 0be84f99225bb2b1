/** Requests that Node's parser gives up on never reach a route; they get a problem all the same, and the connection ends. */
import type { FastifyServerOptions } from 'fastify'
import { clientTimeout, headersTooLarge, malformedRequest, Problem, type ProblemType } from '#kernel/errors/index.ts'
import { problemBody, problemMediaType } from './problem-reply.ts'

const byCode: Record<string, readonly [ProblemType, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [clientTimeout, 'The request was not received completely within the time allowed.'],
  HPE_HEADER_OVERFLOW: [headersTooLarge, 'The headers together are larger than 16 KB.'],
}

export const answerClientError: NonNullable<FastifyServerOptions['clientErrorHandler']> = (error, socket) => {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) {
    const [type, detail] = byCode[error.code] ?? [malformedRequest, 'This is not an HTTP request as RFC 9112 has it.']
    const body = JSON.stringify(problemBody(new Problem(type, detail), ''))
    const head = [
      `HTTP/1.1 ${type.status} ${type.title}`,
      `Content-Type: ${problemMediaType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ]
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
  socket.destroySoon()
}
