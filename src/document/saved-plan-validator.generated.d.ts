// Generated from schemas/saved-plan.schema.json: apart from the others, since only who applies such a plan needs it.
import type { ErrorObject } from 'ajv';

export declare const savedPlan: ((data: unknown) => boolean) & { errors?: ErrorObject[] | null };
