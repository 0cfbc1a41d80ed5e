/** What fast-check draws: the same in every run, or by FORKSCOPE_SEED; the sweeps draw anew. A failure tells its seed. */
import { configureGlobal } from 'fast-check';

const { FORKSCOPE_SEED: chosen, FORKSCOPE_SWEEPS: sweeps } = process.env;

if (chosen !== undefined) configureGlobal({ seed: Number(chosen) });
else if (sweeps !== '1') configureGlobal({ seed: 20_261_121 });
