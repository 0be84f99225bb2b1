import assert from 'node:assert/strict'
import { test } from 'node:test'
import { best } from './fuzzy.ts'

const pages = ['Overview', 'Deployments', 'Dead letters', 'Event queue', 'New key', 'API keys', 'Database', 'Schedules']
const find = (typed: string) => best(typed, pages, (page) => page)

test('[U1] the palette finds what is meant by parts, initials and letters in their order', () => {
  assert.deepEqual(find('dep'), ['Deployments'])
  assert.equal(find('dl')[0], 'Dead letters')
  assert.equal(find('eq')[0], 'Event queue')
  assert.equal(find('dtbs')[0], 'Database')
  assert.deepEqual(find('key').toSorted(), ['API keys', 'New key'])
  assert.deepEqual(find('KEY  ').toSorted(), ['API keys', 'New key'])
})

test('[U1] nothing typed shows everything as it was; nonsense shows nothing', () => {
  assert.deepEqual(find(''), pages)
  assert.deepEqual(find('zzz'), [])
})
