/** `/docs/runbook`: the operators' runbook of this version, where each alert links to. */
import { readFile } from 'node:fs/promises'
import type { Http } from '#kernel/http/index.ts'

const file = new URL('../../../docs/runbook.md', import.meta.url)
const anchor = /&lt;a id=&quot;([a-z_]+)&quot;&gt;&lt;\/a&gt;/g
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** The text as it is written, with its anchors: it is made to be read as text, and a page of it needs no other library. */
export function runbookPage(text: string): string {
  const body = text.replaceAll(/[&<>"]/g, (character) => escapes[character]!).replaceAll(anchor, '<a id="$1"></a>')
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    `<title>daytwo runbook</title><main><pre wrap>${body}</pre></main></html>`
  )
}

export function runbookRoutes(http: Http): void {
  http.get(
    '/docs/runbook',
    { config: { public: 'explains how to operate the product, holds no data' }, schema: { hide: true } },
    async (_, reply) => reply.type('text/html; charset=utf-8').send(runbookPage(await readFile(file, 'utf8'))),
  )
}
