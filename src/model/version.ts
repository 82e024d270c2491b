declare const TAPBOOK_VERSION: string | undefined;

/** Set by the bundler from package.json. */
export const version: string = typeof TAPBOOK_VERSION === 'undefined' ? 'development' : TAPBOOK_VERSION;
