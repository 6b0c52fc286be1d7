import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingRevision, Revision, revisionOf } from './compatibility.js';
import { PUBLIC_TOPICS } from './topics.js';

const folder = join(__dirname, '../published');
const revisions = (topic: string): Revision[] => JSON.parse(readFileSync(join(folder, `${topic}.json`), 'utf8')) as Revision[];

describe('What was published', () => {
  it.each(PUBLIC_TOPICS.map((topic) => [topic.name, topic] as const))('%s keeps its promises', (name, topic) => {
    const now = JSON.parse(JSON.stringify(revisionOf(topic))) as Revision;
    const broken = revisions(name).flatMap((before) => breakingRevision(before, now));
    // a change that breaks a reader needs a new version of the topic
    expect(broken).toEqual([]);
    // a change that breaks nobody is published by `node infra/freeze.mjs`
    expect(revisions(name).at(-1)).toEqual(now);
  });

  it('no revision breaks an earlier one', () => {
    for (const { name } of PUBLIC_TOPICS) {
      const all = revisions(name);
      const broken = all.flatMap((before, n) => all.slice(n + 1).flatMap((after) => breakingRevision(before, after)));
      expect({ name, broken }).toEqual({ name, broken: [] });
    }
  });

  it('no published topic has gone', () => {
    const names = PUBLIC_TOPICS.map(({ name }) => `${name}.json`);
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });
});
