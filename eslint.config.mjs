/**
 * The boundaries of the house, as rules that fail. Run through nx only (`npm run check`): the boundaries between projects
 * come from the nx project graph, and without it their rule skips itself. test/tools/boundaries.test.ts sees each one fail.
 */
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const tests = ['**/*.test.ts', 'test/**/*.ts'];

/** Who may depend on whom, by the tags in each package.json. */
const layers = (kernelBans) => [
  { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:kernel', onlyDependOnLibsWithTags: [], bannedExternalImports: kernelBans },
  { sourceTag: 'layer:lib', onlyDependOnLibsWithTags: ['layer:kernel', 'layer:contract'] },
  {
    sourceTag: 'layer:service',
    onlyDependOnLibsWithTags: ['layer:lib', 'layer:kernel', 'layer:contract'],
    bannedExternalImports: ['@grpc/grpc-js', '@nats-io/*'],
  },
  { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['layer:lib', 'layer:kernel'] },
  { sourceTag: 'layer:test', onlyDependOnLibsWithTags: ['*'] },
];

const projectBoundaries = ({ kernelBans = ['*'], ...options } = {}) => ({
  '@nx/enforce-module-boundaries': ['error', { ...options, depConstraints: layers(kernelBans) }],
});

/*
 * What a folder may not import. A later block replaces an earlier one for the same file, so every block names all of its bans.
 */
const ban = {
  playwright: { regex: '^playwright', message: 'Playwright is used under joiner/src/{browser,platforms} only.' },
  sql: { regex: '^(knex|pg)(/|$)', message: 'SQL is spoken in store/ and libs/db only.' },
  process: { regex: '^(node:)?process$', message: 'Use the global `process`, so that its rules apply.' },
  transport: {
    regex: '^@earshot/(contract|rpc|events)(/|$)',
    message: 'Protobuf, RPC and events stay in rpc/ and events/; hand over domain values instead.',
  },
  folders: (names) => ({
    regex: `^(\\.\\./)+(${names})(/|\\.ts$)`,
    message: 'This folder of the service is not for use from here; see the house rules in eslint.config.mjs.',
  }),
  allBut: (allowed, message) => ({ regex: `^(?!${allowed})`, message }),
};
const imports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns: [...patterns, ban.process] }] });

/* What of the process may be touched where; the same applies: every block names all of its bans. */
const use = {
  mocks: ['mock', 'doMock', 'hoisted'].map((property) => ({
    object: 'vi',
    property,
    message: 'Ports have hand-written fakes; pass one in.',
  })),
  environment: [{ object: 'process', property: 'env', message: 'Only main.ts and config.ts read the environment.' }],
  exit: [
    { object: 'process', property: 'exit', message: 'libs/service ends the process; throw, or dispose the service.' },
  ],
  time: [{ object: 'Date', property: 'now', message: 'Take `now` as a parameter.' }],
};
const properties = (...uses) => ({ 'no-restricted-properties': ['error', ...uses.flat()] });

const impureGlobals = [
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'fetch',
  'crypto',
].map((name) => ({ name, message: 'domain/ is pure: what it needs comes as a parameter.' }));

const nodeGlobals = ['process', 'Buffer', 'global', 'require', 'setImmediate', 'clearImmediate'].map((name) => ({
  name,
  message: 'This code runs in pages, which have nothing of Node.',
}));

/**
 * The folders of each service from the top down. A folder imports those below it and none above: no arrow runs up, and none of
 * them runs in a circle. What is no folder here has a rule of its own below, or is a file that wires the service.
 */
export const floors = {
  'services/scheduler': ['events', 'rpc', 'actions', 'store', 'domain'],
  'services/joiner': [
    ...['canary', 'runs', 'workers', 'rpc', 'control', 'speech', 'browser', 'platforms', 'domain', 'page-protocol'],
  ],
  'services/media-streamer': [
    ...['events', 'rpc', 'session', 'video', 'speech', 'live', 'record', 'audio', 'actions', 'store', 'domain'],
  ],
  'services/transcriber': ['events', 'rpc', 'batch', 'live', 'engines', 'actions', 'store', 'domain'],
  'services/composer': [
    ...['events', 'rpc', 'session', 'live', 'making', 'mux', 'ffmpeg', 'layout', 'actions', 'store', 'domain'],
  ],
  'services/retention': ['events', 'rpc', 'actions', 'store', 'domain'],
  'services/notifier': ['rpc', 'live', 'delivery', 'actions', 'store', 'domain'],
  gateway: ['http', 'callbacks', 'actions', 'store', 'contract'],
};
/** Where a service speaks to others: protobuf, gRPC and NATS. The gateway translates, so all of it but its tables does. */
const speaking = ['rpc', 'events', 'session', 'speech', 'batch', 'making'];
const folders = Object.entries(floors).flatMap(([service, names]) =>
  names.map((name, floor) => {
    const isGateway = service === 'gateway';
    const mayDrive = service === 'services/joiner' && ['browser', 'platforms', 'canary'].includes(name);
    const maySpeak = isGateway ? name !== 'store' : speaking.includes(name);
    // What a call or a fact means is for actions to do; they keep the tables.
    const beside = ['rpc', 'events'].includes(name) ? ['store'] : [];
    const settings = name === 'canary' ? ['main'] : ['main', 'config'];
    return {
      files: [`${service}/src/${name}/**/*.ts`],
      ignores: tests,
      rules: imports(
        ...(mayDrive ? [] : [ban.playwright]),
        ...(name === 'store' ? [] : [ban.sql]),
        ...(maySpeak ? [] : [ban.transport]),
        ban.folders([...settings, ...names.slice(0, floor), ...beside].join('|')),
      ),
    };
  }),
);

/** Words of our own for what the field has names for; the glossary of docs/architecture.md has those. */
const pictures = `
  Attendance AttendanceService attend heed heedHeartbeat Seat seat seats Sighting Happening happening VisitNews BotNews voidLeases
  moveBot nudge poke Stretch stretch StretchRing Numbered Hearing hearing paceOf Outlet outlet pulse HeardSources MixDesk Notebook
  notebook Ledger ledger watchEndings linger VoiceGate SpeechFeed SpeechLine SpeechBacklog overhear UtteranceWhisper ToldWords
  TrackLine Conversation Sentences Ears HeardWords KeptSpeech OpenTurns mendTranscript Intake Offers HostSlots LiveLine LiveLines
  IngestLine goOn DoorState DoorWatch door Hands hands Arrival ChatDesk MeetingWatch Sight Openings openings Company Evidence hearEnd
  hasten tellErased orderBot sideBySide lanes Releasers releasers HeardFact setStage isSo LiveVisit LiveVisits CaptionVisit
  sayLive SaidLive HeardPiece saveHeard heardSamples
  RunningVisit CutLine hadCompany stopOrdered untilTold toldUntil toldCount saidBy isToldToWait`
  .trim()
  .split(/\s+/);

const pageGlobals = Object.fromEntries(
  `window document navigator location console crypto performance fetch history sessionStorage localStorage customElements
   setTimeout clearTimeout setInterval clearInterval queueMicrotask requestAnimationFrame cancelAnimationFrame
   URL URLSearchParams AbortController AbortSignal Event EventTarget CustomEvent WebSocket TextEncoder TextDecoder Blob
   AudioContext OfflineAudioContext AudioWorkletNode MediaStream MediaStreamTrack MediaRecorder OscillatorNode
   AudioData Worker self XMLHttpRequest AudioWorkletProcessor registerProcessor currentFrame currentTime sampleRate
   RTCPeerConnection RTCSessionDescription RTCIceCandidate HTMLElement HTMLMediaElement HTMLVideoElement HTMLAudioElement
   Element Node Image MutationObserver ResizeObserver IntersectionObserver DOMException structuredClone`
    .split(/\s+/)
    .map((name) => [name, 'readonly']),
);

export default tseslint.config(
  { ignores: ['**/node_modules/**', 'proto/gen/**', '**/.cache/**', '.nx/**', '.data/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...projectBoundaries(),
      ...imports(ban.playwright, ban.sql),
      ...properties(use.mocks, use.environment, use.exit),
      'id-denylist': ['error', ...pictures],
      'max-lines': ['error', 300],
      'max-params': ['error', 3],
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },

  /* ---- folders of a service ---- */
  ...folders,
  {
    files: ['{services/*,gateway}/src/domain/**/*.ts'],
    ignores: tests,
    rules: {
      ...imports(
        ban.allBut('\\.{1,2}/|@earshot/kernel$', 'domain/ imports domain/ and @earshot/kernel only.'),
        ban.folders('(?!domain/)[^/]+'),
      ),
      ...properties(use.mocks, use.time),
      'no-restricted-globals': ['error', ...impureGlobals],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take `now` as a parameter.' },
        { selector: 'ImportExpression', message: 'domain/ loads nothing at run time.' },
      ],
    },
  },
  {
    files: ['{services/*,gateway}/src/store/**/*.ts'],
    ignores: tests,
    // A knex query is a promise by its type, also where it is handed back to a builder.
    rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }] },
  },
  {
    // Both what runs in pages and what drives them: neither has what the other has.
    files: ['services/*/src/page-protocol/**/*.ts'],
    ignores: tests,
    rules: {
      ...imports(ban.allBut('\\./', 'what pages and we have in common imports nothing else.')),
      ...properties(use.mocks, use.time),
      'no-restricted-globals': ['error', ...impureGlobals, ...nodeGlobals],
    },
  },
  {
    // Code for the page: nothing of Node and nothing else of ours exists there.
    files: ['services/*/src/in-page/**/*.ts'],
    ignores: tests,
    rules: {
      ...imports(
        ban.allBut('\\./|(\\.\\./)+page-protocol/', 'in-page code imports in-page code and page-protocol only.'),
      ),
      'no-restricted-globals': ['error', ...nodeGlobals],
    },
  },

  /* ---- libs, tools and tests ---- */
  { files: ['libs/db/**/*.ts'], rules: imports(ban.playwright) },
  {
    files: ['libs/kernel/**/*.ts'],
    ignores: tests,
    rules: imports(ban.allBut('\\./', 'the kernel imports nothing.')),
  },
  {
    files: [
      '{services/*,gateway}/src/{main,config}.ts',
      'services/joiner/src/canary/main.ts',
      'libs/service/src/telemetry.ts',
    ],
    rules: properties(use.mocks, use.exit),
  },
  {
    // The parent chooses what of its environment a browser process inherits.
    files: ['services/joiner/src/workers/worker.ts'],
    rules: properties(use.mocks, use.exit),
  },
  {
    // The main file of a browser process, which has a life of its own and no service in it.
    files: ['services/joiner/src/browser/child.ts'],
    rules: properties(use.mocks, use.environment),
  },
  { files: ['libs/service/src/run.ts'], rules: properties(use.mocks, use.environment) },
  {
    files: ['bin/**/*.ts', 'deploy/**/*.ts', 'test/**/*.ts', '*.ts'],
    rules: { ...properties(use.mocks), 'no-console': 'off' },
  },
  { files: ['bin/**/*.ts'], rules: imports(ban.playwright) },
  {
    // What a customer writes: nothing of ours is in it, and it is a program of its own.
    files: ['examples/**/*.ts'],
    rules: {
      ...imports(ban.allBut('node:|ws$', 'an example imports what a customer has.')),
      ...properties(use.mocks),
      'no-console': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    files: tests,
    rules: {
      ...projectBoundaries({ kernelBans: [] }),
      ...imports(),
      'max-lines': 'off',
      'max-params': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
    },
  },
  {
    // Tests of a service look behind what it exports, so they may reach in by path.
    files: ['test/**/*.ts'],
    rules: projectBoundaries({ kernelBans: [], allow: ['../**'], checkDynamicDependenciesExceptions: ['.*'] }),
  },
  { files: ['*.config.ts', 'test/integration/global-setup.ts'], rules: { 'no-restricted-exports': 'off' } },

  /* ---- JavaScript that runs in the lab's pages ---- */
  {
    files: ['test/lab/src/pages/**/*.js'],
    languageOptions: { globals: pageGlobals, sourceType: 'module' },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },

  prettier,
);
