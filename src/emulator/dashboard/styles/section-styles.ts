/** Sections and their rows. */
export const sectionStyles: string = `
section { min-width: 0; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); }
section h2 { display: flex; align-items: center; gap: 8px; padding: 10px 14px; color: var(--strong); font-size: 13px; font-weight: 620; }
.count { padding: 0 7px; border-radius: 9px; color: var(--muted); background: var(--raised); font-size: 11px; font-weight: 500; font-variant-numeric: tabular-nums; line-height: 18px; }

.empty { display: grid; gap: 8px; padding: 2px 14px 16px; color: var(--muted); }
.empty code { overflow-x: auto; padding: 8px 10px; border-radius: 7px; color: var(--text); background: var(--raised); white-space: nowrap; }

.row {
  display: grid;
  grid-template-columns: minmax(0, 1.4fr) 92px minmax(0, 1fr) 96px;
  align-items: center;
  gap: 4px 16px;
  min-height: 50px;
  padding: 7px 14px;
  border-top: 1px solid var(--line);
}
.row:hover { background: var(--raised); }
.rows > :last-child { border-radius: 0 0 10px 10px; }
.lead, .of, .course { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1px; min-width: 0; justify-items: start; }
.lead > *, .of > * { max-width: 100%; }
.line { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 7px; max-width: 100%; }
.name { display: inline-flex; align-items: center; gap: 5px; min-width: 0; max-width: 100%; color: var(--strong); font-weight: 550; }
.name .text, .chip .text { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.name .icon { width: 12px; height: 12px; color: var(--faint); }
a.name:hover, a.name:hover .icon { color: var(--accent); }
.address, .about, .error { display: block; overflow: hidden; color: var(--faint); font-size: 12px; text-overflow: ellipsis; white-space: nowrap; }
.address { font-size: 11.5px; }
.error { color: var(--danger); }
.of { font-size: 12px; }
.when { display: grid; justify-items: end; color: var(--muted); font-size: 12px; text-align: right; }
.when time { color: var(--faint); }

.badge {
  display: inline-flex;
  flex: none;
  align-items: center;
  gap: 5px;
  max-width: 100%;
  padding: 0 7px;
  border-radius: 5px;
  color: var(--muted);
  background: var(--raised);
  box-shadow: inset 0 0 0 1px var(--line);
  font-size: 11px;
  font-weight: 500;
  line-height: 18px;
  white-space: nowrap;
}
.row:hover .badge { background: var(--surface); }
.badge:not([data-tone="plain"])::before { flex: none; width: 6px; height: 6px; border-radius: 50%; background: currentColor; content: ""; }
[data-tone="good"] { color: var(--success); }
[data-tone="bad"] { color: var(--danger); }
[data-tone="warning"] { color: var(--warning); }
[data-tone="running"] { color: var(--accent); }
[data-tone="quiet"] { color: var(--faint); }
.badge[data-tone="running"]::before { animation: pulse 1.2s ease-in-out infinite; }

.provider { display: inline-flex; align-items: center; gap: 6px; font-size: 12px; font-weight: 500; white-space: nowrap; }
.provider::before { width: 8px; height: 8px; border-radius: 2.5px; background: var(--muted); content: ""; }
.provider[data-provider="netlify"]::before { background: light-dark(#0b8f8a, #32c6c0); }
.provider[data-provider="vercel"]::before { background: light-dark(#0b1220, #ffffff); clip-path: polygon(50% 4%, 100% 94%, 0 94%); border-radius: 0; }
.provider[data-provider="github"]::before { background: light-dark(#57606a, #a9b4c4); border-radius: 50%; }
.provider[data-provider="github-pages"]::before { background: light-dark(#7a3fd0, #c3a6ff); }
.provider[data-provider="gitlab"]::before { background: light-dark(#d9541e, #fc8a51); transform: rotate(45deg) scale(0.9); }
.provider[data-provider="neon"]::before { background: light-dark(#0d9a58, #4be38f); }

.site { grid-template-columns: minmax(0, 1fr) 78px 108px minmax(150px, 176px); }
.last { display: inline-flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: 2px 8px; }

.deployment .course { gap: 4px; justify-items: stretch; }
.states { display: flex; gap: 2px; height: 8px; }
.states li { min-width: 6px; border-radius: 2px; background: color-mix(in srgb, var(--accent) 34%, var(--line)); }
.states li:nth-child(even) { background: color-mix(in srgb, var(--accent) 58%, var(--line)); }
.states li[data-last] { min-width: 14px; }
.states[data-outcome="succeeded"] li[data-last] { background: var(--success); }
.states[data-outcome="failed"] li[data-last] { background: var(--danger); }
.states[data-outcome="canceled"] li[data-last] { background: var(--faint); }
.states[data-outcome="under-way"] li[data-last] { background: var(--accent); animation: pulse 1.2s ease-in-out infinite; }
.state { font-size: 11px; line-height: 14px; }

.row.repository { grid-template-columns: minmax(0, 1.2fr) 92px minmax(0, 1fr) 74px; }
.commit { display: flex; align-items: baseline; gap: 8px; color: var(--muted); font-size: 12px; }
.commit .message { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.commit .faint { flex: none; }
.repository .of .copy { margin-left: -6px; height: 20px; }
.chips { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; max-width: 100%; font-size: 11px; }
.chips > li { max-width: 100%; }
.chip { display: inline-flex; align-items: center; gap: 4px; max-width: 100%; padding: 0 7px; overflow: hidden; border-radius: 5px; color: var(--muted); box-shadow: inset 0 0 0 1px var(--line); font-size: 11px; line-height: 18px; text-overflow: ellipsis; white-space: nowrap; }
.chip .icon { width: 11px; height: 11px; }
.chip[data-default] { color: var(--text); }
a.chip:hover { box-shadow: inset 0 0 0 1px var(--accent); }
.repository .course { gap: 5px; }
.more { margin: 10px 14px 12px; }

@keyframes pulse { 50% { opacity: 0.35; } }

@container board (max-width: 640px) {
  .row.row { grid-template-columns: minmax(0, 1fr) auto; padding: 9px 14px; }
  .row .lead { grid-column: 1 / -1; }
  .row .of { display: flex; align-items: center; gap: 10px; }
  .row .when { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 2px 10px; grid-column: 2; grid-row: 2; }
  .row .course { grid-column: 1 / -1; }
  .site .standing { grid-column: 2; grid-row: 1; justify-self: end; }
  .row.site { grid-template-columns: minmax(150px, 1fr) auto; }
  .row.site .lead { grid-column: 1; }
  .deployment .course { display: flex; align-items: center; gap: 10px; }
  .deployment .states { flex: 1; }
}
`
