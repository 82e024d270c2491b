import { type Confinement, createConfinement } from '../../process/confinement.ts';
import type { InventoryRequest } from './requests.ts';

/** Which files a request may read and quote; those of a copied revision belong to its folder. */
export function confinementOf({ confine }: Pick<InventoryRequest, 'confine'>, copy?: string): Confinement {
  const confinement = createConfinement(confine === true ? 'refused' : 'read');
  return copy === undefined ? confinement : confinement.around(copy);
}
