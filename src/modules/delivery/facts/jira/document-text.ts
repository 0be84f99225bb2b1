/** The text of a Jira description: plain, or an Atlassian document (nested nodes whose leaves carry `text`). */
import { fields, list, prose } from '../read-payload.ts'

const maxNodes = 2000
const maxText = 10_000
/** Nodes that end a line. */
const blocks = new Set<unknown>(['paragraph', 'heading', 'hardBreak', 'codeBlock', 'listItem', 'tableCell'])

/** Walks at most 2,000 nodes without recursion, so that depth cannot exhaust the stack. */
export function documentText(description: unknown): string {
  if (typeof description === 'string') return prose(description, maxText)
  const open: unknown[] = [description]
  let out = ''
  for (let seen = 0; open.length > 0 && seen < maxNodes && out.length < maxText; seen++) {
    const node = open.pop()
    if (node === lineEnd) {
      out += '\n'
      continue
    }
    const given = fields(node)
    out += prose(given.text, maxText)
    if (blocks.has(given.type)) open.push(lineEnd)
    open.push(...list(given.content, maxNodes).toReversed())
  }
  return out
}

const lineEnd = Symbol('line end')
