/** A folder of src that is published by itself. */
export interface PackagePlan {
  /** Name in the registry. */
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** Folder of the source, from the root of the repository. It has a `tsconfig.json` and a `README.md`. */
  readonly source: string;
  /** What it needs at run time; the versions are those of the program. */
  readonly dependencies: readonly string[];
  /** Subpaths besides the index, to files of the built package. */
  readonly files?: Readonly<Record<string, string>>;
  /** Name of its command, whose program is `dist/main.js`. */
  readonly command?: string;
}

/** What there is to be published. */
export const packages = {
  ucwa: {
    name: 'confer-ucwa',
    description: 'A client for UCWA 2.0, the web API of Skype for Business Server: schedule, start and join meetings.',
    keywords: ['ucwa', 'skype-for-business', 'lync', 'meetings'],
    source: 'src/ucwa',
    dependencies: ['axios'],
  },
  simulator: {
    name: 'confer-ucwa-simulator',
    description: 'A double of Skype for Business Server for people who write UCWA 2.0 clients: a pool in one process.',
    keywords: ['ucwa', 'skype-for-business', 'lync', 'simulator', 'mock-server'],
    source: 'src/simulator',
    dependencies: ['restify'],
    files: { './scenario.schema.json': './dist/scenario.schema.json', './scenarios/*': './dist/scenarios/*' },
    command: 'ucwa-simulator',
  },
} as const satisfies Readonly<Record<string, PackagePlan>>;

/** The parts of the program's own `package.json` that a package takes over. */
export interface ProgramManifest {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** The `package.json` of a package. */
export function manifestOf(plan: PackagePlan, program: ProgramManifest): Readonly<Record<string, unknown>> {
  const { name, description, keywords, command } = plan;
  const { version, license, engines } = program;
  return {
    name,
    version,
    description,
    keywords,
    license,
    type: 'commonjs',
    engines,
    main: './dist/index.js',
    types: './dist/index.d.ts',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      ...plan.files,
      './package.json': './package.json',
    },
    ...(command !== undefined && { bin: { [command]: './dist/main.js' } }),
    files: ['dist'],
    sideEffects: false,
    dependencies: Object.fromEntries(plan.dependencies.map((needed) => [needed, program.dependencies[needed]])),
  };
}
