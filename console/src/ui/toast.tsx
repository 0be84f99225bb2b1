/** Short news about what was just done, announced politely and gone after a while. */
import { Affix, Notification, Stack } from '@mantine/core'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'

type Toast = { id: number; message: string }
const lifeMs = 6000
let lastId = 0

const ToastContext = createContext<(message: string) => void>(() => undefined)

/** Says a sentence in the corner. */
export const useToast = (): ((message: string) => void) => useContext(ToastContext)

/** Holds the toasts of the page below it. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), [])
  const say = useCallback(
    (message: string) => {
      const id = ++lastId
      setToasts((all) => [...all.slice(-2), { id, message }])
      setTimeout(() => drop(id), lifeMs)
    },
    [drop],
  )
  return (
    <ToastContext value={say}>
      {children}
      <Affix position={{ bottom: 16, right: 16 }} zIndex={400}>
        <Stack gap="xs" role="status" aria-live="polite">
          {toasts.map(({ id, message }) => (
            <Notification
              key={id}
              color="pine"
              withBorder
              onClose={() => drop(id)}
              closeButtonProps={{ 'aria-label': 'Dismiss' }}
            >
              {message}
            </Notification>
          ))}
        </Stack>
      </Affix>
    </ToastContext>
  )
}
