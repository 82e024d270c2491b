import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A folder of the installation, told by a file in it: it lies beside `dist/` and beside `src/`, from wherever in them this runs. */
export async function findShipped(folder: string, file: string): Promise<string> {
  for (const path of ['..', '../..']) {
    const found = fileURLToPath(new URL(`${path}/${folder}/`, import.meta.url));
    const isIt = await access(`${found}${file}`).then(
      () => true,
      () => false,
    );
    if (isIt) return found;
  }
  throw new Error(`the folder ${folder} is missing from this installation`);
}
