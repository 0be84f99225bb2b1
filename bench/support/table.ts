/** Markdown of the results. */
export type Cell = string | number

export const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

export const perSecond = (value: number): string => Math.round(value).toLocaleString('en')
export const times = (ratio: number): string => `${ratio.toFixed(ratio < 2 ? 2 : 1)} ×`
export const verdict = (met: boolean): string => (met ? 'yes' : '**no**')
