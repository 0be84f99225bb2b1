/** Addresses that nobody may be led to, in the notations that led others there; and canaries that know when they were. */
import { createServer, type Server } from 'node:net'
import { Problem } from '#kernel/errors/index.ts'

/** Hosts as they stand in a URL. Numbers are those of the list of attacks that the tests name. */
export const refusedHosts = {
  49: [
    '169.254.169.254',
    '0xA9FEA9FE',
    '2852039166',
    '0251.0376.0251.0376',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    '100.100.100.200',
    '168.63.129.16',
    'metadata.google.internal',
    'metadata.google.internal.',
    'METADATA',
    'instance-data',
  ],
  50: [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '192.88.99.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
  ],
  51: [
    '127.0.0.1',
    '127.1',
    '127.255.255.254',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '①②⑦.⓪.⓪.①',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '0',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[fe80::1]',
    '[febf::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fec0::1]',
    '[ff02::1]',
  ],
  52: [
    '[64:ff9b::7f00:1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::]',
    '[2001::1]',
    '[2001:0:7f00:1::]',
    '[100::1]',
    '[100:0:0:1::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[5f00::1]',
    '[2001:2::1]',
    '[2001:10::1]',
    '[4000::1]',
  ],
  53: [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'a.b.LocalHost.',
    '127.0.0.1.nip.example',
    'ip6-localhost.example',
  ],
} as const

/** Names that the tests' resolver knows; what is not here is not known. */
export const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'a.localhost': ['127.0.0.1'],
  'a.b.localhost': ['::1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'ip6-localhost.example': ['::1'],
  'mixed.example': ['8.8.8.8', '127.0.0.1'],
  'mixed6.example': ['2606:4700::1111', '::1'],
  'zone.example': ['fe80::1%lo'],
  'mapped.example': ['::ffff:127.0.0.1'],
}

export const corpusLookup = async (hostname: string) => {
  const found = names[hostname]
  if (!found) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}

export type Canary = { readonly port: number; touched(): number; close(): Promise<void> }

/** Listens on one port of 127.0.0.1, ::1 and 0.0.0.0 and counts connections, bytes or not. */
export async function canary(): Promise<Canary> {
  let connections = 0
  const servers: Server[] = []
  const listen = (host: string, port: number) =>
    new Promise<number>((resolve, reject) => {
      const server = createServer((socket) => {
        connections++
        socket.on('error', () => undefined).end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ncanary')
      })
      servers.push(server)
      server
        .once('error', reject)
        .listen({ host, port, ipv6Only: host.includes(':') }, () =>
          resolve((server.address() as { port: number }).port),
        )
    })
  // All addresses of IPv4, 127.0.0.1 among them.
  const port = await listen('0.0.0.0', 0)
  await listen('::1', port)
  return {
    port,
    touched: () => connections,
    close: async () => {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

/** The problem that a refusal is; anything else is an error of the test. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('it was let through')
}
