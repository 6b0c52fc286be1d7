import { OpenAPIObject } from '@nestjs/swagger';
import { Role } from '@boucle/access';
import { KEY } from './documented.js';
import { RequestError } from './problem.filter.js';

/** What the document says about one operation. */
export interface Operation {
  /** Names of its query parameters. */
  readonly query: readonly string[];
  /** Media type of its body; null if it takes none. */
  readonly body: string | null;
  /** Whose keys it takes; null if it needs none. */
  readonly roles: readonly Role[] | null;
}

interface Path {
  readonly route: string;
  readonly pattern: RegExp;
  readonly methods: ReadonlyMap<string, Operation>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What is named comes before what may be anything: as the router has it. */
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number =>
  a.replaceAll('{', '\uffff') < b.replaceAll('{', '\uffff') ? -1 : 1;

const readOperations = (document: OpenAPIObject): Path[] =>
  Object.entries(document.paths)
    .sort(byName)
    .map(([path, item]) => {
      const methods = METHODS.flatMap((method): [string, Operation][] => {
        const operation = item[method];
        if (!operation) return [];
        const parameters = (operation.parameters ?? []).flatMap((parameter) => ('in' in parameter ? [parameter] : []));
        const query = parameters.filter(({ in: place }) => place === 'query').map(({ name }) => name);
        const body = operation.requestBody && 'content' in operation.requestBody ? Object.keys(operation.requestBody.content)[0] : null;
        const [required] = operation.security ?? document.security!;
        return [[method.toUpperCase(), { query, body, roles: required ? (required[KEY] as Role[]) : null }]];
      });
      return { route: path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'), methods: new Map(methods) };
    });

/** The operations of a document. */
export class Operations {
  private readonly paths: readonly Path[];

  constructor(document: OpenAPIObject) {
    this.paths = readOperations(document);
  }

  /** The operation that a request asks for, undefined where the document names no path; throws what 405 answers. */
  find(method: string, path: string): Operation | undefined {
    const known = this.paths.filter(({ pattern }) => pattern.test(path));
    const asked = method === 'HEAD' ? 'GET' : method;
    const operation = known.find(({ methods }) => methods.has(asked))?.methods.get(asked);
    if (operation || known.length === 0) return operation;
    const allowed = known
      .flatMap(({ methods }) => [...methods.keys()])
      .flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
      .join(', ');
    throw new RequestError(405, 'method', `${method} is not possible here; possible: ${allowed}`, { Allow: allowed });
  }

  /** The path as the document writes it. */
  route(path: string): string | undefined {
    return this.paths.find(({ pattern }) => pattern.test(path))?.route;
  }
}
