import { Writable } from 'node:stream';
import { DefaultRenderer, Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } from 'listr2';
import { deferred } from '../../process/deferred.ts';
import type { Style } from '../layout/style.ts';
import type { PlayView, StageView } from './play-view.ts';

/** One play's stages and kernel groups as a list of tasks that mirror the events; nothing is done in them. */
export interface StageList {
  show(view: PlayView): void;
  /** The lines as they now are. */
  frame(): readonly string[];
  /** Settles what is unfinished, or leaves it out where it has another turn; resolves to the last frame. */
  end(unfinished: 'has-failed' | 'goes-on'): Promise<readonly string[]>;
}

/**
 * listr2 lays the list out; the drawing is ours, since its own writes to process.stdout and swallows what others write
 * there meanwhile. It also asks process.stdout for its width; so titles are cut to ours before it gets them.
 */
export function startStageList(style: Style): StageList {
  const frames = createFrames();
  const probe = createMirror();
  const build = createMirror();
  const run = createMirror();
  const groups = deferred<readonly Mirror[]>();
  let groupMirrors: readonly Mirror[] | undefined;
  const listr = new Listr(
    [
      { task: (_, task) => probe.follow(task) },
      {
        task: async (_, task) => {
          void build.follow(task);
          const mirrors = await groups.promise;
          if (mirrors.length === 0) return build.settled;
          return task.newListr(
            mirrors.map(mirror => ({ task: (_context: unknown, subtask: Titled) => mirror.follow(subtask) })),
            { concurrent: true, exitOnError: false },
          );
        },
      },
      { task: (_, task) => run.follow(task) },
    ],
    {
      renderer: frames.Renderer,
      rendererOptions: {
        lazy: true,
        collapseErrors: true,
        collapseSubtasks: true,
        showErrorMessage: false,
        logger: silentLogger(),
        color: iconColours(style),
      },
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
    },
  );
  const ended = listr.run();

  return {
    show(view) {
      if (view.probe !== undefined) probe.show(view.probe);
      if (view.build !== undefined) build.show(view.build);
      if (view.run !== undefined) run.show(view.run);
      if (view.groups === undefined) return;
      groupMirrors ??= view.groups.map(() => createMirror());
      view.groups.forEach((group, index) => {
        groupMirrors?.[index]?.show(group);
      });
      groups.resolve(groupMirrors);
    },
    frame: frames.frame,
    async end(unfinished) {
      groups.resolve(groupMirrors ?? []);
      const mirrors = [probe, build, run, ...(groupMirrors ?? [])];
      const goingOn = unfinished === 'goes-on' ? mirrors.flatMap(mirror => mirror.goesOn() ?? []) : [];
      for (const mirror of mirrors) mirror.settle();
      await ended;
      return frames.frame().filter(line => !goingOn.some(title => line.endsWith(` ${title}`)));
    },
  };
}

/** A renderer that draws nothing, and what it would draw as lines. */
function createFrames(): { readonly Renderer: typeof DefaultRenderer; frame(): readonly string[] } {
  let rendering: DefaultRenderer | undefined;
  class FrameRenderer extends DefaultRenderer {
    static override nonTTY = true;
    override async render(): Promise<void> {
      await super.render();
      rendering = this;
    }
    override update(): void {}
    override end(): void {}
    protected override format(message: string, icon: string, level: number): string[] {
      return [`${'  '.repeat(level)}${icon} ${message}`];
    }
  }
  const frame = () =>
    rendering
      ?.create({ prompt: false })
      .split('\n')
      .filter(line => line !== '') ?? [];
  return { Renderer: FrameRenderer, frame };
}

/** As much of listr2's task as is used. */
interface Titled {
  title: string | unknown[];
}

/** A task that has the title it is shown, and ends when its stage does. A task without a title is not shown at all. */
interface Mirror {
  follow(task: Titled): Promise<void>;
  show(view: StageView): void;
  settle(): void;
  /** The title of a stage that is not over. */
  goesOn(): string | undefined;
  readonly settled: Promise<void>;
}

function createMirror(): Mirror {
  const end = deferred<StageView['state']>();
  let task: Titled | undefined;
  let latest: StageView | undefined;
  let over = false;
  const apply = () => {
    if (task !== undefined && latest !== undefined && task.title !== latest.title) task.title = latest.title;
    if (over && latest !== undefined) end.resolve(latest.state);
  };
  const settled = end.promise.then(state => {
    // A rejection is how listr2 learns that a task failed; one that did not come to its end is no success either.
    if (state !== 'done') throw new Error('failed');
  });
  // Nobody may be listening: a mirror without a task.
  settled.catch(() => {});
  return {
    settled,
    follow(followed) {
      task = followed;
      apply();
      return settled;
    },
    show(view) {
      if (over) return;
      latest = view;
      over = view.state !== 'running';
      apply();
    },
    goesOn: () => (over ? undefined : latest?.title),
    settle() {
      over = true;
      if (latest === undefined) end.resolve('done');
      else apply();
    },
  };
}

function silentLogger(): ListrLogger<ListrDefaultRendererLogLevels> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream;
  return new ListrLogger({ useIcons: true, toStderr: [], processOutput: new ProcessOutput(nowhere, nowhere) });
}

/** listr2's own colours come from the environment; ours are what was asked for. */
function iconColours(style: Style): Partial<Record<ListrDefaultRendererLogLevels, (text?: string) => string>> {
  const { PENDING, COMPLETED, COMPLETED_WITH_FAILED_SUBTASKS, FAILED, FAILED_WITH_FAILED_SUBTASKS, WAITING } =
    ListrDefaultRendererLogLevels;
  const paint = (colour: (text: string) => string) => (text?: string) => colour(text ?? '');
  return {
    [PENDING]: paint(style.yellow),
    [COMPLETED]: paint(style.green),
    [COMPLETED_WITH_FAILED_SUBTASKS]: paint(style.yellow),
    [FAILED]: paint(style.red),
    [FAILED_WITH_FAILED_SUBTASKS]: paint(style.red),
    [WAITING]: paint(style.dim),
  };
}
