import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Finds a folder of the installation by a file in it. The folder lies beside `dist/` and `src/`. */
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
