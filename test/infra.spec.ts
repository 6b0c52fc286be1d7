import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Script } from 'node:vm';
import { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js';
import { DockerfileParser } from 'dockerfile-ast';
import { validate as lint } from 'dockerfile-utils';
import { parse, parseAllDocuments } from 'yaml';
import { profileProjection } from '@boucle/clients';
import { INTERNAL_TOPIC } from '@boucle/contracts';
import { groupOf } from '@boucle/eventsourcing';
import { readConfig } from '../apps/engine/src/config.js';
import { PROCESS_ROLES } from '../apps/engine/src/process-roles.js';
import { ServedEngine } from './support/served-engine.js';

const root = join(__dirname, '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever stands in a file; the schemas say what it is
type Anything = any;
const schemaOf = (name: string): Anything => JSON.parse(text(`test/schemas/${name}.json`));
const documentsOf = (yaml: string): Anything[] => parseAllDocuments(yaml, { merge: true }).map((document) => document.toJS());

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

/** Every object of a schema rewritten, innermost first. */
const rewritten = (schema: Anything, change: (part: Anything) => Anything): Anything => {
  if (Array.isArray(schema)) return schema.map((part) => rewritten(part, change));
  if (schema === null || typeof schema !== 'object') return schema;
  return change(Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, rewritten(part, change)])));
};
const isOpen = (part: Anything): boolean => part.additionalProperties !== undefined || part['x-kubernetes-preserve-unknown-fields'];
const strict = (schema: Anything): Anything =>
  rewritten(schema, (part) =>
    part.type === 'object' && part.properties && !isOpen(part) ? { ...part, additionalProperties: false } : part,
  );
/** A patch names only what it changes. */
const partial = (schema: Anything): Anything =>
  rewritten(schema, (part) =>
    Object.fromEntries(Object.entries(part).filter(([key, value]) => key !== 'required' || !Array.isArray(value))),
  );

const kubernetes = strict(schemaOf('kubernetes'));
ajv.addSchema(kubernetes, 'kubernetes');
ajv.addSchema(partial(kubernetes), 'patches');
const keda = strict(schemaOf('keda'));
const kustomization = ajv.compile(schemaOf('kustomization'));

const kubernetesKind = ({ apiVersion, kind }: Anything): string => {
  const found = Object.entries<Anything>(kubernetes.components.schemas).find(([, schema]) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (known: Anything) => known.kind === kind && [known.group, known.version].filter(Boolean).join('/') === apiVersion,
    ),
  );
  if (!found) throw new Error(`test/schemas knows no ${apiVersion} ${kind}: add it to vendor.mjs`);
  return found[0];
};
const validatorOf = (resource: Anything, schemas: 'kubernetes' | 'patches' = 'kubernetes'): ValidateFunction =>
  resource.apiVersion === 'keda.sh/v1alpha1'
    ? ajv.compile(keda[resource.kind])
    : ajv.compile({ $ref: `${schemas}#/components/schemas/${kubernetesKind(resource)}` });
const mistakesOf = (validate: ValidateFunction, value: unknown): string[] =>
  validate(value)
    ? []
    : validate.errors!.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);

const settings = new Set<string>();
readConfig(new Proxy({}, { get: (_, name) => void settings.add(String(name)) }));
const isNoSetting = (name: string): boolean => !settings.has(name);

describe('infra/Dockerfile', () => {
  const source = text('infra/Dockerfile');
  const dockerfile = DockerfileParser.parse(source);
  const argumentsOf = (keyword: string): string[] =>
    dockerfile
      .getInstructions()
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent() ?? '');
  const stages = dockerfile.getFROMs().flatMap((from) => from.getBuildStage() ?? []);
  const last = source.slice(source.lastIndexOf('\nFROM '));

  it('has nothing for the linter to say', () => expect(lint(source)).toEqual([]));

  it('copies only what is there and enters the build', () => {
    const welcome = text('.dockerignore').match(/(?<=^!).+/gm);
    for (const copy of dockerfile.getCOPYs()) {
      const stage = copy.getFromFlag()?.getValue();
      const files = copy.getArguments().map((argument) => argument.getValue());
      if (stage) expect(stages).toContain(stage);
      else
        for (const file of files.slice(0, -1))
          expect([existsSync(join(root, file)), welcome]).toEqual([true, expect.arrayContaining([file])]);
    }
  });

  it('runs the command line as a number that is not root, from production dependencies', () => {
    expect(argumentsOf('USER')).toEqual(['1000:1000']);
    expect(last).toContain('COPY --from=dependencies /boucle/node_modules');
    expect(source).toContain('npm ci --omit=dev');
    const [, main] = JSON.parse(argumentsOf('ENTRYPOINT')[0]) as string[];
    expect(text(main.replace(/^dist/, '.').replace(/js$/, 'ts'))).toContain('CommandFactory.run');
  });

  it('stays on a Node that the project allows and better-sqlite3 stands', () => {
    const [, major] = /^NODE=(\d+)-/.exec(argumentsOf('ARG')[0])!.map(Number);
    expect(JSON.parse(text('package.json')).engines.node).toBe('>=20.19');
    expect(JSON.parse(text('package.json')).dependencies['better-sqlite3']).toMatch(/^12\./);
    expect(major).toBeGreaterThan(20);
    expect(major).toBeLessThan(24);
  });

  it('sets nothing but settings', () => {
    const names = [...argumentsOf('ENV')[0].matchAll(/(\w+)=/g)].map(([, name]) => name);
    expect(names.filter(isNoSetting)).toEqual([]);
    expect(argumentsOf('EXPOSE')).toEqual([String(readConfig({}).port)]);
  });
});

describe('infra/docker-compose.yml', () => {
  const [compose] = documentsOf(text('infra/docker-compose.yml'));
  const services = Object.entries<Anything>(compose.services);
  const ours = services.filter(([, { build }]) => build);
  const engines = ours.filter(([, { command }]) => command[0] === 'serve');

  it('is what the Compose Specification says', () => expect(mistakesOf(ajv.compile(schemaOf('compose')), compose)).toEqual([]));

  it('refers only to what it declares, and declares nothing else', () => {
    const declared = (kind: string) => Object.keys(compose[kind]).sort();
    const used = (kind: string) => [...new Set(services.flatMap(([, service]) => service[kind] ?? []))].sort();
    expect(used('secrets')).toEqual(declared('secrets'));
    expect(used('networks')).toEqual(declared('networks'));
    const [files, volumes] = [/^\.\//, /^[a-z]/].map((like) => used('volumes').filter((volume: string) => like.test(volume)));
    expect(volumes.map((volume: string) => volume.split(':')[0]).sort()).toEqual(declared('volumes'));
    for (const file of files) expect(existsSync(join(root, 'infra', (file as string).split(':')[0]))).toBe(true);
    const waited = services.flatMap(([, { depends_on }]) => Object.keys(depends_on ?? {}));
    expect(waited.filter((name) => !compose.services[name])).toEqual([]);
    for (const [, { build }] of ours) expect(existsSync(join(root, 'infra', build.context, build.dockerfile))).toBe(true);
  });

  it('waits for servers that say they are well', () => {
    for (const [name, { healthcheck, depends_on }] of services) {
      for (const [other, { condition }] of Object.entries<Anything>(depends_on ?? {}))
        if (condition === 'service_healthy') expect([name, other, !!compose.services[other].healthcheck]).toEqual([name, other, true]);
      if (healthcheck) expect(healthcheck.test[0]).toBe('CMD');
    }
  });

  it('holds no secret, and draws each that it names', () => {
    const drawn = text('infra/secrets.mjs');
    for (const [name, { file }] of Object.entries<Anything>(compose.secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(drawn).toContain(`'${name}':`);
    }
    expect(text('.gitignore')).toContain('infra/secrets/');
    const told = services.flatMap(([, { environment }]) => Object.keys(environment ?? {}));
    expect(told.filter((name) => /PASSWORD|SECRET|TOKEN/.test(name) && !name.endsWith('_FILE'))).toEqual([]);
  });

  it('runs every role once, with settings that exist, on a root that cannot be written', () => {
    const roles = engines.flatMap(([, { command }]) => String(command[command.indexOf('--role') + 1]).split(','));
    expect(roles.sort()).toEqual([...PROCESS_ROLES].sort());
    for (const [, engine] of ours) {
      expect(Object.keys(engine.environment).filter(isNoSetting)).toEqual([]);
      expect(engine).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
    expect(compose.services.api.ports).toEqual(['127.0.0.1:3000:3000']);
    expect(compose.networks.stores.internal).toBe(true);
  });

  it('starts the replica set with a script that can be read', () => expect(() => new Script(text('infra/mongodb-init.js'))).not.toThrow());
});

const KUBERNETES = 'infra/kubernetes';
const manifests = filesIn(KUBERNETES).filter((file) => file.endsWith('.yaml'));
const isKustomization = (file: string) => file.endsWith('/kustomization.yaml');

describe(KUBERNETES, () => {
  it.each(manifests.filter((file) => !isKustomization(file)))('%s is what Kubernetes reads', (file) => {
    for (const resource of documentsOf(text(file))) expect(mistakesOf(validatorOf(resource), resource)).toEqual([]);
  });

  it.each(manifests.filter(isKustomization))('%s is what kustomize reads', (file) => {
    const [content] = documentsOf(text(file));
    expect(mistakesOf(kustomization, content)).toEqual([]);
    const folder = join(root, file, '..');
    const beside = readdirSync(folder).filter((name) => name !== 'kustomization.yaml');
    expect(content.resources.filter((name: string) => !name.startsWith('..')).sort()).toEqual(beside.sort());
    for (const name of content.resources) expect(existsSync(join(folder, name))).toBe(true);
    for (const { patch } of content.patches ?? []) {
      const parsed = parse(patch, (_: unknown, value: unknown) => value ?? undefined);
      if (!Array.isArray(parsed)) expect(mistakesOf(validatorOf(parsed, 'patches'), parsed)).toEqual([]);
    }
  });

  it('has a folder for each role', () => expect(readdirSync(join(root, KUBERNETES, 'roles')).sort()).toEqual([...PROCESS_ROLES].sort()));
});

const build = (folder: string) =>
  [
    ['kustomize', 'build'],
    ['kubectl', 'kustomize'],
  ]
    .map(([program, verb]) => spawnSync(program, [verb, join(root, folder)], { encoding: 'utf8' }))
    .find(({ error }) => !error);
const built = build(`${KUBERNETES}/overlays/example`);

(built ? describe : describe.skip)(
  `the example overlay as built${built ? '' : ' (skipped: neither kustomize nor kubectl is installed)'}`,
  () => {
    const resources = documentsOf(built?.stdout ?? '');
    const all = (kind: string): Anything[] => resources.filter((resource) => resource.kind === kind);
    const named = (kind: string, name: string): Anything => all(kind).find(({ metadata }) => metadata.name === name);
    const deployments = all('Deployment');
    const containerOf = ({ spec }: Anything): Anything => spec.template.spec.containers[0];
    const selects = (selector: Record<string, string>, { spec }: Anything): boolean =>
      Object.entries(selector).every(([label, value]) => spec.template.metadata.labels[label] === value);

    it('builds', () => expect(built).toMatchObject({ status: 0, stderr: '' }));
    it('is what Kubernetes reads', () =>
      expect(
        resources.flatMap((one) => mistakesOf(validatorOf(one), one).map((mistake) => `${one.kind} ${one.metadata.name}: ${mistake}`)),
      ).toEqual([]));

    it('has a deployment for each role, that is not selected by another', () => {
      expect(deployments.map((one) => containerOf(one).args)).toEqual([...PROCESS_ROLES].sort().map((role) => ['serve', '--role', role]));
      for (const one of deployments) {
        expect(deployments.filter((other) => selects(one.spec.selector.matchLabels, other))).toEqual([one]);
        expect(all('PodDisruptionBudget').filter(({ spec }) => selects(spec.selector.matchLabels, one))).toHaveLength(1);
      }
    });

    it('lets every process do as little as it can', () => {
      for (const one of deployments) {
        expect(one.spec.template.spec).toMatchObject({
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
        });
        expect(containerOf(one)).toMatchObject({
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          resources: { requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } },
        });
        expect(named('ServiceAccount', one.spec.template.spec.serviceAccountName).automountServiceAccountToken).toBe(false);
      }
      expect(all('Secret')).toEqual([]);
    });

    it('gives a process time to end what it has begun', () => {
      for (const one of deployments)
        expect(one.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(
          containerOf(one).lifecycle.preStop.sleep.seconds + readConfig({}).lease / 1000,
        );
    });

    it('refers only to what is there', () => {
      for (const one of deployments) {
        const { volumes } = one.spec.template.spec;
        const { envFrom, env, volumeMounts, ports } = containerOf(one);
        for (const { configMapRef } of envFrom) {
          const names = Object.keys(named('ConfigMap', configMapRef.name).data);
          expect([...names, ...env.map(({ name }: Anything) => name)].filter(isNoSetting)).toEqual([]);
        }
        for (const { persistentVolumeClaim: claim } of volumes)
          if (claim) expect(named('PersistentVolumeClaim', claim.claimName)).toBeDefined();
        expect(volumeMounts.map(({ name }: Anything) => name).sort()).toEqual(volumes.map(({ name }: Anything) => name).sort());
        expect(ports).toEqual([{ name: 'http', containerPort: readConfig({}).port }]);
      }
      for (const { spec } of all('ScaledObject')) {
        const scaled = named('Deployment', spec.scaleTargetRef.name);
        expect(scaled.spec.replicas).toBeUndefined();
        expect(spec.maxReplicaCount).toBe(Number(all('ConfigMap')[0].data.BOUCLE_PARTITIONS));
        expect(named('TriggerAuthentication', spec.triggers[0].authenticationRef.name)).toBeDefined();
      }
      for (const { spec } of all('Service')) {
        expect(deployments.filter((one) => selects(spec.selector, one)).map((one) => one.metadata.name)).toEqual(['boucle-api']);
        expect(spec.ports.map(({ targetPort }: Anything) => targetPort)).toEqual(['http']);
      }
    });

    it('forbids all traffic that it does not name', () => {
      const covers = ({ spec }: Anything, one: Anything) => selects(spec.podSelector.matchLabels, one);
      const denying = all('NetworkPolicy').filter(({ spec }) => spec.policyTypes.length === 2 && !spec.ingress && !spec.egress);
      for (const one of deployments) expect(denying.some((policy) => covers(policy, one))).toBe(true);
      for (const policy of all('NetworkPolicy')) expect(deployments.some((one) => covers(policy, one))).toBe(true);
    });
  },
);

describe('what infra/ names', () => {
  const engine = [...filesIn('apps'), ...filesIn('libs')].filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
  const sources = engine.map(text).join('\n');
  const commands = [...sources.matchAll(/@Command\(\{\s*name: '([a-z-]+)'/g)].map(([, name]) => name);
  const words = filesIn('infra').filter((file) => /\.(md|ya?ml|mjs)$|Dockerfile$/.test(file));
  const said = words.map(text).join('\n');
  const table = text('README.md').split('\n## Settings\n')[1].split('\n## ')[0];
  const documented = new Set([...table.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name]) => name));
  const ofServers = text('infra/docker-compose.yml').split('\nservices:')[1];
  const unknownSettings = [...new Set(said.match(/\b(?:BOUCLE|EVENTSTORE|MONGODB|KAFKA)_[A-Z_]+\b/g))].filter(
    (name) => !/_(TEST|EMULATOR)_/.test(name) && !settings.has(name) && !documented.has(name) && !ofServers.includes(`${name}:`),
  );
  let served: ServedEngine;

  beforeAll(async () => void (served = await ServedEngine.start()));
  afterAll(() => served.discard());

  it('is there', async () => {
    const paths = Object.keys((await served.read('/docs-json')).paths);
    const probes = new Set(said.match(/\/health\/[a-z]+/g));
    const commandsNamed = new Set([...said.matchAll(/(?:npx boucle|`boucle|run --rm api) ([a-z]+)\b/g)].map(([, name]) => name));
    const triggers = documentsOf(text(`${KUBERNETES}/base/autoscaling.yaml`)).map(({ spec }) => spec.triggers[0].metadata);
    const topicsAndGroups = new Set<string>(triggers.flatMap(({ topic, consumerGroup }) => [topic, consumerGroup]));
    const missing = [
      ...[...probes].filter((path) => !paths.includes(path)).map((path) => `GET ${path}`),
      ...[...commandsNamed].filter((name) => !commands.includes(name)).map((name) => `boucle ${name}`),
      ...(text('apps/cli/src/serve.command.ts').includes('--role') ? [] : ['boucle serve --role']),
      ...[...topicsAndGroups].filter((name) => ![INTERNAL_TOPIC, groupOf(profileProjection.name), groupOf('dispatch')].includes(name)),
      ...unknownSettings,
    ];
    expect(missing).toEqual([]);
  });

  it('as a setting is one, and every setting stands in the README', () => {
    expect([...settings].filter((name) => !documented.has(name))).toEqual([]);
    expect(unknownSettings).toEqual([]);
  });
});
