/** `npm run docs`: writes the generated documents. */
import { writeFileSync } from 'node:fs'
import { generatedDocs } from './generated-docs.ts'

for (const [path, text] of await generatedDocs()) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text)
  console.log(`wrote ${path}`)
}
