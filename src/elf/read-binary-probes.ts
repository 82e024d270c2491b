import type { BinaryProbes, Marker } from '../model/binary-probes.ts';
import { ok, type Result } from '../model/result.ts';
import type { ByteSource } from './byte-source.ts';
import { readDebugInfo } from './debug-info.ts';
import { readFunctionNames } from './function-symbols.ts';
import { openElf } from './open-elf.ts';
import { readBuildId } from './read-build-id.ts';
import { readSdtNotes, type SdtNote } from './sdt-notes.ts';

/** Reads what an ELF file offers to scripts. The error is a clause that says why it cannot be read: `it is no ELF file`. */
export async function readBinaryProbes(source: ByteSource): Promise<Result<BinaryProbes, string>> {
  const opened = await openElf(source);
  if (!opened.ok) return opened;
  const file = opened.value;
  const buildId = await readBuildId(file);
  if (!buildId.ok) return buildId;
  const notes = await readSdtNotes(file);
  if (!notes.ok) return notes;
  const functions = await readFunctionNames(file);
  if (!functions.ok) return functions;
  const debugInfo = await readDebugInfo(file);
  if (!debugInfo.ok) return debugInfo;
  return ok({
    ...(buildId.value === undefined ? {} : { buildId: buildId.value }),
    bytes: file.size,
    markers: gatherMarkers(notes.value),
    functions: functions.value,
    debugInfo: debugInfo.value,
  });
}

/** A mark's arguments are those of its first place: the others hand over the same, maybe elsewhere. */
function gatherMarkers(notes: readonly SdtNote[]): readonly Marker[] {
  const markers = new Map<string, Marker>();
  for (const { provider, name, arguments: given } of notes) {
    const key = `${provider}\0${name}`;
    const known = markers.get(key) ?? { provider, name, arguments: given, places: 0 };
    markers.set(key, { ...known, places: known.places + 1 });
  }
  return [...markers].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, marker]) => marker);
}
