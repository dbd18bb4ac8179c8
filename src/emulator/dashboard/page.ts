import { randomBytes } from 'node:crypto'
import { clientScript } from './client-script.js'
import { styles } from './styles.js'

/** The page: the same for everybody, since it holds no data. Its script reads the token and asks for them. */
export function dashboardPage(): Response {
  const nonce = randomBytes(18).toString('base64')
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    // Nothing here is ever made of a text with markup, and nothing may be.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  return new Response(html(nonce), {
    headers: {
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policy.join('; '),
      'Content-Type': 'text/html; charset=utf-8',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

const favicon =
  'data:image/svg+xml,' +
  "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%231b2433'/%3E" +
  "%3Cpath d='M7 18h18l-3.5 7h-11z' fill='%237fb0ff'/%3E%3Cpath d='M16 5v11H8z' fill='%23f2c979'/%3E%3C/svg%3E"

function html(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tabship emulator</title>
<link rel="icon" href="${favicon}">
<style nonce="${nonce}">${styles}</style>
</head>
<body>
<a class="skip" href="#log">Skip to the request log</a>
<header id="header"></header>
<main id="main"><noscript><p class="gate">The dashboard needs JavaScript.</p></noscript></main>
<p id="spoken" class="unseen" role="status"></p>
<script type="module" nonce="${nonce}">
${clientScript}
</script>
</body>
</html>
`
}
