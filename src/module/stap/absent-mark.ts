/** Begins a line that is added to a build's log, and ends in the path of a program that the build host does not have. */
export const absentMark = 'tapbook: no such file on the build host: ';
