// How the page of a backtest looks: quiet, in both schemes, with enough contrast to be read on a projector.

export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#5c6670;--line:#e3e6ea;--paper:#fbfbfa;--card:#fff;--band:#d5e6d8;--edge:#b4d1ba;--value:#24558f;--onset:#b45309;--found:#1b1f24;--critical:#b3261e;--warning:#b45309;--info:#24558f;--hole:#e9e3d4}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--dim:#9aa4ae;--line:#2f353c;--paper:#14171a;--card:#1b1f24;--band:#24402e;--edge:#35603f;--value:#8ab8f0;--onset:#f0a955;--found:#e6e8eb;--critical:#ff8a80;--warning:#f0a955;--info:#8ab8f0;--hole:#3a3527}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem;letter-spacing:-.01em}
h2{font-size:1.1rem;margin:2.5rem 0 .75rem}
h3{font-size:1rem;margin:0}
.when,.meta,.tick,.note{color:var(--dim)}
.when{margin:0}
.note{border-left:3px solid var(--onset);padding:.25rem 0 .25rem .75rem;margin:1rem 0 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem;margin:1.5rem 0 0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dd{margin:0;font-size:1.5rem;font-weight:600;line-height:1.2}
.figures dt{color:var(--dim);font-size:.85rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:right;padding:.35rem .75rem;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child{text-align:left;padding-left:0}
thead th{color:var(--dim);font-weight:500}
tbody th{font-weight:500}
article{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--info);border-radius:8px;padding:1rem 1.25rem .75rem;margin:0 0 1rem}
article.critical{border-left-color:var(--critical)}
article.warning{border-left-color:var(--warning)}
.what{margin:.15rem 0}
.meta{display:flex;flex-wrap:wrap;gap:0 1.25rem;margin:0 0 .5rem;font-size:.85rem}
svg{display:block;width:100%;height:auto;font:11px system-ui,sans-serif}
.grid{stroke:var(--line);stroke-width:1}
.tick{fill:var(--dim)}
.name{fill:var(--ink)}
.band{fill:var(--band);stroke:var(--edge);stroke-width:1}
.strip{font-size:12px}
.line{fill:none;stroke:var(--value);stroke-width:1.6;stroke-linejoin:round}
.dot{fill:var(--value)}
.onset{stroke:var(--onset);stroke-width:1.5;stroke-dasharray:4 3}
.found{stroke:var(--found);stroke-width:1}
.onset-text{fill:var(--onset)}
.found-text{fill:var(--found)}
.bar.critical{fill:var(--critical)}
.bar.warning{fill:var(--warning)}
.bar.info{fill:var(--info)}
.hole{fill:var(--hole)}
details{font-size:.85rem;color:var(--dim)}
summary{cursor:pointer}
details p{margin:.25rem 0}
.blind dt{font-weight:500}
.blind dd{margin:0 0 .5rem;color:var(--dim)}
@media print{body{background:#fff}article{break-inside:avoid}}
`.trim();
