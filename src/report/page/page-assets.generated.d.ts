/** The page's own style and script, with the sources that its policy allows them by: `'sha256-…'`. */
export const pageAssets: {
  readonly style: string;
  readonly styleSource: string;
  readonly script: string;
  readonly scriptSource: string;
};
