// Pictures of the results, as SVG.

import { parse, View } from "vega";
import { compile } from "vega-lite";

/** Compared with others of ours, or far beyond all the rest. */
const LEFT_OUT = new Set([
  "waiters-1k",
  "waiters-100k",
  "cases-10k",
  "channels-100k",
  "drain-30k",
  "sieve",
]);

/** Nanoseconds of all contestants, workload by workload, on a logarithmic scale. */
export function drawBars(results) {
  const shown = results.filter(({ name, unit }) => unit === "ns" && !LEFT_OUT.has(name));
  const titleOf = ({ name, title }) => `${name}: ${title}`;
  const values = shown.flatMap((result) =>
    Object.entries(result.medians).map(([contestant, ns]) => {
      return { title: titleOf(result), contestant, ns, isOurs: contestant === "chankit" };
    }),
  );
  return draw({
    data: { values },
    facet: {
      row: {
        field: "title",
        type: "nominal",
        sort: shown.map(titleOf),
        title: null,
        header: HEADER,
      },
    },
    resolve: { scale: { y: "independent" } },
    spacing: 8,
    spec: {
      width: 520,
      height: { step: 13 },
      mark: { type: "bar", height: 10 },
      encoding: {
        y: { field: "contestant", type: "nominal", sort: { field: "ns" }, title: null },
        x: {
          field: "ns",
          type: "quantitative",
          title: "ns per message, job or operation; shorter is better",
          scale: { type: "log", domain: [1, 30_000], nice: false },
        },
        x2: { datum: 1 },
        color: {
          field: "isOurs",
          type: "nominal",
          legend: null,
          scale: { domain: [true, false], range: ["#00758f", "#b9c0c4"] },
        },
      },
    },
  });
}

/** The time of a select by how many others wait: it does not depend on them. */
export function drawWaiters(results) {
  const ours = (name) => results.find((result) => result.name === name)?.medians;
  const values = [
    { waiters: 1, ns: ours("waiters-1k")?.["waiters-1"] },
    { waiters: 1000, ns: ours("waiters-1k")?.chankit },
    { waiters: 100_000, ns: ours("waiters-100k")?.chankit },
  ].filter(({ ns }) => ns !== undefined);
  return draw({
    width: 420,
    height: 180,
    data: { values },
    mark: { type: "line", point: true, color: "#00758f" },
    encoding: {
      x: {
        field: "waiters",
        type: "quantitative",
        scale: { type: "log" },
        title: "others that wait",
      },
      y: {
        field: "ns",
        type: "quantitative",
        title: "ns per select",
        scale: { domainMin: 0 },
      },
    },
  });
}

const HEADER = { labelAngle: 0, labelAlign: "left", labelOrient: "top", labelAnchor: "start" };

function draw(spec) {
  const config = { background: "white", font: "sans-serif", view: { stroke: null } };
  return new View(parse(compile({ ...spec, config }).spec), { renderer: "none" }).toSVG();
}
