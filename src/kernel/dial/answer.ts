/** Reads an answer as far as is allowed, whatever the other side sends. */
import { pipeline, type Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Problem } from '#kernel/errors/index.ts'
import { answerTooLarge, answerUnusable } from './problems.ts'

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** The body, decoded where that was asked for; what is counted is what comes out. */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  { maxBytes, decode }: { maxBytes: number; decode: boolean },
): Promise<Buffer<ArrayBuffer>> {
  const source = decoded(body, encoding, decode)
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new Problem(answerTooLarge, 'The answer is larger than is read.')
      chunks.push(chunk)
    }
  } finally {
    // Ends the connection where there is more to come: it is not worth reading to its end.
    if (!body.readableEnded) body.on('error', () => undefined).destroy()
  }
  return Buffer.concat(chunks)
}

function decoded(body: Readable, encoding: string | undefined, decode: boolean): Readable {
  const name = encoding?.trim().toLowerCase() ?? 'identity'
  if (name === 'identity' || name === '') return body
  const make = decode ? decoders[name] : undefined
  if (!make) {
    body.on('error', () => undefined).destroy()
    throw new Problem(answerUnusable, 'The answer has an encoding that was not asked for.')
  }
  const decoder = make()
  // Errors of either side come out of the decoder, which is read.
  pipeline(body, decoder, () => undefined)
  return decoder
}

const withoutBody = new Set([204, 205, 304])

/** As the web's own type, for libraries that want one; fields of the connection are not passed on. */
export function toResponse(
  status: number,
  fields: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer<ArrayBuffer>,
): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || /^(content-encoding|content-length|transfer-encoding|connection|keep-alive)$/.test(name))
      continue
    for (const one of [value].flat()) headers.append(name, one)
  }
  if (status < 200 || status > 599)
    throw new Problem(answerUnusable, 'The answer has a status that HTTP does not know.')
  return new Response(withoutBody.has(status) ? null : body, { status, headers })
}
