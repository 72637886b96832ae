/** The schemas, each of which one role of the same name owns. */
export const schemas = ['gateway', 'scheduler', 'media', 'transcriber', 'retention', 'notifier', 'composer'] as const;
export type Schema = (typeof schemas)[number];
