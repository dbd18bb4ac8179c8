/** The request log and the faults above it. */
export const logStyles: string = `
.faults { padding: 0 14px 10px; }
.faults li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; padding: 3px 0; font-size: 12px; }
.faults code { overflow-wrap: anywhere; color: var(--muted); }
.faults .faint { margin-left: auto; }
.fault { display: inline-flex; align-items: center; gap: 3px; padding: 0 6px 0 4px; border-radius: 5px; color: var(--warning); background: color-mix(in srgb, var(--warning) 14%, transparent); font: 500 11px / 18px var(--sans); white-space: nowrap; }
.fault .icon { width: 11px; height: 11px; fill: currentColor; stroke: none; }

#log { display: flex; flex-direction: column; min-height: 0; }
#log:focus { outline: none; }
.filters { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 0 14px 10px; border-bottom: 1px solid var(--line); }
.filters input[type="search"], .filters select { height: 30px; padding: 0 10px; border: 1px solid var(--line-strong); border-radius: 7px; background: var(--ground); }
.filters input[type="search"] { flex: 1 1 150px; min-width: 0; }
.filters input::placeholder { color: var(--faint); }
.toggle { display: inline-flex; align-items: center; gap: 6px; height: 30px; padding: 0 4px; color: var(--muted); cursor: pointer; }
.toggle input { margin: 0; accent-color: var(--accent); }
#log[data-paused] h2::after { margin-left: auto; color: var(--warning); font-size: 12px; font-weight: 500; content: "Paused"; }

.scroller { min-height: 120px; max-height: 70dvh; overflow: auto; border-radius: 0 0 10px 10px; }
.scroller > .empty { padding: 14px; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 12px; }
th { position: sticky; top: 0; padding: 5px 6px; color: var(--faint); background: var(--surface); box-shadow: inset 0 -1px var(--line); font-size: 11px; font-weight: 500; text-align: left; }
td { overflow: hidden; padding: 0 6px; border-bottom: 1px solid color-mix(in srgb, var(--line) 60%, transparent); color: var(--muted); font-family: var(--mono); font-size: 11.5px; line-height: 26px; text-overflow: ellipsis; white-space: nowrap; }
tbody tr:hover td { background: var(--raised); }
th:first-child, td:first-child { padding-left: 14px; }
th:last-child, td:last-child { width: 64px; padding-right: 14px; }
.col-time { width: 112px; }
.col-method { width: 56px; }
.col-provider { width: 58px; }
.col-status { width: 46px; }
.col-took, .col-sent { width: 58px; text-align: right; }
td.col-time, td.col-took, td.col-sent { color: var(--faint); font-variant-numeric: tabular-nums; }
td.col-method { color: var(--text); }
td.col-method[data-method="GET"], td.col-method[data-method="HEAD"] { color: var(--muted); }
td.col-provider { font-family: var(--sans); font-size: 12px; }
td.col-path { color: var(--text); }
.path { display: flex; align-items: center; gap: 8px; min-width: 0; }
.path .text { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; }
td.col-status { font-weight: 600; }
td[data-tone="good"] { color: var(--success); }
td[data-tone="bad"] { color: var(--danger); }
td[data-tone="warning"] { color: var(--warning); }
td[data-tone="running"] { color: var(--accent); }

@media (max-width: 640px) {
  .col-time, .col-sent, .col-took { display: none; }
  .col-method.col-method { width: 66px; padding-left: 14px; }
  .col-status.col-status { width: 54px; padding-right: 14px; text-align: right; }
  .filters select { flex: 1 1 110px; }
}

@media (min-width: 1180px) {
  .scroller { flex: 1; max-height: none; }
}
`
