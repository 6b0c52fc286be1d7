export * from './dispatch.worker.js';
