import fc from 'fast-check';

const { BOUCLE_TEST_SEED = '20260811' } = process.env;

// property tests draw the same each time, so that what is red stays red; BOUCLE_TEST_SEED=random draws anew
if (BOUCLE_TEST_SEED !== 'random') fc.configureGlobal({ seed: Number(BOUCLE_TEST_SEED) });
