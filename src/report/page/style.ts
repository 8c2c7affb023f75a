// SPDX-License-Identifier: Apache-2.0
// The page's style: light or dark as the reader has it, one column on a phone, plain paper in print.

import { dark, light } from '../line-chart.ts';

function colours(list: readonly string[]): string {
  return list.map((colour, index) => `--c${index}:${colour};`).join('');
}

const DAY = `--paper:#fff;--ink:#1b1f23;--faint:#5a636c;--line:#d9dde1;--ground:#f1f3f5;${colours(light)}`;
const NIGHT = `--paper:#14171a;--ink:#e3e6e8;--faint:#9aa3ab;--line:#343a40;--ground:#1f2428;${colours(dark)}`;

/** The style sheet. */
export const STYLE: string = `
:root{color-scheme:light dark;${DAY}}
@media(prefers-color-scheme:dark){:root{${NIGHT}}}
@media print{:root{color-scheme:light;${DAY}}section{break-inside:avoid}}
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:1080px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:.2em 0}h2{font-size:1.15rem;margin:0 0 .4em}
p,figcaption{margin:.4em 0;color:var(--faint);font-size:.92rem}
main{display:grid;gap:20px;align-items:start;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr))}
section{min-width:0;border:1px solid var(--line);border-radius:8px;padding:14px}
section.wide{grid-column:1/-1}
@media(max-width:480px){body{padding:8px}section{padding:8px}}
.facts{display:flex;flex-wrap:wrap;gap:6px 28px;margin:10px 0 18px;padding:0;list-style:none}
.facts b{display:block;font-size:1.25rem}
figure{margin:0}
.table{overflow-x:auto}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:3px 8px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child,.text{text-align:left}
td.text{white-space:normal;min-width:12em}
pre{overflow-x:auto;background:var(--ground);padding:8px;border-radius:6px}
.chart{display:block;width:100%;height:auto;max-width:500px;margin:0 auto}
.chart text{font:12px system-ui,sans-serif;fill:var(--ink)}
.chart .tick{font-size:11px;fill:var(--faint)}.chart .small{font-size:10px;fill:var(--faint)}
.chart .name{font-weight:600}.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}
.chart .grid{stroke:var(--line);fill:none}.chart .axis,.chart .wire{stroke:var(--faint);fill:none}
.chart .added{stroke:var(--c1);stroke-dasharray:5 3}.chart .roof{stroke:var(--c1);stroke-width:2;fill:none}
.chart .map,.chart .layer{fill:var(--ground);stroke:var(--c0)}.chart .multiply{stroke:var(--c1)}.chart .map{stroke:var(--line)}
.chart .ground{fill:var(--ground);stroke:var(--line)}.chart .heat{fill:var(--c0)}
${light.map((_, index) => `.chart .fill${index}{fill:var(--c${index})}`).join('')}
`;
