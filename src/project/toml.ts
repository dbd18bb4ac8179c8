/** What a text of TOML says, or where it is none. */
export type ParsedToml = { readonly value: unknown } | { readonly line: number; readonly message: string }

/** Reads and writes TOML. */
export interface TomlTools {
  parse(text: string): ParsedToml
  print(value: Readonly<Record<string, unknown>>): string
}

/** Reads and writes TOML; the package that does is loaded when it is wanted. */
export async function loadToml(): Promise<TomlTools> {
  const { parse, stringify, TomlError } = await import('smol-toml')
  return {
    parse(text: string): ParsedToml {
      try {
        return { value: parse(text) }
      } catch (error) {
        if (!(error instanceof TomlError)) throw error
        // Behind the first line, the message shows the place once more.
        const [message = ''] = error.message.split('\n')
        return { line: error.line, message: message.replace(/^Invalid TOML document: /, '') }
      }
    },
    print: (value: Readonly<Record<string, unknown>>): string => stringify(value),
  }
}
