/** The two scripts of the walk-through that this tool makes declarative, as they were written for a 2.6.18 kernel. */
export const withArguments = `global var1%[60000], var2%[60000]

probe syscall.read {
  var1[pid(),execname()] <<< $count
  var2[pid(),execname()] <<< $count
}

probe timer.s($1) {
  print("**********\\n")
  foreach([x,y] in var1- limit 5)
    printdln("---", x, y, @count(var1[x,y]), @sum(var1[x,y]))
  delete var1
}

probe timer.s($2) {
  print("END:**********\\n")
  foreach([x,y] in var2- limit 5)
    printdln("---", x, y, @count(var2[x,y]), @sum(var2[x,y]))
  delete var1
  delete var2
  exit()
}
`;

export const withGlobal = `global var1%[60000], var2%[60000], ts, interval=1

probe begin {
  ts = gettimeofday_s()
}

probe syscall.read {
  var1[pid(),execname()] <<< $count
  var2[pid(),execname()] <<< $count
}

probe timer.s(1) {
  if ((gettimeofday_s() - ts) >= interval) {
    ts = gettimeofday_s()
    print("**********\\n")
    foreach([x,y] in var1- limit 5)
      printdln("---", x, y, @count(var1[x,y]), @sum(var1[x,y]))
    delete var1
   }
}

probe end {
  print("END:**********\\n")
  foreach([x,y] in var2- limit 5)
    printdln("---", x, y, @count(var2[x,y]), @sum(var2[x,y]))
  delete var1
  delete var2
  exit()
}
`;
