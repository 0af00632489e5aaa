import { type BuildOptions, build, type Metafile } from 'esbuild';
import { repository } from './folders.ts';

export type Bundle = {
  readonly code: Uint8Array;
  readonly sourceMap: Uint8Array;
  /** Installed packages whose code is in the bundle: folders relative to the repository, sorted. */
  readonly packages: readonly string[];
};

export type BundleRequest = {
  /** Source file, relative to the repository. */
  readonly entry: string;
  /** Modules that whatever runs the bundle provides. */
  readonly external: readonly string[];
  /** `small` drops white space; `readable` is for people who read what they run. Names are kept in both. */
  readonly text: 'small' | 'readable';
};

/** Most dependencies are CommonJS and call `require` for what Node or the Functions worker provides. */
const requireForCommonJs =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** One ES module with all dependencies in it. The same sources give the same bytes, on any machine. */
export async function bundle({ entry, external, text }: BundleRequest): Promise<Bundle> {
  const options = {
    absWorkingDir: repository,
    entryPoints: [entry],
    outfile: 'bundle.mjs',
    write: false,
    metafile: true,
    sourcemap: 'external',
    sourcesContent: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: [...external],
    banner: { js: requireForCommonJs },
    legalComments: 'none',
    minifyWhitespace: text === 'small',
    minifySyntax: text === 'small',
    logLevel: 'silent',
  } as const satisfies BuildOptions;
  const { outputFiles, metafile } = await build(options);
  const contents = (ending: string): Uint8Array => {
    const file = outputFiles.find(({ path }) => path.endsWith(ending));
    if (!file) throw new Error(`esbuild gave no ${ending} for ${entry}.`);
    return file.contents;
  };
  return { code: contents('.mjs'), sourceMap: contents('.map'), packages: packagesIn(metafile) };
}

function packagesIn(metafile: Metafile): readonly string[] {
  const used = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(used)].sort();
}
