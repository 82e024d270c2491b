/** The options of every command that reads an inventory, as commander gives them. */
export interface InventoryOptions {
  readonly inventory?: readonly string[];
  readonly limit?: readonly string[];
  readonly extraVars?: readonly string[];
  readonly format: 'text' | 'json';
}

export interface PlaybookOptions extends InventoryOptions {
  readonly tags?: readonly string[];
}

export interface ApplyOptions extends PlaybookOptions {
  readonly forks: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** Seconds. */
  readonly buildTimeout?: number;
  /** Seconds. */
  readonly lease?: number;
}
