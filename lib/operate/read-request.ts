/** The request of a person's tool is not what it should be. The message names the field, never its value. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** Fields of a JSON object of which nothing is known yet. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  /** @throws {InvalidRequestError} */
  constructor(request: unknown) {
    if (typeof request !== 'object' || request === null || Array.isArray(request))
      throw new InvalidRequestError('the request is not a JSON object');
    this.#values = request as Readonly<Record<string, unknown>>;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new InvalidRequestError(`${name} is missing`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#own(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new InvalidRequestError(`${name} is not text`);
  }

  number(name: string): number {
    const value = this.optionalNumber(name);
    if (value === undefined) throw new InvalidRequestError(`${name} is missing`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#own(name);
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
    throw new InvalidRequestError(`${name} is not a number`);
  }

  flag(name: string): boolean {
    const value = this.#own(name);
    if (value === undefined || typeof value === 'boolean') return value === true;
    throw new InvalidRequestError(`${name} is neither true nor false`);
  }

  /** A mistyped field must not be a wish that nobody hears. @throws {InvalidRequestError} */
  only(names: readonly string[]): void {
    const unknown = Object.keys(this.#values).find((name) => !names.includes(name));
    if (unknown !== undefined) throw new InvalidRequestError(`there is no field ${unknown.slice(0, 40)}; there are ${names.join(', ')}`);
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }
}
