import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldOfPointer, fromSources, toSources, toStreamId } from './sources.ts'

const fields = { repository: ['a/b', 'a/c'], jira_project: ['shop'], service: ['web'] }

test('[D1] three fields and the one list of the API are the same', () => {
  assert.deepEqual(fromSources(toSources(fields)), fields)
})

test('[D1] a fault points at the field its source was typed into', () => {
  assert.equal(fieldOfPointer('#/sources/1/value', fields), 'repository')
  assert.equal(fieldOfPointer('#/sources/2/value', fields), 'jira_project')
  assert.equal(fieldOfPointer('#/sources/3', fields), 'service')
  assert.equal(fieldOfPointer('#/name', fields), 'name')
})

test('[D1] a stream’s id made of a repository’s name is one the API accepts', () => {
  for (const name of ['Acme/Shop_Web', 'acme/.github', `acme/${'x'.repeat(99)}`])
    assert.match(toStreamId(name), /^[a-z0-9][a-z0-9-]{0,62}$/)
})
