import type { Admin } from 'kafkajs';
import { kindOf } from './kafka-client.js';

/** A setting of a topic; null if it cannot be known, since that takes a right of its own. */
export const settingOf = async (admin: Admin, topic: string, setting: string): Promise<string | null> => {
  const { ConfigResourceTypes } = await import('kafkajs');
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: [setting] }];
  try {
    const { resources: found } = await admin.describeConfigs({ includeSynonyms: false, resources });
    return found[0].configEntries.find(({ configName }) => configName === setting)?.configValue ?? null;
  } catch (error) {
    if (kindOf(error).endsWith('AUTHORIZATION_FAILED')) return null;
    throw error;
  }
};
