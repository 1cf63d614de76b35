// How far the tests go that could go on for ever: enumerations, random programs, very many rounds.
// `npm test` says within a minute what most changes break, `npm run test:full` is what the gate runs,
// and `npm run test:deep` takes many minutes.

const depth = process.env["CHANKIT_DEPTH"];

export const isDeep: boolean = depth === "deep";
export const isFull: boolean = isDeep || depth === "full";
