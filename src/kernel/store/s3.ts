/** A store in a bucket of S3 or of something that speaks like it. The SDK is loaded at the first use. */
import type { S3Client } from '@aws-sdk/client-s3'
import { type Dial, nodeAgents } from '#kernel/dial/index.ts'
import { checkName, missing, type Store } from './store.ts'

export type S3Options = {
  /** Opens its connections. The SDK asks an instance role for credentials by itself: at fixed addresses that no data decides. */
  readonly dial: Dial
  readonly bucket: string
  /** Put before every name; without slashes at its ends. */
  readonly prefix: string
  readonly region: string
  readonly endpoint?: string | undefined
  /** `https://endpoint/bucket/name` in place of `https://bucket.endpoint/name`. */
  readonly forcePathStyle: boolean
  /** Undefined: what the SDK finds (environment, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
}

const policy = { name: 'archive' }

/** Parts of an upload; all but the last must have 5 MiB. */
const partBytes = 8 * 1024 * 1024

type Sdk = typeof import('@aws-sdk/client-s3')
type Opened = { readonly sdk: Sdk; readonly client: S3Client }

export function s3Store(options: S3Options): Store {
  const { dial, bucket: Bucket, prefix, region, endpoint, forcePathStyle, credentials } = options
  let opened: Promise<Opened> | undefined
  const open = () => {
    opened ??= Promise.all([import('@aws-sdk/client-s3'), nodeAgents(dial, policy)]).then(([sdk, agents]) => ({
      sdk,
      client: new sdk.S3Client({
        region,
        requestHandler: agents,
        forcePathStyle,
        // Not every store that speaks S3 knows the newer checksums; archives carry their own sha256.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...(endpoint ? { endpoint } : {}),
        ...(credentials ? { credentials } : {}),
      }),
    }))
    return opened
  }
  const base = prefix === '' ? '' : `${prefix}/`
  const keyOf = (name: string) => `${base}${checkName(name)}`

  const head: Store['head'] = async (name) => {
    const { sdk, client } = await open()
    try {
      const found = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: keyOf(name) }))
      return { name, bytes: found.ContentLength ?? 0 }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  return {
    place: `s3://${Bucket}/${prefix}`,
    head,
    async put(name, content) {
      if (await head(name)) return false
      return upload(await open(), { Bucket, Key: keyOf(name) }, content)
    },
    async *get(name) {
      const { sdk, client } = await open()
      const reply = await client.send(new sdk.GetObjectCommand({ Bucket, Key: keyOf(name) })).catch((error) => {
        throw statusOf(error) === 404 ? missing(name, error) : error
      })
      for await (const chunk of reply.Body as AsyncIterable<Uint8Array>) yield chunk
    },
    async *list(wanted) {
      const { sdk, client } = await open()
      for (let token: string | undefined; ; ) {
        const page = await client.send(
          new sdk.ListObjectsV2Command({ Bucket, Prefix: base + wanted, ContinuationToken: token }),
        )
        for (const { Key, Size } of page.Contents ?? [])
          if (Key) yield { name: Key.slice(base.length), bytes: Size ?? 0 }
        token = page.IsTruncated ? page.NextContinuationToken : undefined
        if (!token) return
      }
    },
    async delete(name) {
      const { sdk, client } = await open()
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: keyOf(name) }))
    },
  }
}

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode

/** Somebody else wrote the name meanwhile. */
const isTaken = (error: unknown): boolean => [409, 412].includes(statusOf(error) ?? 0)

type Target = { readonly Bucket: string; readonly Key: string }

/** Small content in one request; more as an upload in parts, which appears only when it is completed. */
async function upload({ sdk, client }: Opened, target: Target, content: AsyncIterable<Uint8Array>): Promise<boolean> {
  const parts = inParts(content)
  const first = await parts.next()
  const second = first.done ? first : await parts.next()
  try {
    if (second.done) {
      const Body = first.done ? Buffer.alloc(0) : first.value
      await client.send(new sdk.PutObjectCommand({ ...target, Body, IfNoneMatch: '*' }))
      return true
    }
    await uploadParts({ sdk, client }, target, [first.value as Buffer, second.value], parts)
    return true
  } catch (error) {
    if (isTaken(error)) return false
    throw error
  }
}

async function uploadParts({ sdk, client }: Opened, target: Target, begun: Buffer[], rest: AsyncIterable<Buffer>) {
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(target))
  try {
    const Parts: { ETag: string | undefined; PartNumber: number }[] = []
    const send = async (Body: Buffer) => {
      const PartNumber = Parts.length + 1
      const { ETag } = await client.send(new sdk.UploadPartCommand({ ...target, UploadId, PartNumber, Body }))
      Parts.push({ ETag, PartNumber })
    }
    for (const part of begun) await send(part)
    for await (const part of rest) await send(part)
    await client.send(
      new sdk.CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts },
        IfNoneMatch: '*',
      }),
    )
  } catch (error) {
    await client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined)
    throw error
  }
}

async function* inParts(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined> {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of content) {
    waiting.push(chunk)
    bytes += chunk.length
    if (bytes < partBytes) continue
    yield Buffer.concat(waiting)
    waiting = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(waiting)
  return undefined
}
