/** Where frameworks' adapters leave what Vercel runs (docs, "Build Output API", version 3). */
export const outputFolder = '.vercel/output'
