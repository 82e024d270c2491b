/** Inventories that Ansible and tapbook have to understand alike. */
export interface CorpusCase {
  readonly name: string;
  /** By path. A text that begins with `#!` is made executable, unless it is listed as plain. */
  readonly files: Readonly<Record<string, string>>;
  /** The first file, where none is named. */
  readonly sources?: readonly string[];
  /** Files with the x bit, whatever their text. */
  readonly executable?: readonly string[];
  /** Links by path, each with its target. */
  readonly links?: Readonly<Record<string, string>>;
  /** The graph with variables is compared too. */
  readonly graph?: true;
}

/** What the vaulted texts below are encrypted with. */
export const vaultPassword = 'tapbook';

const secret = `$ANSIBLE_VAULT;1.1;AES256
64633836323262326135396438353263323237366332356433336530366236643438326161313230
3130386663346366653330336335616635366339356531350a376139663932353430633166343665
36666464643366613036316132386561396131616632663234656231633238346231356663666530
6139643532383235660a316130656631316138363061386236373862323831386663613433623735
3965`;
const vaultedVars = `$ANSIBLE_VAULT;1.1;AES256
35313030386530373664386330333833373632343764303666393736306237393465303562366637
3861616634366439613939623833323032373532613663300a623766303061633532333266373163
37326337623663313738636565363432373730613363333965366433343761616539356164336633
6236663966383261320a383331643562353665333237373939323836643035383939346630333062
33646331653433623065343033343631636232346433316464623961333836633162313837346233
3434386638383733353838656437376135663336393861343530
`;
const vaultedInventory = `$ANSIBLE_VAULT;1.1;AES256
35393866393361363434373564393939303066303465333435303164663431383437326362633035
3036623532326461386231653833363732366535303634380a643064303763366637623331646366
32316266353461343166393134666338666530333734616537356537623132386430323835303337
6362646432306435660a653437313838386566653661303731363138396463623562633038363134
30363466343331343833316233333536366662613065363036346334323861383065386535653339
3063656136383539323630653435333563646531383265613961
`;

const inlineSecret = (indent: string): string => `!vault |\n${secret.replace(/^/gm, indent)}\n`;

const program = (json: unknown, byHost?: Readonly<Record<string, unknown>>): string => {
  const cases = Object.entries(byHost ?? {}).map(([host, vars]) => `${host}) echo '${JSON.stringify(vars)}' ;;`);
  return [
    '#!/bin/sh',
    'if [ "$1" = --host ]; then',
    `  case "$2" in ${cases.join(' ')} *) echo '{}' ;; esac`,
    'else',
    `cat <<'END'\n${JSON.stringify(json)}\nEND`,
    'fi\n',
  ].join('\n');
};

export const corpus: readonly CorpusCase[] = [
  { name: 'nothing', files: { hosts: '' } },
  { name: 'INI: ungrouped hosts', files: { hosts: 'a\nb\n\n# c\n; d\n e # f\n' } },
  { name: 'INI: ranges', files: { 'h.ini': '[w]\nw[1:3]\nx[01:10:3]\ny[a:e:2]\nz[0:1]-[a:b].lan\nq[:2]\n' } },
  { name: 'INI: ranges of capital letters, over the end of the small ones', files: { 'h.ini': 'r[x:C]\ns[A:C]\n' } },
  { name: 'INI: ranges with variables and a port', files: { 'h.ini': 'w[1:2]:2222 a=1\nv[08:11] b=2\n' } },
  {
    name: 'INI: addresses',
    files: { 'h.ini': '10.0.0.1\n10.0.0.[2:3]:22\n2001:db8::1\n[2001:db8::2]:2200 a=1\n2001:db8::[1:3]\nfe80::1\n' },
  },
  {
    name: 'INI: literals inline',
    files: {
      'h.ini':
        'h a=1,2 b="[1,2]" c=0x10 d=None e=1e3 f=007 g=\'#no\' i=True j=true k=yes l="{\'x\': [1, (2, 3)], \'y\': None}" m=-5 n=0o17 o=1_000 p="" q=a=b=c r="1,"\n',
    },
  },
  {
    name: 'INI: quotes inline',
    files: {
      'h.ini': `h a="b c" 'd=e f' g="it's" i='say "x"' j=a\\ b k="a\\"b" l='a\\b' m=x"y"z n="'quoted'" o="\\n" p=u"x"\n`,
    },
  },
  { name: 'INI: a comment in the middle of a word', files: { 'h.ini': 'h a=1#2 b=3\ni a="1#2" b=3 # c\n' } },
  {
    name: 'INI: literals in :vars',
    files: {
      'h.ini': [
        'h',
        '[all:vars]',
        'a = 1 # one',
        'b=  text # with hash',
        "c = 'quoted' # comment",
        'd = "a" "b"',
        'e = [1, "x", None, True,]',
        "f = {'a': {'b': ()}, 'c': (1,)}",
        'fg = {1: 2}',
        'g = # nothing',
        'i =',
        'j = a = b',
        'k = 1.50',
        'l = .5',
        'm = 5.',
        'n = 1e-3',
        'o = "\\x41\\u00e9\\101\\d"',
        "p = r'a\\nb'",
        'q = {{ a }}',
        'r = "{{ b }}"',
        's = 1 2',
        't = - 5',
        'u = (5)',
        'v = 00',
        'w = 1, "two", [3]',
        "x = b'bytes'",
        'y = 0777',
        'z = ~',
        'aa = """tri"""',
        'bb cc = spaced name',
        'dd = null',
        'ee = 1;2',
        'ff = ; x',
      ].join('\n'),
    },
  },
  {
    name: 'INI: numbers as Python has them',
    files: {
      'h.ini':
        'h a=12345678901234567890 b=0xFFFFFFFFFFFFFFFF c=-9007199254740993 d=9007199254740992 e=2.0 f=1e3 g=1e400 i=-1e400 j=1E-7 k=0b1' +
        `${'0'.repeat(60)} l=1_0.50 m="[1.0, 18446744073709551616, {'a': 3.0}]" n=0o7777777777777777777777 o=00 p=1e22 q=123456789.0\n`,
    },
    graph: true,
  },
  {
    name: 'YAML: scalars that Python writes otherwise than JavaScript',
    files: {
      'h.yml': [
        'all: { hosts: { n: { ansible_connection: local } }, vars: {',
        'a: 2.0, b: true, c: yes, d: null, e: 010, f: 1e3, g: 1.0e+3, h: 0x1F, i: 12345678901234567890, j: 2024-01-01,',
        'k: 2001-12-14 21:59:43.10, l: 2001-12-14t21:59:43.10-05:00, m: 2001-12-14 21:59:43Z, n: .inf, o: -.INF, p: .NaN,',
        'q: [true, 2.0, null, .inf, 0xFFFFFFFFFFFFFFFFFF], r: { a: True, b: 1.10, c: 5.0e+20 }, s: 1_000, t: 1_0.5, u: 1:30,',
        'v: 0777777777777777777777777, w: -0b1, x: 190:20:30, y: 1:30.5, z: 685_230.15, aa: 0., bb: -0.0, cc: 1.0e-07,',
        'dd: 99999999999999999999:59, ee: "a\\nb", ff: 1.0e+400, gg: +.inf, hh: +12, ii: +12.5, jj: .5, kk: 0o17 } }',
      ].join('\n'),
    },
    graph: true,
  },
  {
    name: 'JSON: numbers as Python reads them',
    files: {
      hosts: 'n\nm\n',
      'host_vars/n.json':
        '{"a": 2.0, "b": 1e5, "c": 12345678901234567890, "d": [1.0, -3, 1E400], "e": NaN, "f": -Infinity, "g": "2.0, NaN \\" 12345678901234567890", "h": 1.50, "i": 1e-7, "j": -0.0, "k": 25E2}',
      'host_vars/m.yml': '{"a": 2.0, "b": 1e5, "c": 9007199254740993, "d": 1.0e+16}\n',
      'group_vars/all': '{"z": 100000000000000000000.0}\n',
    },
    graph: true,
  },
  {
    name: 'a program that prints numbers',
    files: {
      inv: `#!/bin/sh\necho '{"w": {"hosts": ["h"], "vars": {"a": 2.0, "b": 1e5}}, "_meta": {"hostvars": {"h": {"c": 18446744073709551615, "d": Infinity}}}}'\n`,
    },
    graph: true,
  },
  {
    name: 'YAML: texts and brackets that go on at the margin, block texts without an end, two merges',
    files: {
      hosts: '[g]\nn1\nn2\n',
      'group_vars/all.yml': 'text: "first line\nsecond line"\nmore:\n  inner: "{% if x %}\n  {{ y }}\n  {% endif %}"\n',
      'group_vars/g.yml': "l: [\n1, 'a\n\n b'\n]\nm: {\na: 1,\nb: [2,\n3] }\nk: 1\nlast: |\n  no end",
      'host_vars/n1.yml':
        'a: &a { k: 1 }\nb: &b { k: 2 }\nc:\n  <<: *a\n  <<: *b\nd: { k: 9, <<: *a, <<: *b }\ne: "x"# y\n',
      'host_vars/n2.yml': 'a: >+\n  x\n  y\n\nb: |-\n  z\nc: >\n  no\n  end',
    },
    graph: true,
  },
  {
    name: 'a list of hosts with what looks like ranges',
    files: { unused: '' },
    sources: ['w[1:3],x[01:02].y,[::1]:22,z:2222'],
  },
  { name: 'INI in a file that ends as YAML does', files: { 'h.yml': '[w]\nh a=2.0\n[w:vars]\nb=1\n' }, graph: true },
  { name: 'INI in a file that ends as JSON does', files: { 'h.json': 'a\n[w]\nb x=y\n' } },
  { name: 'INI of a host alone in a file that ends as YAML does', files: { 'h.yaml': 'h\n' } },
  { name: 'INI: variables before their group', files: { hosts: '[w:vars]\na=1\n[w]\nh\n' }, graph: true },
  {
    name: 'INI: children before and behind their groups',
    files: { hosts: '[p:children]\nc\nb\na\n[b]\nb1\n[a]\na1\n[p2:children]\na\nb\nc\n[c]\nc1\n' },
    graph: true,
  },
  {
    name: 'INI: nested children and a diamond',
    files: {
      hosts: [
        ...['[top:children]', 'left', 'right', '[left:children]', 'base', '[right:children]', 'base', 'other'],
        ...['[base]', 'b1', 'b2', '[other]', 'o1', 'b1', '[top:vars]', 'x=top', '[left:vars]', 'x=left', 'y=left'],
        ...['[right:vars]', 'x=right', '[base:vars]', 'z=1'],
      ].join('\n'),
    },
    graph: true,
  },
  {
    name: 'INI: priorities',
    files: {
      hosts:
        'z\n[a]\nh\n[b]\nh\n[a:vars]\nx=a\nansible_group_priority=10\n[b:vars]\nx=b\n[c]\nh ansible_group_priority=3\n[c:vars]\nansible_group_priority=1\n',
    },
    graph: true,
  },
  {
    name: 'INI: the same host and variables again',
    files: { hosts: 'h a=1 b=1\nh a=2\n[w]\nh c=3 a=3\nh\n[w]\ni\nh:99\n' },
  },
  {
    name: 'INI: hosts in all and in ungrouped',
    files: { hosts: 'a\n[all]\nb\nc\n[ungrouped]\nd\nb\n[w]\nc\na\n' },
    graph: true,
  },
  {
    name: 'INI: children of all and of ungrouped',
    files: { hosts: '[w]\nw1\n[v]\nv1\n[all:children]\nv\n[ungrouped:children]\nw\n' },
    graph: true,
  },
  { name: 'INI: empty groups', files: { hosts: '[a]\n[b:children]\na\n[c:vars]\nx=1\n[c]\n' }, graph: true },
  {
    name: 'INI: a group named like a host',
    files: { hosts: 'web a=1\n[web]\nweb b=2\nother\n[web:vars]\nc=3\n[db]\nweb d=4\n' },
  },
  {
    name: 'INI: names in other scripts',
    files: { 'h.ini': '[größe]\nhöst-ä läge="süd" emoji="😀"\n[サーバ]\nさ1 n=日本\n' },
    graph: true,
  },
  {
    name: 'INI: names of groups with odd characters',
    files: { hosts: '[a-b.c]\nh\n[1st]\ni\n[a-b.c:vars]\nx=1\n[x/y]\nj\n' },
  },
  {
    name: 'INI: blanks and line ends',
    files: { hosts: '  [w]  # comment\r\n\th1   a=1\t b=2  \r\n\r\n [w:vars] \r\n  k  =  v  \r\n' },
  },
  {
    name: 'INI: passwords',
    files: { hosts: 'h ansible_password=p ansible_become_pass="a b"\n[all:vars]\nansible_ssh_pass=q\n' },
  },
  {
    name: 'INI: what Ansible keeps for itself',
    files: {
      hosts: 'h inventory_dir=x group_names=y playbook_dir=z groups=1 omit=2 ansible_version=3 ansible_host=4\n',
    },
  },
  {
    name: 'YAML: groups, hosts, variables',
    files: {
      'h.yml': `all:
  hosts:
    lonely:
    mail.example.com: { ansible_port: 25 }
  vars: { owner: sre }
  children:
    web:
      hosts:
        w[01:03]: { role: front }
      vars:
        stage: live
    db:
      children:
        replicas:
          hosts: { d2: , d3: {} }
      hosts: d1
`,
    },
    graph: true,
  },
  {
    name: 'YAML: scalars of version 1.1',
    files: {
      'h.yml': `all:
  hosts:
    h:
      a: yes
      b: off
      c: On
      d: y
      e: 010
      f: 08
      g: 0x1F
      i: 1:30
      j: 1:00:00
      k: 1_000
      l: 1e3
      m: 1.0e+3
      n: ~
      o: Null
      p: "yes"
      q: 0b101
      r: +12
      s: 0o17
      t: .5
      u: 1.
      v: 190:20:30.15
      w: !!str 123
      x: !!int "7"
      y: !!float "2.5"
      z: null
      aa: -0x10
      bb: 1.5.2
      cc: 'it''s'
      dd: "a\\tb\\u00e9\\/"
      ee: -
      ff: TRUE
      gg: n
      hh: tRue
`.replace('      ee: -\n', ''),
    },
  },
  {
    name: 'YAML: dates and times',
    files: {
      'h.yml': `all:
  hosts:
    h:
      a: 2001-12-14
      b: 2001-12-14t21:59:43.10-05:00
      c: 2001-12-14 21:59:43
      d: 2001-12-15 2:59:43.10
      e: 2001-12-14T21:59:43Z
      f: "2001-12-14"
      g: 2001-1-5
`,
    },
  },
  {
    name: 'YAML: anchors, aliases and merges',
    files: {
      'h.yml': `base: &base
  vars: &vars { a: 1, b: { c: [1, 2] } }
w:
  hosts:
    h: { <<: *vars, a: 2 }
    i: { <<: [{ x: 1 }, { x: 2, y: 2 }], z: 3 }
  vars: *vars
v:
  <<: *base
  hosts: { j: }
`,
    },
  },
  {
    name: 'YAML: texts over several lines',
    files: {
      'h.yml': `w:
  hosts:
    h:
      folded: >-
        one
        two

        three
      literal: |
        one
          two
      keep: |+
        x

      plain: one
        two
      quoted: "one
        two\\
        three"
      list:
      - a
      - - b
        - c
      - k: v
        l: w
`,
    },
  },
  {
    name: 'YAML: unsafe texts',
    files: {
      'h.yml': 'w:\n  hosts:\n    h:\n      a: !unsafe "{{ x }}"\n      b: [!unsafe y, 1]\n      c: { d: !unsafe z }\n',
    },
    graph: true,
  },
  {
    name: 'YAML: all and ungrouped',
    files: {
      'h.yml':
        'ungrouped:\n  hosts: { b: }\n  vars: { u: 1 }\nall:\n  hosts: { a: , c: }\n  vars: { x: 1 }\n  children: { ungrouped: , w: { hosts: { c: } } }\n',
    },
    graph: true,
  },
  {
    name: 'YAML: a host in several groups, its variables joined',
    files: { 'h.yml': 'w: { hosts: { h: { a: 1, b: 1 } } }\nv: { hosts: { h: { a: 2 } } }\nu: { hosts: { h: } }\n' },
    graph: true,
  },
  { name: 'YAML: odd keys are left out', files: { 'h.yml': 'w:\n  host: { x: }\n  hosts: w1\n  comment: x\n' } },
  {
    name: 'YAML: IPv6 and ports',
    files: {
      'h.yml':
        'w:\n  hosts:\n    "[2001:db8::1]:2222": { a: 1 }\n    2001:db8::2:\n    10.0.0.1:22:\n    "h:99": { b: 2 }\n',
    },
  },
  {
    name: 'YAML: children by a text',
    files: { 'h.yml': 'p:\n  children: w\n  vars: { a: 1 }\nw:\n  hosts: h\n' },
    graph: true,
  },
  {
    name: 'YAML: as JSON',
    files: {
      'h.json':
        '{"w": {"hosts": {"h": {"a": 1.25e1, "b": "010", "c": [1.5, null, true], "d\\u00e9": {"e": {}}}}, "vars": {"x": "yes"}}}',
    },
    graph: true,
  },
  {
    name: 'YAML: as JSON in a file for YAML, tabs and all',
    files: { 'h.yml': '{\n\t"w": {\n\t\t"hosts": {"h1": null, "h2": {"a": "on"}},\n\t\t"children": {"v": {}}\n\t}\n}' },
  },
  {
    name: 'YAML: marks in JSON',
    files: { 'h.json': `{"w": {"hosts": {"h": {"a": {"__ansible_unsafe": "{{ x }}"}}}}}` },
  },
  { name: 'YAML: no ending', files: { hosts: '---\nw:\n  hosts:\n    h:\n' } },
  { name: 'YAML: only comments', files: { 'h.yml': '# nothing\n---\n' } },
  {
    name: 'YAML: a later mention of a child',
    files: {
      'h.yml':
        'p:\n  children: { new: , w: }\nw: { hosts: { w1: } }\nnew: { hosts: { n1: } }\nq: { children: { w: , new: } }\n',
    },
    graph: true,
  },
  {
    name: 'YAML: priority',
    files: {
      'h.yml':
        'a: { hosts: { h: }, vars: { ansible_group_priority: 5, x: a } }\nb: { hosts: { h: }, vars: { x: b } }\n',
    },
    graph: true,
  },
  {
    name: 'group_vars and host_vars: files with each ending',
    files: {
      hosts: '[a]\nh1\n[b]\nh2\n[c]\nh3\n[d]\nh4\n',
      'group_vars/all': 'from: all\n',
      'group_vars/a.yml': 'from: a\nn: 1\n',
      'group_vars/b.yaml': 'from: b\n',
      'group_vars/c.json': '{"from": "c", "n": 1.25e1}',
      'group_vars/d.txt': 'from: d\n',
      'host_vars/h1': 'x: [1, 2]\n',
      'host_vars/h2.yml': '---\nx: {a: yes}\n',
      'host_vars/h4.yml': '# nothing\n',
    },
    graph: true,
  },
  {
    name: 'group_vars and host_vars: directories',
    files: {
      hosts: '[a]\nh1 x=inline\n[a:vars]\nz=inline\n',
      'group_vars/a/10.yml': 'z: 10\ny: 10\n',
      'group_vars/a/9.yml': 'z: 9\n',
      'group_vars/a/B.yaml': 'upper: 1\ny: B\n',
      'group_vars/a/sub/x.json': '{"sub": 1}',
      'group_vars/a/sub.d/x.yml': 'never: 1\n',
      'group_vars/a/.hidden.yml': 'never: 2\n',
      'group_vars/a/backup.yml~': 'never: 3\n',
      'group_vars/a/readme.md': 'never: 4\n',
      'host_vars/h1/sub/deep/v': 'x: deep\n',
      'host_vars/h1/v.yml': 'x: flat\n',
    },
  },
  {
    name: 'group_vars: the directory wins over the file of the same name',
    files: {
      hosts: '[a]\nh\n',
      'group_vars/a/one.yml': 'x: dir\n',
      'group_vars/a.yml': 'x: file\n',
      'group_vars/all.json': '{}',
      'group_vars/all.yaml': 'never: 1\n',
    },
  },
  {
    name: 'group_vars: of ungrouped, and of names with dots',
    files: {
      hosts: 'h.example.com\n',
      'group_vars/ungrouped.yml': 'u: 1\n',
      'host_vars/h.example.com.yml': 'd: 1\n',
      'host_vars/h.yml': 'never: 1\n',
    },
    graph: true,
  },
  {
    name: 'group_vars: links, one of them broken',
    files: { hosts: '[a]\nh\n', 'elsewhere/v.yml': 'x: linked\n', 'group_vars/a/real.yml': 'y: 1\n' },
    links: { 'group_vars/a/link.yml': '../../elsewhere/v.yml', 'group_vars/a/broken.yml': 'nowhere.yml' },
  },
  {
    name: 'group_vars: YAML beyond the simple',
    files: {
      hosts: '[a]\nh\n',
      'group_vars/a.yml':
        'list:\n- 1\n- two\nmap: {a: [x, "y"]}\ntext: >\n  long\n  text\nkey with blanks: 1\n"quoted key": yes\nnested:\n  deeper:\n    - k: v\n  empty:\nurl: http://x:80/#frag\nhash: a#b # c\ntime: 12:30\nneg: -5\nstar: a*b\nat: "@x"\nuni: grün\n',
    },
    graph: true,
  },
  {
    name: 'several sources: the later one wins',
    files: { one: 'h x=1 y=1\n[w]\nh\n[w:vars]\nv=1\n', two: 'h x=2\n[w:vars]\nv=2\n[w]\ni\n' },
    sources: ['one', 'two'],
  },
  {
    name: 'several sources: the other way round',
    files: { one: 'h x=1 y=1\n[w]\nh\n[w:vars]\nv=1\n', two: '[w]\ni\nh x=2\n[w:vars]\nv=2\n' },
    sources: ['two', 'one'],
  },
  {
    name: 'several sources: files beside each',
    files: {
      'a/hosts': '[w]\nh\n',
      'a/group_vars/w.yml': 'x: a\nonly_a: 1\n',
      'a/host_vars/h.yml': 'y: a\n',
      'b/hosts': '[w]\ni\n',
      'b/group_vars/w.yml': 'x: b\n',
      'b/group_vars/all.yml': 'x: all of b\nz: 1\n',
      'b/host_vars/h.yml': 'y: b\n',
    },
    sources: ['a/hosts', 'b/hosts', 'a/hosts'],
    graph: true,
  },
  {
    name: 'several sources: INI, YAML and a list',
    files: { 'a.ini': 'h:22 a=1\n', 'b.yml': 'w: { hosts: { h: { a: 2 }, i: } }\n' },
    sources: ['a.ini', 'b.yml', 'j,i,h:99,'],
  },
  { name: 'a list of hosts', files: { unused: '' }, sources: ['a, b:2222,10.0.0.1:22,[::1]:99,2001:db8::1,a:5,'] },
  { name: 'a list of one', files: { unused: '' }, sources: ['localhost,'] },
  { name: 'localhost of its own', files: { hosts: 'localhost ansible_connection=local x=1\n127.0.0.1\n' } },
  {
    name: 'a directory',
    files: {
      'inv/01-base': '[w]\nh1\n[p:children]\nw\n',
      'inv/02-more.yml': 'w: { hosts: { h2: { a: 1 } } }\n',
      'inv/04.cfg': 'never2\n',
      'inv/05.orig': 'never3\n',
      'inv/06~': 'never4\n',
      'inv/07.bak': 'never5\n',
      'inv/.hidden': 'never6\n',
      'inv/08.json': '{"v": {"hosts": {"h3": {}}}}',
      'inv/README.md': 'never7 x\n',
      'inv/10-B': 'upper\n',
      'inv/10-a': 'lower\n',
      'inv/sub/hosts': '[w]\nh4\n',
      'inv/sub/group_vars/w.yml': 'never: 8\n',
      'inv/group_vars/w.yml': 'x: 1\n',
      'inv/host_vars/h4.yml': 'y: 1\n',
      'inv/vars_plugins/x': 'never9\n',
    },
    sources: ['inv'],
    graph: true,
  },
  {
    name: 'a directory and a file in it',
    files: { 'inv/a': 'a x=1\n', 'inv/b': 'b\na x=2\n', 'inv/group_vars/all.yml': 'v: 1\n' },
    sources: ['inv/', 'inv/a'],
  },
  { name: 'an empty directory', files: { 'inv/.keep': '' }, sources: ['inv'] },
  {
    name: 'a program with _meta',
    files: {
      'inv.sh': program({
        w: { hosts: ['h1', 'h2'], vars: { a: 1, b: { c: [1, 'x'] } }, children: ['v', 'new'] },
        v: ['h3', 'h1'],
        plain: { hosts: [] },
        _meta: { hostvars: { h1: { x: 1, y: { __ansible_unsafe: '{{ z }}' } }, h3: {}, nowhere: { never: 1 } } },
      }),
      'group_vars/w.yml': 'c: 1\n',
      'host_vars/h2.yml': 'z: 1\n',
    },
    graph: true,
  },
  {
    name: 'a program without _meta',
    files: {
      inv: program({ w: { hosts: ['h1', 'h2', 'h3'] }, all: { vars: { a: 1 } } }, { h1: { x: 1 }, h3: { y: [2] } }),
    },
  },
  {
    name: 'a program: a group that is a host with variables',
    files: { 'inv.py': program({ lonely: { x: 1, y: 2 }, w: ['h'], _meta: { hostvars: { h: { a: 'yes' } } } }) },
  },
  {
    name: 'a program: order, all and ungrouped',
    files: {
      inv: program({
        z: ['z1'],
        all: { hosts: ['a1', 'z1'], children: ['z', 'ungrouped'] },
        ungrouped: { hosts: ['u1'] },
        a: { children: ['z'] },
        _meta: { hostvars: {} },
      }),
    },
    graph: true,
  },
  {
    name: 'a program, a file and a directory',
    files: {
      'd/inv': program({ w: ['h1', 'h2'], _meta: { hostvars: { h1: { x: 'program' } } } }),
      'd/zz': 'h1 x=file\n',
      'b.yml': 'w: { hosts: { h1: { x: yaml } } }\n',
    },
    sources: ['b.yml', 'd'],
  },
  {
    name: 'every file has the x bit',
    files: { hosts: '[w]\nh a=1\n', 'more.yml': 'w: { hosts: { i: } }\n' },
    sources: ['hosts', 'more.yml'],
    executable: ['hosts', 'more.yml'],
  },
  {
    name: 'a vaulted value',
    files: {
      'h.yml': `w:\n  hosts:\n    h:\n      token: ${inlineSecret('        ')}      list: [1]\n  vars:\n    nested:\n      password: ${inlineSecret('        ')}`,
    },
  },
  {
    name: 'a vaulted value in host_vars',
    files: { hosts: 'h\n', 'host_vars/h.yml': `a: 1\nansible_password: ${inlineSecret('  ')}` },
  },
  {
    name: 'vaulted files',
    files: {
      'h.yml': vaultedInventory,
      'group_vars/web/vault.yml': vaultedVars,
      'group_vars/web/plain.yml': 'a: 1\ndb_user: plain\n',
      'host_vars/w1': vaultedVars,
    },
  },
];
