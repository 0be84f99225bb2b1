import { equal, ok } from 'node:assert/strict'
import { after, test } from 'node:test'
import { kindOfAddress, parseAllowance, parseAllowances } from '#kernel/networks/index.ts'
import { type DialPolicy, type Lookup, makeDial } from './index.ts'
import { canary, problemOf } from './test-corpus.ts'

const policy: DialPolicy = { name: 'test', schemes: ['https', 'http'] }
const bird = await canary()
after(() => bird.close())

test('[W5] 50: 51: 52: addresses that a name may stand for, by the registries: only global unicast is public', () => {
  const kinds = {
    public: [
      '8.8.8.8',
      '1.1.1.1',
      '172.32.0.1',
      '100.128.0.1',
      '198.20.0.1',
      '2606:4700::1111',
      '2a00:1450:4001::200e',
      '2600::',
      '::ffff:8.8.8.8',
    ],
    special: [
      '10.1.2.3',
      '127.0.0.1',
      '::1',
      '192.168.0.1',
      '100.64.0.1',
      '198.18.0.1',
      '240.0.0.1',
      'fd12::1',
      '::7f00:1',
      '100:0:0:1::1',
      '64:ff9b::8.8.8.8',
      '2002:808:808::',
      '3fff::1',
      '5f00::1',
      '4000::1',
      '2001:db8::1',
      '2620:4f:8000::1',
    ],
    never: [
      '169.254.169.254',
      '169.254.0.1',
      '100.100.100.200',
      '168.63.129.16',
      '192.0.0.192',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      'fe80::1',
      'fe80::1%eth0',
      'fd00:ec2::254',
      '::',
      'ff02::1',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '2002:a9fe:a9fe::1',
      'nonsense',
      '1.2.3',
      '',
    ],
  }
  for (const [kind, addresses] of Object.entries(kinds))
    for (const address of addresses) equal(kindOfAddress(address), kind, address)
})

test('[W5] 55: an allow-list is matched by whole names, whole networks and ports, never by a part of the text', async () => {
  const lookup: Lookup = async () => [{ address: '127.0.0.1', family: 4 }]
  const dial = makeDial({ lookup, allow: parseAllowances(`hooks.example.com:${bird.port}, 10.0.0.0/8, [fd12::1]:443`) })
  const before = bird.touched()
  for (const host of [
    'hooks.example.com.evil.test',
    'evil-hooks.example.com',
    'a.hooks.example.com',
    'hooks.example',
    '127.0.0.1',
  ])
    equal(
      (await problemOf(dial.fetch(`http://${host}:${bird.port}/?x=hooks.example.com`, { policy }))).type.slug,
      'dial/target-refused',
      host,
    )
  equal(
    (await problemOf(dial.fetch(`http://hooks.example.com:${bird.port + 1}/`, { policy }))).type.slug,
    'dial/target-refused',
  )
  equal(bird.touched(), before)
  equal(await (await dial.fetch(`http://HOOKS.example.com.:${bird.port}/`, { policy })).text(), 'canary')
  equal(bird.touched(), before + 1)
  await dial.close()
})

test('[W5] 49: no allowance opens a metadata service', async () => {
  const lookup: Lookup = async () => [{ address: '169.254.169.254', family: 4 }]
  const allow = parseAllowances(
    '0.0.0.0/0, ::/0, 169.254.169.254, 169.254.0.0/16, metadata.google.internal, cloud.example, [fd00:ec2::254]',
  )
  const dial = makeDial({ lookup, allow })
  for (const host of [
    '169.254.169.254',
    '[fd00:ec2::254]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    'metadata.google.internal',
    'cloud.example',
    '0.0.0.0',
    '[::]',
  ])
    equal(
      (await problemOf(dial.fetch(`http://${host}/`, { policy, timeoutMs: 2000 }))).type.slug,
      'dial/target-refused',
      host,
    )
  await dial.close()
  // What must never be dialled and yet would be reached from here: this machine, by the address of no machine.
  const zero = makeDial({ lookup: async () => [{ address: '0.0.0.0', family: 4 }], allow })
  const before = bird.touched()
  for (const host of ['0.0.0.0', 'zero.example'])
    equal(
      (await problemOf(zero.fetch(`http://${host}:${bird.port}/`, { policy }))).type.slug,
      'dial/target-refused',
      host,
    )
  equal(bird.touched(), before)
  await zero.close()
})

test('[W5] entries of DIAL_ALLOW: what is read, and what is no entry', () => {
  for (const good of [
    '10.0.0.0/8',
    '10.1.2.3',
    '10.1.2.3:80',
    'fd12::/48',
    '::1',
    '[::1]:1025',
    'jira.internal',
    'jira.internal:443',
    'Jira.Internal.',
    'mailpit:1025',
    '10.0.0.0/8:443',
  ])
    ok(parseAllowance(good), good)
  for (const bad of [
    '',
    '10.0.0.0/33',
    '10.0.0',
    '2130706433',
    '0x7f.1',
    'a b',
    'http://x',
    'x:0',
    'x:65536',
    '*',
    '*.example.com',
    'fe80::1%lo',
    '[jira]:1',
    'user@host',
  ])
    equal(parseAllowance(bad), undefined, bad)
})
