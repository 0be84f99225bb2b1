/**
 * Where large files are kept: a folder or an S3 bucket. A name appears only when its content is complete, and is written
 * once: what is there is never replaced.
 */
import { defineProblem, Problem } from '#kernel/errors/index.ts'

export type StoredObject = { readonly name: string; readonly bytes: number }

export type Store = {
  /** For people: the folder, or `s3://bucket/prefix`. */
  readonly place: string
  /** Writes a new object as `content` comes. False when the name is taken; then nothing is changed. */
  put(name: string, content: AsyncIterable<Uint8Array>): Promise<boolean>
  /** The content, in order; throws `store/missing` where there is none. */
  get(name: string): AsyncIterable<Uint8Array>
  /** Objects whose name starts with `prefix`, in the order of their names. */
  list(prefix: string): AsyncIterable<StoredObject>
  /** Undefined where there is none. */
  head(name: string): Promise<StoredObject | undefined>
  /** Does nothing where there is none. */
  delete(name: string): Promise<void>
}

export const storeMissing = defineProblem({
  slug: 'store/missing',
  title: 'A stored file is not there',
  status: 404,
  remedy: 'Look whether the folder or bucket of the archive is the one that was used before.',
})

const nameShape = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

/** Names are made by us; one that leaves the store or hides in it is a mistake of ours. */
export function checkName(name: string): string {
  if (!nameShape.test(name) || name.length > 500) throw new Error(`"${name}" is no name of a stored file`)
  return name
}

export const missing = (name: string, cause?: unknown): Problem =>
  new Problem(storeMissing, `${name} is not there.`, { cause })
