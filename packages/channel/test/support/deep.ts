/** Whether `npm run test:deep` runs, which takes minutes, and not `npm test`. */
export const isDeep: boolean = process.env["CHANKIT_DEEP"] === "1";
