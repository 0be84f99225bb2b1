/** Providers around the router. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { cssVariablesResolver, theme } from '~/ui/theme.ts'
import { ToastProvider } from '~/ui/toast.tsx'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'

const nonce = document.querySelector('meta[property="csp-nonce"]')?.getAttribute('content') ?? ''
// The scroll lock of dialogs writes a style element too, and looks for the nonce under this name.
Object.assign(globalThis, { __webpack_nonce__: nonce })

/** The whole console. */
export const App = () => (
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariablesResolver}
    defaultColorScheme="auto"
    getStyleNonce={() => nonce}
    deduplicateInlineStyles
  >
    <QueryClientProvider client={queryClient}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </MantineProvider>
)
