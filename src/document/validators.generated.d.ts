// The generated validators: one for each file in schemas/.
import type { ErrorObject } from 'ajv';

type Validator = ((data: unknown) => boolean) & { errors?: ErrorObject[] | null };

export declare const playbook: Validator;
export declare const config: Validator;
