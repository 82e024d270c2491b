/**
 * A function of sh for the scripts on other machines: `began PID` prints when a process began, in ticks since boot (field 22
 * of /proc/PID/stat), since its number alone may be somebody else's by now. Nothing for one that has ended, though nobody
 * may have waited for it yet. A program's name, in parentheses, may hold blanks.
 */
export const processBegan: string = `began() { sed -e 's/^.*) //' -e '/^[ZX]/d' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }`;
