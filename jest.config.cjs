/** @type {import('jest').Config} */
module.exports = {
  rootDir: '.',
  testEnvironment: 'node',
  // none is that slow: a machine with much else to do may be
  testTimeout: 120_000,
  testRegex: '\\.(spec|e2e-spec)\\.ts$',
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/draws.ts'],
  maxWorkers: '100%',
  workerIdleMemoryLimit: '512MB',
  // the exporter of traces imports by an expression, which only swc makes a require
  transformIgnorePatterns: ['/node_modules/(?!@opentelemetry/otlp-exporter-base/)'],
  transform: {
    '(\\.ts|/otlp-exporter-base/.+\\.js)$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2021',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    '^@boucle/([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
};
