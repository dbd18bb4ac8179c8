/** Colours, type, the frame of the page, and what is found everywhere. The colours are those of the examples. */
export const pageStyles: string = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f3f5f9, #0b0f16);
  --surface: light-dark(#ffffff, #0e131b);
  --raised: light-dark(#f6f8fb, #151c28);
  --hover: light-dark(#eaeef5, #1c2535);
  --line: light-dark(#dde2ea, #202a3a);
  --line-strong: light-dark(#bcc5d3, #34425a);
  --text: light-dark(#1a2230, #dde4ef);
  --strong: light-dark(#0b1220, #ffffff);
  --muted: light-dark(#566176, #98a5ba);
  --faint: light-dark(#667186, #8592a9);
  --accent: light-dark(#1d5fd0, #7fb0ff);
  --success: light-dark(#0a7546, #6fdca4);
  --danger: light-dark(#bb2b33, #ff8f8f);
  --warning: light-dark(#875800, #f2c979);
  --sans: "Inter Variable", Inter, system-ui, sans-serif;
  --mono: "JetBrains Mono Variable", "JetBrains Mono", ui-monospace, "DejaVu Sans Mono", monospace;
  scrollbar-width: thin;
  scrollbar-color: var(--line-strong) transparent;
}

* { box-sizing: border-box; }
[hidden][hidden] { display: none; }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }

body {
  display: flex;
  flex-direction: column;
  min-height: 100dvh;
  margin: 0;
  color: var(--text);
  background: var(--ground);
  font: 400 13px / 1.5 var(--sans);
  -webkit-font-smoothing: antialiased;
}

code, .mono { font-family: var(--mono); font-size: 0.92em; }
.faint { color: var(--faint); }
.number, time { font-variant-numeric: tabular-nums; }
a { color: inherit; text-decoration: none; }
a:hover { color: var(--accent); }
button, input, select { color: inherit; font: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }

.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; z-index: 3; padding: 6px 12px; border-radius: 7px; background: var(--raised); }
.skip:not(:focus) { clip-path: inset(50%); }

.icon {
  flex: none;
  width: 14px;
  height: 14px;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.4;
  stroke-linecap: round;
  stroke-linejoin: round;
}

header { position: sticky; z-index: 2; top: 0; border-bottom: 1px solid var(--line); background: var(--surface); }
.bar { display: flex; align-items: center; gap: 6px 16px; min-height: 46px; padding: 7px 16px; }
.bar h1 { display: flex; flex: none; align-items: center; gap: 6px; font-size: 14px; font-weight: 620; letter-spacing: -0.01em; }
.bar h1 .icon { width: 17px; height: 17px; color: var(--accent); }
.bar h1 span { color: var(--muted); font-weight: 400; }
.bar > .button { margin-left: auto; }
.bar .counts { overflow: hidden; color: var(--muted); text-overflow: ellipsis; white-space: nowrap; }

.connection { display: flex; flex: none; align-items: center; gap: 7px; color: var(--muted); }
.connection::before { width: 7px; height: 7px; border-radius: 50%; background: var(--success); content: ""; }
.connection[data-state="lost"], .connection[data-state="locked"] { color: var(--danger); font-weight: 550; }
.connection[data-state="lost"]::before, .connection[data-state="locked"]::before { background: var(--danger); }

.addresses { display: flex; gap: 4px; overflow-x: auto; padding: 2px 10px 8px; scrollbar-width: none; }
.addresses li { flex: none; }

.copy {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  height: 24px;
  padding: 0 6px;
  border: 1px solid transparent;
  border-radius: 6px;
  color: var(--muted);
  background: transparent;
  font-size: 12px;
  cursor: copy;
}
.copy b { color: var(--text); font-weight: 550; }
.copy .icon { width: 12px; height: 12px; opacity: 0.55; }
.copy:hover { border-color: var(--line-strong); color: var(--text); background: var(--raised); }
.copy:hover .icon { opacity: 1; }

.button {
  display: inline-flex;
  flex: none;
  align-items: center;
  justify-content: center;
  gap: 7px;
  height: 30px;
  padding: 0 12px;
  border: 1px solid var(--line-strong);
  border-radius: 7px;
  background: var(--raised);
  font-weight: 500;
  white-space: nowrap;
  cursor: pointer;
  transition: background 120ms, border-color 120ms;
}
.button:hover { border-color: var(--faint); background: var(--hover); }
.button.square { width: 30px; padding: 0; }
.button[aria-pressed="true"] { border-color: transparent; color: var(--warning); background: color-mix(in srgb, var(--warning) 16%, transparent); }
.button.danger { border-color: transparent; color: light-dark(#ffffff, #1c0808); background: var(--danger); }

dialog { width: min(400px, calc(100vw - 32px)); padding: 20px; border: 1px solid var(--line-strong); border-radius: 12px; color: var(--text); background: var(--surface); box-shadow: 0 18px 60px rgb(0 0 0 / 35%); }
dialog::backdrop { background: rgb(5 8 14 / 55%); }
dialog h2 { margin-bottom: 6px; color: var(--strong); font-size: 15px; }
dialog p { color: var(--muted); }
dialog .buttons { display: flex; justify-content: flex-end; gap: 8px; margin-top: 18px; }

main { display: grid; flex: 1; grid-template-columns: minmax(0, 1fr); align-items: start; gap: 16px; padding: 16px; }
.gate { margin: 18dvh auto; padding: 16px 20px; border: 1px solid var(--line); border-radius: 10px; color: var(--muted); background: var(--surface); }
.board { display: grid; gap: 16px; min-width: 0; container: board / inline-size; }
.side { display: flex; flex-direction: column; gap: 16px; min-width: 0; }
.side:has(.armed:empty) { gap: 0; }

@media (min-width: 1180px) {
  main { grid-template-columns: minmax(0, 1fr) minmax(0, clamp(520px, 46vw, 900px)); }
  .side { position: sticky; top: 95px; max-height: calc(100dvh - 111px); }
}

@media (max-width: 700px) {
  main { gap: 12px; padding: 12px; }
  .board { gap: 12px; }
  .bar { flex-wrap: wrap; padding: 8px 12px; }
  .bar .counts { order: 1; width: 100%; }
  .addresses { padding: 2px 4px 8px; }
}

@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
`
