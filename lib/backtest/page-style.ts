/** The page's own style: dark where the reader's screen is, and legible on paper. Colours are named once. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf8; --card: #ffffff; --ink: #1f2328; --soft: #6b7280; --line: #e4e1dc;
  --fire: #f3c1b5; --fire-edge: #e08a74; --wait: #d99a1c; --act: #3b6fd4; --failover: #c2321d; --ask: #c77d0a; --brake: #7a1f6d; --hold: #4b7f9c;
  --near: #ffffff; --near-edge: #c77d0a; --a: #2f5fb3; --b: #6a7a3c; --tint: #e9e0fb; --tint-edge: #9b7fe0; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1c2024; --ink: #e6e6e3; --soft: #9aa3ab; --line: #30363c;
  --fire: #5b2f28; --fire-edge: #a2543f; --wait: #e0a93a; --act: #6d9bf1; --failover: #f0654d; --ask: #e7a33c; --brake: #cf7fc3; --hold: #7fb4d1;
  --near: #1c2024; --near-edge: #e7a33c; --a: #86aef0; --b: #b3c47b; --tint: #2c2540; --tint-edge: #8a70cf; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 40px 28px 64px; }
.kicker { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .04em; text-transform: uppercase; }
h1 { margin: 4px 0 6px; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; font-weight: 650; }
h2 { margin: 40px 0 12px; font-size: 19px; font-weight: 650; }
h3 { margin: 0 0 10px; font-size: 15px; font-weight: 650; display: flex; align-items: center; gap: 10px; flex-wrap: wrap; }
h3 time { font-weight: 400; color: var(--soft); font-variant-numeric: tabular-nums; }
.lead { margin: 0; color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 16px; margin-top: 26px; }
.card, .incident { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; }
.card ul { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 12px 20px; }
.card li { display: flex; flex-direction: column; color: var(--soft); font-size: 13px; }
.figure { font-size: 26px; line-height: 1.1; font-weight: 650; font-variant-numeric: tabular-nums; color: var(--ink); }
.figure.none { color: var(--soft); font-weight: 400; }
.figure.failover { color: var(--failover); } .figure.ask, .figure.near-miss { color: var(--ask); } .figure.brake { color: var(--brake); } .figure.hold { color: var(--hold); }
.differing { border-color: var(--tint-edge); background: var(--tint); }
.differing ul { margin-top: 10px; display: block; columns: 2; } .differing li { display: list-item; }
.differing p { margin: 0; } .big { font-size: 40px; line-height: 1.1; font-weight: 650; }
.badge { display: inline-block; border-radius: 999px; padding: 1px 9px; font-size: 12px; font-weight: 650; color: var(--card); background: var(--soft); }
.badge.a { background: var(--a); } .badge.b { background: var(--b); } .badge.difference { background: var(--tint); color: var(--ink); border: 1px solid var(--tint-edge); font-weight: 500; }
.legend { list-style: none; margin: 0 0 10px; padding: 0; display: flex; flex-wrap: wrap; gap: 6px 18px; color: var(--soft); font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.swatch { width: 18px; height: 18px; vertical-align: -4px; margin-right: 4px; flex: none; overflow: visible; }
.picture { overflow-x: auto; }
section > .picture { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 18px 8px; }
.timeline { display: block; width: 100%; min-width: 760px; height: auto; overflow: visible; }
.timeline text { font-size: 12px; fill: var(--ink); } .timeline .tick-label { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.timeline .target { font-weight: 600; } .timeline .letter { font-size: 11px; font-weight: 700; } .letter.a { fill: var(--a); } .letter.b { fill: var(--b); } .letter.r { fill: var(--soft); }
.tick { stroke: var(--line); stroke-width: 1; } .base { stroke: var(--line); stroke-width: 1; }
.firing { fill: var(--fire); stroke: var(--fire-edge); stroke-width: .75; } .waiting { fill: var(--wait); } .acting { fill: var(--act); }
.shortfall { stroke: var(--near-edge); stroke-width: 2; stroke-dasharray: 4 3; } .shortfall.end { stroke-dasharray: none; }
.tint { fill: var(--tint); stroke: var(--tint-edge); stroke-width: 1; }
.mark { stroke: var(--card); stroke-width: 1.5; } .mark.failover { fill: var(--failover); } .mark.ask { fill: var(--ask); } .mark.brake { fill: var(--brake); }
.mark.hold { fill: var(--hold); } .mark.near-miss { fill: var(--near); stroke: var(--near-edge); stroke-width: 2; }
.incident { margin: 0 0 14px; } .incident.differs { border-left: 4px solid var(--tint-edge); }
.sentence { margin: 6px 0 0; } .sentence time { color: var(--soft); font-variant-numeric: tabular-nums; margin-right: 8px; } .sentence .badge { margin-right: 8px; }
details { margin-top: 32px; } summary { cursor: pointer; font-size: 17px; font-weight: 650; margin-bottom: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; } th { text-align: left; color: var(--soft); font-weight: 500; }
th, td { padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; } td.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
td:nth-child(2), td:nth-child(3) { white-space: nowrap; }
code { font: 12.5px ui-monospace, "DejaVu Sans Mono", monospace; color: var(--soft); }
.quiet, footer p { color: var(--soft); } footer { border-top: 1px solid var(--line); margin-top: 40px; font-size: 13.5px; } footer h2 { margin-top: 20px; font-size: 15px; }
@media print { :root { color-scheme: light; } main { max-width: none; padding: 0; } .card, .incident { break-inside: avoid; } }
`;
