/** Starts the console. */
import './app/zod-setup.ts'
import '@mantine/core/styles.css'
import './ui/base.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'

createRoot(document.getElementById('root')!).render(<App />)
