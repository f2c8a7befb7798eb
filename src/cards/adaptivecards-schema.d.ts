/**
 * Stands in for `adaptivecards/src/schema`, which the types of adaptivecards-templating point to: TypeScript source of
 * another package, written for other compiler settings. See "paths" in tsconfig.json.
 */
// eslint-disable-next-line @typescript-eslint/naming-convention -- the name is theirs
export type IAdaptiveCard = object;
