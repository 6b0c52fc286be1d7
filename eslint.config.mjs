import { builtinModules } from 'node:module';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which of our libraries each library may import; test/architecture.spec.ts sees to it that none is forgotten. */
const mayImport = {
  eventsourcing: [],
  targeting: [],
  contracts: [],
  reports: ['eventsourcing'],
  analysis: ['targeting'],
  segments: ['eventsourcing'],
  access: ['eventsourcing'],
  clients: ['eventsourcing', 'contracts', 'reports', 'segments', 'targeting'],
  campaigns: ['eventsourcing', 'contracts', 'segments', 'clients', 'targeting'],
  importing: ['eventsourcing', 'contracts', 'clients', 'campaigns'],
  delivery: ['eventsourcing', 'segments', 'clients', 'campaigns'],
  exporting: ['eventsourcing', 'segments', 'clients', 'campaigns'],
  erp: ['eventsourcing', 'clients'],
  rented: ['eventsourcing', 'clients', 'exporting'],
  webhooks: ['eventsourcing', 'contracts', 'segments', 'clients'],
  adapters: ['eventsourcing'],
};

const nest = { regex: '^(@nestjs/|nest-)', message: 'Nest stays in apps.' };
const nestButSwagger = { regex: '^(@nestjs/(?!swagger$)|nest-)', message: 'Of Nest, a command class may only use @nestjs/swagger.' };
const drivers = { regex: '^(better-sqlite3|mongodb|kafkajs|@eventstore/db-client)(/|$)', message: 'Drivers stay in adapters.' };
const nodeBut = (name) => ({ regex: `^node:(?!${name}$)|^(${builtinModules.join('|')})$`, message: 'Domain libraries do not know Node.' });
const node = nodeBut('');

const isDomain = (library) => library !== 'adapters';

/** What a library may not import, besides what the direction of its imports forbids. */
const imports = (library, patterns, files = '**/*.ts') => {
  const own = [library, ...mayImport[library]].join('|');
  const direction = {
    regex: `^@boucle/(?!(${own})$)|^\\.\\.?/(.*/)?(?!(${own})/)[\\w-]+/src(/|$)|(^|/)apps(/|$)`,
    message: 'Against the direction of imports: see eslint.config.mjs.',
  };
  return {
    files: [`libs/${library}/${files}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [direction, ...patterns] }] },
  };
};

const directions = Object.keys(mayImport).flatMap((library) =>
  isDomain(library)
    ? [
        imports(library, [nest, drivers, node]),
        imports(library, [nestButSwagger, drivers, node], '**/*.commands.ts'),
        imports(library, [nest, drivers], '**/*.{spec,servers-spec,contract}.ts'),
      ]
    : [imports(library, [nest])],
);

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // an async method of a port that happens to need no await still owes its caller a promise, also when it throws
      '@typescript-eslint/require-await': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true } }],
    },
  },
  { files: ['*.config.{ts,mjs}', 'apps/*/*.config.ts'], rules: { 'no-restricted-exports': 'off' } },
  { files: ['libs/**/*.ts'], rules: { 'no-console': 'error' } },
  ...directions,
  // the one thing the kernel takes from Node
  imports('eventsourcing', [nest, drivers, nodeBut('crypto')], 'src/hash.ts'),
  {
    // an import that is an expression would get round the directions
    files: Object.keys(mayImport)
      .filter(isDomain)
      .map((library) => `libs/${library}/**/*.ts`),
    ignores: ['**/*.{spec,servers-spec,contract}.ts'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'ImportExpression, TSImportType', message: 'Domain libraries import statically.' }],
    },
  },
  {
    files: ['**/*.{spec,e2e-spec,servers-spec,contract}.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
