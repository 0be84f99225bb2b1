/** Who may import whom, and what only one folder may touch. Every check asserts how much it looked at. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { modules } from '#app/modules.ts'

type Source = { path: string; text: string; imports: string[] }
const root = new URL('../', import.meta.url)
const importLine = /(?:from|import)\s*\(?\s*'([^']+)'/g

const read = (path: string): Source => {
  const text = readFileSync(new URL(path, root), 'utf8')
  return { path, text, imports: [...text.matchAll(importLine)].map((match) => resolve(path, match[1]!)) }
}

/** Internal specifiers become repository paths; packages stay as they are. */
function resolve(from: string, specifier: string): string {
  if (specifier.startsWith('#kernel/')) return `src/kernel/${specifier.slice(8)}`
  if (specifier.startsWith('#modules/')) return `src/modules/${specifier.slice(9)}`
  if (specifier.startsWith('#app/')) return `src/app/${specifier.slice(5)}`
  if (specifier.startsWith('#test/')) return `test/${specifier.slice(6)}`
  if (!specifier.startsWith('.')) return specifier
  return new URL(specifier, new URL(from, 'file:///')).pathname.slice(1)
}

const all = globSync('src/**/*.ts', { cwd: root }).map(read)
/** Tests and what only tests load may reach further. */
const isTest = ({ path }: Source) => /\.test\.ts$|\/(test-[a-z-]+|owner-process)\.ts$/.test(path)
const sources = all.filter((source) => !isTest(source))

/** `src/modules/delivery/dora/x.ts` → `delivery/dora`: modules nest one level inside `delivery`. */
function moduleOf(path: string): string | undefined {
  const parts = path.startsWith('src/modules/') ? path.split('/') : []
  if (parts.length === 0) return undefined
  return parts[2] === 'delivery' ? `${parts[2]}/${parts[3]}` : parts[2]
}
/** The git import is a part of the delivery facts: it writes their tables and shares their inside. */
const sameOwner = (a: string | undefined, b: string | undefined) =>
  a === b || [a, b].every((name) => name === 'delivery/facts' || name === 'delivery/git-import')

function violations(rule: (source: Source, target: string) => boolean): string[] {
  let looked = 0
  const found = sources.flatMap((source) =>
    source.imports
      .filter((target) => {
        looked++
        return rule(source, target)
      })
      .map((target) => `${source.path} imports ${target}`),
  )
  assert.ok(looked > 300, `only ${looked} imports were looked at`)
  return found
}

test('the checks see the sources', () => {
  assert.ok(sources.length > 100, `${sources.length} files`)
  assert.ok(sources.some(({ path }) => path.startsWith('src/modules/')))
})

test('the kernel knows no module, modules know no app, nobody knows the CLI', () => {
  const rank = (path: string) =>
    ['src/kernel/', 'src/modules/', 'src/app/', 'src/cli/'].findIndex((folder) => path.startsWith(folder))
  assert.deepEqual(
    violations((source, target) => rank(target) > rank(source.path)),
    [],
  )
})

test('a module is reached only through its door', () => {
  const rule = (source: Source, target: string) => {
    const owner = moduleOf(target)
    return owner !== undefined && !sameOwner(owner, moduleOf(source.path)) && target !== `src/modules/${owner}/index.ts`
  }
  assert.deepEqual(violations(rule), [])
})

test('a kernel concern is reached only through its door', () => {
  const doors = /^src\/kernel\/([a-z]+\/(embedded\/)?index\.ts|module\.ts)$/
  const concern = (path: string) => path.split('/')[2]
  const rule = (source: Source, target: string) =>
    target.startsWith('src/kernel/') && concern(target) !== concern(source.path) && !doors.test(target)
  assert.deepEqual(violations(rule), [])
})

const only = (packages: RegExp, allowed: RegExp) =>
  violations((source, target) => packages.test(target) && !allowed.test(source.path))

test('pg only in kernel/database, Fastify only in kernel/http, routes and the app', () => {
  assert.deepEqual(only(/^pg$/, /^src\/kernel\/database\//), [])
  assert.deepEqual(
    only(/^(fastify|@fastify\/)/, /^src\/(kernel\/http\/|app\/http-app\.ts|modules\/.*(routes|authenticate)\.ts$)/),
    [],
  )
})

test('[W5] one door outward: sockets, name servers and HTTP clients only in kernel/dial', () => {
  // What listens (our server, the search for a free port), and the demo and its server's own client on this machine.
  const allowed =
    /^src\/(kernel\/dial\/|cli\/demo\/send\.ts|cli\/demo\.ts|kernel\/database\/embedded\/|kernel\/http\/(server|draining)\.ts)/
  assert.deepEqual(only(/^(node:)?(net|tls|http|https|http2|dgram|dns|dns\/promises)$/, allowed), [])
  assert.deepEqual(only(/^undici$/, /^src\/kernel\/dial\//), [])
  // Libraries that would open connections of their own, each in the one place that gives them the dial's.
  assert.deepEqual(only(/^nodemailer(\/|$)/, /^src\/modules\/mail\/transport\.ts$/), [])
  assert.deepEqual(only(/^openid-client(\/|$)/, /^src\/modules\/sso\/(oidc|github)-client\.ts$/), [])
  assert.deepEqual(only(/^@aws-sdk\//, /^src\/kernel\/store\/s3\.ts$/), [])
  const given: readonly [path: string, what: RegExp][] = [
    ['src/modules/mail/transport.ts', /connection: socket/],
    ['src/modules/sso/oidc-client.ts', /\[oidc\.customFetch\]: fetch/],
    ['src/modules/sso/github-client.ts', /\[oidc\.customFetch\] = fetch/],
    ['src/kernel/store/s3.ts', /requestHandler: agents/],
  ]
  for (const [path, what] of given) assert.match(sources.find((source) => source.path === path)!.text, what, path)

  // A `fetch` that came as a parameter is the dial's; the global one is nobody's.
  const fetching = sources.filter(({ path, text }) => {
    if (path.startsWith('src/kernel/dial/') || !/[^.\w]fetch\(/.test(text)) return false
    return !/\bfetch: (Fetch|Dial\['fetch'\])/.test(text)
  })
  assert.deepEqual(
    fetching.map(({ path }) => path),
    [],
  )
  const others =
    /\bglobalThis\.fetch\b|\bnew (WebSocket|EventSource|XMLHttpRequest)\(|\bcreateRemoteJWKSet\b|\bprocess\.binding\b/
  assert.deepEqual(
    sources.filter(({ text }) => others.test(text)).map(({ path }) => path),
    [],
  )
})

test('the environment only in kernel/config, the clock and random ids only in kernel/clock', () => {
  const having = (pattern: RegExp, allowed: RegExp) =>
    sources.filter(({ path, text }) => pattern.test(text) && !allowed.test(path)).map(({ path }) => path)
  assert.deepEqual(having(/process\.env\b/, /^src\/kernel\/config\//), [])
  assert.deepEqual(
    having(
      /\bDate\.now\(|\bnew Date\(\)|randomUUID\(|randomBytes\(/,
      /^src\/kernel\/(clock|crypto|telemetry|database\/embedded)\//,
    ),
    [],
  )
})

test('no file is over 400 lines', () => {
  const long = all.filter(({ text }) => text.split('\n').length > 400)
  assert.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})

test('a module’s SQL names its own tables and views that others publish', () => {
  const owner = new Map<string, string>()
  for (const path of globSync('src/**/migrations/*.sql', { cwd: root })) {
    const text = readFileSync(new URL(path, root), 'utf8')
    for (const [, name] of text.matchAll(/^create (?:table|view) (\w+)/gm)) owner.set(name!, moduleOf(path) ?? 'kernel')
  }
  assert.ok(owner.size > 20, `${owner.size} tables`)
  /** Read by everyone: the tenant's own row carries its time zone. */
  const shared = new Set(['tenant'])
  const found: string[] = []
  let looked = 0
  for (const { path, text } of sources) {
    for (const [, sqlText] of text.matchAll(/sql`([\s\S]*?)`/g)) {
      for (const [, name] of sqlText!.matchAll(/\b(?:from|join|into|update)\s+(\w+)/g)) {
        const belongs = owner.get(name!)
        if (belongs === undefined || shared.has(name!) || name!.includes('_v_')) continue
        looked++
        if (belongs !== 'kernel' && !sameOwner(belongs, moduleOf(path)))
          found.push(`${path} names ${name} of ${belongs}`)
      }
    }
  }
  assert.ok(looked > 50, `${looked} table names were looked at`)

  assert.deepEqual(found, [])
})

test('every module with migrations is composed', () => {
  const folders = globSync('src/modules/**/migrations/', { cwd: root }).length
  assert.equal(modules.filter(({ migrations }) => migrations).length, folders)
})

test('the console takes nothing of src but schemas', () => {
  const files = globSync('console/src/**/*.{ts,tsx}', { cwd: root }).map(read)
  assert.ok(files.length > 10)
  const wrong = files.flatMap(({ path, imports }) =>
    imports
      .filter(
        (target) =>
          /(^|\/)src\/(kernel|modules|app|cli)\//.test(target) &&
          !target.startsWith('console/') &&
          !target.endsWith('/schemas.ts'),
      )
      .map((target) => `${path} imports ${target}`),
  )
  assert.deepEqual(wrong, [])
})
