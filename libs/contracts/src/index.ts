export * from './in-topics.js';
