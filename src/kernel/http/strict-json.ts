/**
 * What `JSON.parse` lets through and we do not: duplicate keys (the last would win), prototypes' names, numbers that would be
 * rounded, halves of surrogate pairs, endless nesting. One pass over the text before it is parsed; whether the text is JSON
 * at all stays the parser's question.
 */
import { isUtf8 } from 'node:buffer'
import { invalidRequest, malformedRequest, Problem, unsupportedMediaType } from '#kernel/errors/index.ts'

/** No request of ours nests deeper; an endless one would exhaust the stack of whoever walks it. */
export const maxDepth = 32
/** Keys and array items of one body together. */
export const maxMembers = 50_000

type Frame = {
  /** Keys seen, of an object; an array has none. */
  readonly keys: Set<string> | undefined
  /** The key under which this object or array stands. */
  readonly name: string
  /** Where we are: the current key, or the current index. */
  at: string | number
  expectsKey: boolean
}

/** The first thing in `text` that we refuse, or undefined. Linear in its length. */
export function refusal(text: string): Problem | undefined {
  const frames: Frame[] = []
  const pointer = () =>
    ['#', ...frames.map(({ at }) => String(at).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
  const refuse = (type: typeof invalidRequest, detail: string, code: string) =>
    new Problem(type, detail, { errors: [{ pointer: pointer(), detail, code }] })
  let members = 0
  let at = 0
  while (at < text.length) {
    const top = frames.at(-1)
    const character = text[at]!
    if (character === '"') {
      const end = endOfString(text, at)
      if (end === undefined) return undefined
      const string = decode(text.slice(at, end))
      if (string === undefined) return undefined
      at = end
      if (top?.expectsKey) {
        top.at = string
        top.expectsKey = false
        members++
        if (string === '__proto__' || (string === 'prototype' && top.name === 'constructor'))
          return refuse(malformedRequest, `The key "${string}" is not accepted.`, 'prototype')
        if (top.keys!.has(string)) return refuse(malformedRequest, 'A key stands twice in one object.', 'duplicate-key')
        top.keys!.add(string)
      }
      if (!string.isWellFormed()) return refuse(invalidRequest, 'A text holds half of a surrogate pair.', 'surrogate')
      continue
    }
    if (character === '{' || character === '[') {
      if (frames.length === maxDepth)
        return new Problem(malformedRequest, `The body is nested deeper than ${maxDepth} levels.`)
      const isObject = character === '{'
      const name = String(top?.at ?? '')
      frames.push({ keys: isObject ? new Set() : undefined, name, at: isObject ? '' : 0, expectsKey: isObject })
    } else if (character === '}' || character === ']') frames.pop()
    else if (character === ',' && top) {
      if (top.keys) top.expectsKey = true
      else {
        top.at = Number(top.at) + 1
        members++
      }
    } else if (character === '-' || isDigit(character)) {
      const end = endOfNumber(text, at)
      const why = numberFault(Number(text.slice(at, end)))
      if (why) return refuse(invalidRequest, why, 'number')
      at = end
      continue
    }
    if (members > maxMembers)
      return new Problem(malformedRequest, `The body has more than ${maxMembers} keys and items.`)
    at++
  }
  return undefined
}

/** The place behind the closing quote. Each run of backslashes is counted once, for the quote behind it. */
function endOfString(text: string, open: number): number | undefined {
  for (let quote = text.indexOf('"', open + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0
    while (text[quote - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return quote + 1
  }
  return undefined
}

function decode(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    return JSON.parse(literal)
  } catch {
    return undefined
  }
}

const isDigit = (character: string) => character >= '0' && character <= '9'

function endOfNumber(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && '0123456789.eE+-'.includes(text[at]!)) at++
  return at
}

function numberFault(value: number): string | undefined {
  // Not a number at all: the parser says so.
  if (Number.isNaN(value)) return undefined
  if (Object.is(value, -0)) return 'Minus zero is not accepted.'
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return 'A number past 2^53 would be rounded; none is accepted.'
  return undefined
}

const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i

/** The body as a value, or the problem with it. */
export function readJson(contentType: string | undefined, body: Buffer): unknown {
  const named = charset.exec(contentType ?? '')?.[1]?.toLowerCase()
  if (named !== undefined && named !== 'utf-8' && named !== 'utf8')
    throw new Problem(unsupportedMediaType, `JSON is UTF-8; the charset ${named} is not accepted.`)
  if (body.length === 0) throw new Problem(malformedRequest, 'The body is empty, and the content type says JSON.')
  if (!isUtf8(body)) throw new Problem(malformedRequest, 'The body is not UTF-8.')
  const text = body.toString('utf8')
  const refused = refusal(text)
  if (refused) throw refused
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Problem(malformedRequest, 'The body is not JSON.', { cause: error })
  }
}
