/** How mails of this product read: plain text, short, one thing to do, and what to make of it when one did not ask. */

export type Letter = {
  readonly title: string
  /** Paragraphs. */
  readonly lines: readonly string[]
  /** What the reader is asked to do; `url` is a `link()` of this instance. */
  readonly action?: { readonly label: string; readonly url: string; readonly validFor?: string }
  /** The last paragraph, for example that nothing happens to who does nothing. */
  readonly footer?: string
}

export function letter({ title, lines, action, footer }: Letter): string {
  const asked = action
    ? [
        `${action.label}:\n${action.url}`,
        ...(action.validFor ? [`The link works once, within ${action.validFor}.`] : []),
      ]
    : []
  const end = footer ?? 'This message was sent automatically; nobody reads replies.'
  return `${[title, ...lines, ...asked, end].join('\n\n')}\n`
}
