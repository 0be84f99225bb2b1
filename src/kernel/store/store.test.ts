import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loopbackDial } from '#test/support/dial.ts'
import { folderStore, type Store, s3Store } from './index.ts'
import { accessKeyId, secretAccessKey, testS3 } from './test-bucket.ts'

const folder = mkdtempSync(join(tmpdir(), 'daytwo-store-'))
const s3 = await testS3('archives')
after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await s3.close()
})
const bucket = (credentials = { accessKeyId, secretAccessKey }) =>
  s3Store({
    dial: loopbackDial(),
    bucket: 'archives',
    prefix: 'of/us',
    region: 'eu-central-1',
    endpoint: s3.url,
    forcePathStyle: true,
    credentials,
  })

const bytes = (...parts: (string | Buffer)[]) =>
  (async function* () {
    for (const part of parts) yield Buffer.from(part)
  })()
const broken = (...parts: (string | Buffer)[]) =>
  (async function* () {
    yield* bytes(...parts)
    throw new Error('the source broke')
  })()
async function read(store: Store, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.get(name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
const names = async (store: Store, prefix = '') => {
  const found: string[] = []
  for await (const { name } of store.list(prefix)) found.push(name)
  return found
}

const kinds: [string, Store][] = [
  ['folder', folderStore(join(folder, 'deep/below'))],
  ['S3', bucket()],
]
for (const [kind, store] of kinds) {
  test(`[Q7] ${kind}: what is put is read back, listed by prefix, and gone when deleted`, async () => {
    deepEqual(await names(store), [])
    const content = Buffer.from([0, 10, 255, 13, 10, 195])
    for (const name of ['b/2.jsonl', 'a/1.jsonl', 'a/1.2.jsonl', 'a-b/1.jsonl', 'c.json'])
      ok(await store.put(name, bytes(content, name)))
    deepEqual(await read(store, 'a/1.jsonl'), Buffer.concat([content, Buffer.from('a/1.jsonl')]))
    deepEqual(await names(store, 'a/1.'), ['a/1.2.jsonl', 'a/1.jsonl'])
    deepEqual((await names(store)).sort(), ['a-b/1.jsonl', 'a/1.2.jsonl', 'a/1.jsonl', 'b/2.jsonl', 'c.json'])
    deepEqual(await store.head('c.json'), { name: 'c.json', bytes: 12 })
    await store.delete('c.json')
    await store.delete('c.json')
    equal(await store.head('c.json'), undefined)
    await rejects(read(store, 'c.json'), /not there/)
    ok(await store.put('empty', bytes()))
    equal((await read(store, 'empty')).length, 0)
  })

  test(`[Q7] ${kind}: a name that is taken is left as it is`, async () => {
    ok(await store.put('taken', bytes('first')))
    equal(await store.put('taken', bytes('second')), false)
    equal(String(await read(store, 'taken')), 'first')
    const raced = await Promise.all(['a', 'b', 'c'].map((text) => store.put('raced', bytes(text))))
    equal(raced.filter(Boolean).length, 1)
  })

  test(`[Q7] ${kind}: content that breaks off leaves no name and nothing behind`, async () => {
    await rejects(store.put('half', broken('some')), /the source broke/)
    await rejects(store.put('half', broken(Buffer.alloc(20_000_000, 1))), /the source broke/)
    equal(await store.head('half'), undefined)
    deepEqual(await names(store, 'half'), [])
    equal(s3.uploads.size, 0)
    ok(await store.put('half', bytes('whole')))
  })

  test(`[Q7] ${kind}: large content comes back as it was`, async () => {
    const large = Buffer.alloc(21_000_000)
    for (let at = 0; at < large.length; at += 1009) large[at] = at % 251
    ok(await store.put('large', bytes(large.subarray(0, 9_000_000), large.subarray(9_000_000))))
    ok((await read(store, 'large')).equals(large))
    equal(await store.put('large', bytes(large)), false)
  })

  test(`[Q7] ${kind}: names do not leave the store`, async () => {
    for (const name of ['../x', 'a/../../x', '/etc/x', 'a//b', '.hidden', 'a/.b', '', 'a\0b', 'a\\..\\b'])
      await rejects(store.put(name, bytes('x')), /is no name/, name)
  })
}

test('[Q7] folder: what a dead process left is not listed, and is removed after a day', async () => {
  const own = join(folder, 'own')
  const store = folderStore(own)
  await store.put('t/1', bytes('x'))
  writeFileSync(join(own, 't/.old.part'), 'x')
  writeFileSync(join(own, 't/.new.part'), 'x')
  utimesSync(join(own, 't/.old.part'), new Date(0), new Date(0))
  deepEqual(await names(store), ['t/1'])
  await store.put('t/2', bytes('x'))
  deepEqual(readdirSync(join(own, 't')).sort(), ['.new.part', '1', '2'])
})

test('[Q7] S3: requests are signed, and a wrong secret is refused', async () => {
  const wrong = bucket({ accessKeyId, secretAccessKey: 'another' })
  await rejects(wrong.put('x', bytes('x')))
  equal(s3.objects.has('of/us/x'), false)
  await rejects(wrong.head('x'))
})

test('[Q7] S3: an upload that fails midway is aborted and shows no name', async () => {
  const store = bucket()
  s3.failWhen = (line) => (line.includes('partNumber=2') ? 400 : undefined)
  await rejects(store.put('parts', bytes(...[1, 2, 3].map((n) => Buffer.alloc(9_000_000, n)))))
  s3.failWhen = undefined
  deepEqual([await store.head('parts'), s3.uploads.size], [undefined, 0])
  // What passes by itself is tried again by the SDK.
  let failures = 2
  s3.failWhen = () => (failures-- > 0 ? 503 : undefined)
  ok(await store.put('retried', bytes('x')))
  s3.failWhen = undefined
})
