/** The address of the next page as a reply names it: read with mistrust, for a request there carries our token. Pure. */

/** `rel="next"` of a `Link` header as path and query below `base`; null where there is none, `elsewhere` where it leads away. */
export function nextPage(link: string | null, base: string): string | null | 'elsewhere' {
  const target = link === null ? undefined : /<([^<>]{1,2000})>\s*;[^,]{0,200}?\brel="?next"?/.exec(link)?.[1]
  if (target === undefined) return null
  const root = new URL(`${base}/`)
  const url = URL.parse(target, root.href)
  if (!url || url.origin !== root.origin || url.username !== '' || url.password !== '') return 'elsewhere'
  if (!url.pathname.startsWith(root.pathname)) return 'elsewhere'
  return `${url.pathname.slice(root.pathname.length - 1)}${url.search}`
}
