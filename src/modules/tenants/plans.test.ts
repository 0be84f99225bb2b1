import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csv } from './csv.ts'
import { presetOf, slugFor } from './plans.ts'
import { newTenant, plans, tenantModules } from './schemas.ts'

test('[P4] a short name is made of what an organisation is called, and is free', () => {
  assert.equal(slugFor('Österreich & Söhne GmbH', new Set()), 'osterreich-sohne-gmbh')
  assert.equal(slugFor('Acme', new Set(['acme', 'acme-2'])), 'acme-3')
  assert.equal(slugFor('株式会社', new Set()), 'tenant')
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), fc.nat(3), (name, taken) => {
      const used = new Set<string>()
      for (let count = 0; count <= taken; count++) used.add(slugFor(name, used))
      assert.equal(used.size, taken + 1)
      for (const slug of used) assert.ok(newTenant.shape.slug.safeParse(slug).success, slug)
    }),
  )
})

test('[P4] a plan presets modules that exist, each more than the one below', () => {
  let before: readonly string[] = []
  for (const plan of plans) {
    const preset = presetOf(plan)
    assert.ok(preset.length > before.length && before.every((name) => preset.includes(name as never)), plan)
    assert.ok(preset.every((name) => tenantModules.includes(name)))
    before = preset
  }
})

test('112: a cell that a spreadsheet would reckon with is text; numbers stay numbers', () => {
  for (const begin of ['=', '+', '-', '@', '\t', '\r', '\0', '＝', ' ='])
    assert.match(csv(['a'], [[`${begin}HYPERLINK("x")`]]), /^a\r\n"'/, JSON.stringify(begin))
  assert.equal(csv(['n', 'b', 'e'], [[-3, true, null]]), 'n,b,e\r\n-3,true,\r\n')
  assert.equal(csv(['a'], [['x, "y"\nz']]), 'a\r\n"x, ""y""\nz"\r\n')
})
