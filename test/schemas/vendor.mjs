import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Writes the schemas beside this file anew from the Go modules that publish them; needs Go. Descriptions are left out: they are most of the bytes. */
const modules = {
  compose: 'github.com/compose-spec/compose-go/v2@v2.16.2',
  kubernetes: 'k8s.io/kubernetes@v1.36.3',
  keda: 'github.com/kedacore/keda/v2@v2.21.0',
  kustomize: 'sigs.k8s.io/kustomize/api@v0.21.1',
  reflector: 'github.com/invopop/jsonschema@v0.13.0',
};
const kinds = {
  api__v1: ['Namespace', 'ConfigMap', 'PersistentVolumeClaim', 'Service', 'ServiceAccount'],
  apis__apps__v1: ['Deployment'],
  'apis__networking.k8s.io__v1': ['NetworkPolicy'],
  apis__policy__v1: ['PodDisruptionBudget'],
};

const scratch = mkdtempSync(join(tmpdir(), 'boucle-schemas-'));
const go = (...args) => execFileSync('go', args, { cwd: scratch, encoding: 'utf8' });
const folderOf = (module) => JSON.parse(go('mod', 'download', '-json', module)).Dir;
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const write = (name, schema) =>
  writeFileSync(fileURLToPath(new URL(`${name}.json`, import.meta.url)), `${JSON.stringify(schema, null, 1)}\n`);

const terse = (schema) => {
  if (Array.isArray(schema)) return schema.map(terse);
  if (schema === null || typeof schema !== 'object') return schema;
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      !(key === 'description' && typeof value === 'string') && !/^x-kubernetes-(?!group-version-kind|preserve-unknown-fields)/.test(key),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, terse(value)]));
};

const referred = (schema) => [...JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);

/** What the kinds are made of, out of the OpenAPI documents of their groups. */
const kubernetes = () => {
  const schemas = {};
  for (const [group, names] of Object.entries(kinds)) {
    const all = json(join(folderOf(modules.kubernetes), `api/openapi-spec/v3/${group}_openapi.json`)).components.schemas;
    const todo = Object.keys(all).filter((name) => names.some((kind) => name.startsWith('io.k8s.api.') && name.endsWith(`.v1.${kind}`)));
    for (let name = todo.pop(); name; name = todo.pop()) {
      if (schemas[name]) continue;
      schemas[name] = terse(all[name]);
      todo.push(...referred(schemas[name]));
    }
  }
  return { components: { schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) } };
};

const keda = () => {
  const crds = ['scaledobjects', 'triggerauthentications'].map((name) =>
    parse(readFileSync(join(folderOf(modules.keda), `config/crd/bases/keda.sh_${name}.yaml`), 'utf8')),
  );
  return Object.fromEntries(
    crds.map(({ spec }) => [spec.names.kind, terse(spec.versions.find(({ name }) => name === 'v1alpha1').schema.openAPIV3Schema)]),
  );
};

/** Kustomize publishes no schema of its file: this is drawn from the type it reads the file into. */
const kustomization = () => {
  const program = `package main
import (
  "encoding/json"
  "os"
  "github.com/invopop/jsonschema"
  "sigs.k8s.io/kustomize/api/types"
)
func main() { json.NewEncoder(os.Stdout).Encode((&jsonschema.Reflector{}).Reflect(&types.Kustomization{})) }
`;
  writeFileSync(join(scratch, 'main.go'), program);
  go('mod', 'init', 'schema');
  go('get', modules.kustomize, modules.reflector);
  go('mod', 'tidy');
  return JSON.parse(go('run', '.'));
};

try {
  write('compose', json(join(folderOf(modules.compose), 'schema/compose-spec.json')));
  write('kubernetes', kubernetes());
  write('keda', keda());
  write('kustomization', kustomization());
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
