/** A small S3 on loopback that really stores: enough of its protocol for our sink, and ways to go wrong. */
import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const accessKeyId = 'AKIDTEST'
export const secretAccessKey = 'a secret of the tests'

export type TestS3 = {
  readonly url: string
  readonly objects: Map<string, Buffer>
  /** Uploads begun and neither completed nor aborted. */
  readonly uploads: Map<string, Map<number, Buffer>>
  readonly requests: string[]
  /** Answers the next request it is true of with this status. */
  failWhen: ((line: string) => number | undefined) | undefined
  close(): Promise<void>
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')

/** AWS signature version 4, computed anew from what arrived. */
function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { authorization = '' } = request.headers
  const parts = /Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)/.exec(
    authorization,
  )
  if (!parts) return false
  const [, key, date, region, signed, signature] = parts as unknown as [string, string, string, string, string, string]
  const url = new URL(request.url!, 'http://x')
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join('&')
  const digest = String(request.headers['x-amz-content-sha256'])
  if (digest !== 'UNSIGNED-PAYLOAD' && digest !== sha256(body)) return false
  const canonical = [
    request.method,
    url.pathname,
    query,
    ...signed.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed,
    digest,
  ].join('\n')
  const text = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    `${date}/${region}/s3/aws4_request`,
    sha256(canonical),
  ]
  const signingKey = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), 's3'), 'aws4_request')
  return key === accessKeyId && hmac(signingKey, text.join('\n')).toString('hex') === signature
}

export async function testS3(bucket: string): Promise<TestS3> {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const requests: string[] = []
  let begun = 0
  const made = { objects, uploads, requests, failWhen: undefined } as unknown as TestS3

  const error = (reply: ServerResponse, status: number, code: string) =>
    reply
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
  const xml = (reply: ServerResponse, text: string) =>
    reply.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${text}`)

  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const url = new URL(request.url!, 'http://x')
    const line = `${request.method} ${url.pathname}${url.search}`
    requests.push(line)
    if (!isSigned(request, body)) return error(reply, 403, 'SignatureDoesNotMatch')
    const failing = made.failWhen?.(line)
    if (failing) return error(reply, failing, 'InternalError')
    const key = decodeURIComponent(url.pathname.slice(bucket.length + 2))
    const upload = url.searchParams.get('uploadId')
    const taken = request.headers['if-none-match'] === '*' && objects.has(key)
    if (request.method === 'GET' && key === '') return list(reply, url)
    if (request.method === 'POST' && url.searchParams.has('uploads')) {
      const id = `upload-${++begun}`
      uploads.set(id, new Map())
      return xml(reply, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (request.method === 'PUT' && upload) {
      uploads.get(upload)!.set(Number(url.searchParams.get('partNumber')), body)
      return reply.writeHead(200, { etag: `"${sha256(body).slice(0, 32)}"` }).end()
    }
    if (request.method === 'POST' && upload) {
      if (taken) return error(reply, 412, 'PreconditionFailed')
      const parts = [...uploads.get(upload)!].sort(([a], [b]) => a - b).map(([, part]) => part)
      objects.set(key, Buffer.concat(parts))
      uploads.delete(upload)
      return xml(reply, '<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>')
    }
    if (request.method === 'DELETE' && upload) {
      uploads.delete(upload)
      return reply.writeHead(204).end()
    }
    if (request.method === 'PUT') {
      if (taken) return error(reply, 412, 'PreconditionFailed')
      objects.set(key, body)
      return reply.writeHead(200, { etag: '"x"' }).end()
    }
    if (request.method === 'DELETE') {
      objects.delete(key)
      return reply.writeHead(204).end()
    }
    const found = objects.get(key)
    if (!found) return error(reply, 404, 'NoSuchKey')
    return reply.writeHead(200, { 'content-length': found.length }).end(request.method === 'HEAD' ? undefined : found)
  })

  /** Two names a page, so that paging is used. */
  function list(reply: ServerResponse, url: URL) {
    const after = url.searchParams.get('continuation-token') ?? ''
    const names = [...objects.keys()].sort().filter((name) => name.startsWith(url.searchParams.get('prefix') ?? ''))
    const rest = names.filter((name) => name > after)
    const page = rest.slice(0, 2)
    const contents = page.map(
      (name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)!.length}</Size></Contents>`,
    )
    const more = rest.length > page.length
    return xml(
      reply,
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : ''}${contents.join('')}</ListBucketResult>`,
    )
  }

  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return Object.assign(made, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  })
}
