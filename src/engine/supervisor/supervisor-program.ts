import { shellLine } from '../../transport/shell/shell-quote.ts';
import { caretakerScript } from './caretaker.generated.ts';
import { supervisorScript } from './supervisor.generated.ts';

/**
 * A supervisor's script with the text of its caretaker. Each of its two commands, an assignment and a `{ … }` group, is read
 * whole by a shell before it runs.
 */
export const supervisorProgram: string = `caretaker=${shellLine([caretakerScript])}\n{\n${supervisorScript}}\n`;
