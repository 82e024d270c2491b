// Generated from schemas/event.schema.json.

/** For each kind of event, whether a value is of the form that is documented for it. */
export declare const eventForms: Readonly<Record<string, (value: unknown) => boolean>>;
