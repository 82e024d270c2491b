/**
 * A password or passphrase. It prints as `[secret]` wherever text is made of it (templates, JSON, console), so that
 * only the one place that needs the plain text, by calling `reveal()`, can get at it.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}
