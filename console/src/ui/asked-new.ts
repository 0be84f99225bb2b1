/** `?new=…` in an address opens the page's form for something new: links and the palette lead straight to it. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'

/** Calls `open` when the address asks for it, and takes the wish out of the address. */
export function useAskedNew(open: () => void): void {
  const asked = useSearch({ strict: false, select: (search) => 'new' in search && search.new !== undefined })
  const navigate = useNavigate()
  const act = useEffectEvent(() => {
    open()
    void navigate({ to: '.', search: (search: object) => ({ ...search, new: undefined }), replace: true } as never)
  })
  useEffect(() => {
    if (asked) act()
  }, [asked])
}
